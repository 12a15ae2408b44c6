import { jest } from '@jest/globals';
import type { Checkpoint } from '../../src/checkpointers/checkpoint.js';
import type { HeldLease } from '../../src/scheduler/held-lease.js';
import { ANSWER_TIMEOUT, at, HeldLeaseFixture, neverAnswer, SESSION } from '../support/held-lease-fixture.js';

let world: HeldLeaseFixture;
let lease: HeldLease;

beforeEach(async () => {
  world = new HeldLeaseFixture();
  lease = await world.hold();
});

describe('the deadline', () => {
  it('is sessionTimeout after the acquisition was started, and then the lease counts as lost', async () => {
    await world.clock.advance(SESSION - 1);
    expect(lease.isHeld()).toBe(true);
    expect(lease.remaining).toBe(1);
    expect(lease.lost.aborted).toBe(false);

    await world.clock.advance(1);
    expect(lease.lost.aborted).toBe(true);
    expect(lease.lost.reason).toMatchObject({ message: 'it could not be renewed in time' });
    expect(lease.lossReason).toBe('expired');
    expect([lease.isHeld(), lease.remaining]).toEqual([false, 0]);
  });

  it('counts from the start of the last write that succeeded, not from its answer', async () => {
    await world.clock.advance(5_000);
    world.process.twist('renew', world.answerAfter(3_000));
    expect(await world.within(3_000, lease.renew())).toBe(true);
    expect(lease.remaining).toBe(SESSION - 3_000);

    await world.clock.advance(SESSION - 3_001);
    expect(lease.isHeld()).toBe(true);
    await world.clock.advance(1);
    expect(lease.isHeld()).toBe(false);
  });

  it('is not moved by a write that turns out to have taken effect: nobody knows when', async () => {
    await world.clock.advance(5_000);
    world.process.loseReply('renew');
    await expect(lease.renew()).rejects.toThrow('the reply was lost');
    world.process.twist('get', (effect) => {
      // The attempt that follows the look fails, too.
      world.process.loseReply('renew');
      return effect();
    });
    await expect(lease.renew()).rejects.toThrow('the reply was lost');

    expect(lease.current.counter).toBe(2);
    expect(lease.remaining).toBe(SESSION - 5_000);
  });

  it('passes while the machine sleeps: the wall clock goes on, the monotonic one and its timers do not', () => {
    world.clock.adjustment = SESSION - 1;
    expect(lease.isHeld()).toBe(true);
    world.clock.adjustment = SESSION + 10;
    expect(lease.remaining).toBeLessThanOrEqual(0);
    expect(lease.isHeld()).toBe(false);
    expect(lease.lossReason).toBe('expired');
  });

  it('is not put off by a wall clock that is set back', async () => {
    world.clock.adjustment = -3_600_000;
    await world.clock.advance(SESSION);
    expect(lease.isHeld()).toBe(false);
  });

  it('that passes ends a write under way, and its answer brings nothing back', async () => {
    await world.clock.advance(SESSION - 1_000);
    world.process.twist('renew', world.answerAfter(2_000));
    expect(await world.within(1_000, lease.renew())).toBe(false);
    await world.clock.advance(5_000);
    expect(lease.isHeld()).toBe(false);
    expect(await lease.checkpoint(at(1))).toBe(false);
    expect((await world.stored()).checkpoint).toEqual({ type: 'TRIM_HORIZON' });
  });
});

it('leaves one timer while it is held, and none behind', async () => {
  for (let renewals = 0; renewals < 3; renewals++) await lease.renew();
  expect(world.clock.pending).toBe(1);
  await world.store.delete(world.scope, await world.stored());
  await lease.renew();
  expect(world.clock.pending).toBe(0);
});

it('has the counter of its acquisition for a fencing token, which grows from owner to owner', async () => {
  expect(lease.fencingToken).toBe((await world.stored()).counter);
  await lease.renew();
  expect(lease.fencingToken).toBeLessThan((await world.hold()).fencingToken);
});

describe('writes', () => {
  it('go out one at a time, each on top of the one before', async () => {
    const order: string[] = [];
    for (const name of ['renew', 'checkpoint'] as const) {
      world.process.twist(name, async (effect) => {
        order.push(`${name} starts`);
        await world.clock.sleep(500);
        order.push(`${name} ends`);
        return effect();
      });
    }
    const writes = Promise.all([lease.renew(), lease.checkpoint(at(1)), lease.renew()]);
    expect(await world.within(1_000, writes)).toEqual([true, true, true]);
    expect(order).toEqual(['renew starts', 'renew ends', 'checkpoint starts', 'checkpoint ends']);
    expect(await world.stored()).toEqual(lease.current);
    expect(lease.current).toMatchObject({ counter: 4, checkpoint: at(1) });
  });

  it('go on after one that failed', async () => {
    world.process.twist('renew', () => Promise.reject(new Error('no store')));
    const [first, second] = [lease.renew(), lease.checkpoint(at(1))];
    await expect(first).rejects.toThrow('no store');
    expect(await second).toBe(true);
  });

  it.each(['renew', 'checkpoint'] as const)(
    'go on from a %s that took effect without an answer, under the same fencing token',
    async (name) => {
      const token = lease.fencingToken;
      world.process.loseReply(name);
      const write = name === 'renew' ? lease.renew() : lease.checkpoint(at(1));
      await expect(write).rejects.toThrow('the reply was lost');
      expect(await lease.checkpoint(at(2))).toBe(true);
      expect(lease.isHeld()).toBe(true);
      expect((await world.stored()).checkpoint).toEqual(at(2));
      expect(lease.fencingToken).toBe(token);
    },
  );

  it.each<[string, Checkpoint, Checkpoint]>([
    ['a later record', at(10), at(9)],
    ['the end of the shard', { type: 'SHARD_END' }, at(9)],
  ])('never take a checkpoint back behind %s, be that answered or not', async (_what, newer, older) => {
    expect(await lease.checkpoint(at(3))).toBe(true);
    world.process.loseReply('checkpoint');
    await expect(lease.checkpoint(newer)).rejects.toThrow('the reply was lost');
    expect(await lease.checkpoint(older)).toBe(true);
    expect((await world.stored()).checkpoint).toEqual(newer);
    expect(await lease.checkpoint(older)).toBe(true);
    expect((await world.stored()).checkpoint).toEqual(newer);
    expect(lease.checkpointed).toEqual(newer);
  });

  it('find that another worker took the lease, and leave it alone', async () => {
    await world.store.acquire(world.scope, await world.stored(), 'them', SESSION);
    const theirs = await world.stored();
    expect(await lease.checkpoint(at(1))).toBe(false);
    expect(lease.lossReason).toBe('taken');
    expect(lease.lost.reason).toMatchObject({ message: 'another worker took it' });
    expect(await world.stored()).toEqual(theirs);
  });

  it('find that the row was deleted, and do not put it back', async () => {
    await world.store.delete(world.scope, await world.stored());
    expect(await lease.renew()).toBe(false);
    expect(lease.lossReason).toBe('deleted');
    expect(await world.store.list(world.scope)).toEqual([]);
  });

  it('give up for this time where the store goes on showing what it no longer has', async () => {
    const stale = await world.stored();
    await world.store.renew(world.scope, [stale]);
    jest.spyOn(world.store, 'get').mockResolvedValue(stale);
    await expect(lease.renew()).rejects.toMatchObject({ code: 'KINESIS_LEASE_CONFLICT', retryable: true });
    expect(lease.isHeld()).toBe(true);
  });

  it.each(['renew', 'get'] as const)(
    'end with an error that says what to do when the store does not answer a %s in time, and can be tried again',
    async (name) => {
      // Refused for its counter, so that the store is asked what it has.
      if (name === 'get') await world.store.renew(world.scope, [await world.stored()]);
      world.process.twist(name, neverAnswer);
      const write = lease.renew();
      const error = write.catch((reason: unknown) => reason);
      expect(await world.within(ANSWER_TIMEOUT - 1, error)).toBe('pending');
      expect(await world.within(1, error)).toMatchObject({
        name: 'CheckpointerError',
        code: 'KINESIS_CHECKPOINTER',
        store: 'memory',
        retryable: true,
        message: expect.stringMatching(
          /^memory: no answer in 4000 ms .* shard shard.*sessionTimeout/,
        ) as string,
      });
      expect(await lease.renew()).toBe(true);
      expect(lease.remaining).toBe(SESSION);
    },
  );

  it('join the batch once; what follows a refusal goes alone', async () => {
    await world.store.renew(world.scope, [await world.stored()]);
    let joined = 0;
    const batch = async () => void joined++;
    expect(await lease.renew(batch)).toBe(true);
    expect(joined).toBe(1);
  });

  it('tell who asks for the lease', async () => {
    const askers: string[] = [];
    lease = await world.hold({ onHandOffRequested: (by) => askers.push(by) });
    await lease.renew();
    expect(askers).toEqual([]);
    await world.requestHandOff();
    await lease.checkpoint(at(1));
    expect(askers).toEqual(['them']);
  });
});

it('is due for a renewal when its last confirmation is that old and no write is under way', async () => {
  expect(lease.isDue(1_000)).toBe(false);
  await world.clock.advance(1_000);
  expect(lease.isDue(1_000)).toBe(true);
  world.process.twist('checkpoint', world.answerAfter(500));
  const write = lease.checkpoint(at(1));
  expect(lease.isDue(1_000)).toBe(false);
  await world.within(500, write);
  expect(lease.isDue(1_000)).toBe(false);
  expect(lease.isDue(500)).toBe(true);
});

describe('a look at all leases', () => {
  it('shows that another worker has taken the lease, also to one that does not know it has slept', async () => {
    const mine = lease.current;
    lease.notice({ ...mine, owner: 'them', counter: mine.counter + 1 });
    expect(lease.lossReason).toBe('taken');
    expect(lease.lost.reason).toMatchObject({ message: 'another worker took it' });
    expect(await lease.renew()).toBe(false);
    expect((await world.stored()).counter).toBe(mine.counter);
  });

  it('that is older than the last write shows nothing', async () => {
    const mine = lease.current;
    lease.notice({ ...mine, owner: 'them', counter: mine.counter - 1 });
    lease.notice(mine);
    expect(lease.isHeld()).toBe(true);
    expect(await lease.renew()).toBe(true);
  });

  it('does not change how the lease was lost', async () => {
    await lease.release();
    lease.notice({ ...lease.current, owner: 'them', counter: lease.current.counter + 5 });
    expect(lease.lossReason).toBe('released');
  });
});
