import { jest } from '@jest/globals';
import type { Checkpoint } from '../../src/checkpointers/checkpoint.js';
import type { Lease } from '../../src/checkpointers/checkpointer.js';
import { MemoryCheckpointer } from '../../src/checkpointers/memory-checkpointer.js';
import { HeldLease, momentOf, type HeldLeaseOptions } from '../../src/scheduler/held-lease.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { VirtualProcess } from '../support/virtual-process.js';

const SESSION = 16_000;
/** What one write may take: a quarter of the session. */
const ANSWER_TIMEOUT = SESSION / 4;
const scope = { application: 'app', streamName: 'orders' };

/** A clock whose wall time can be set, or goes on while the monotonic time stands still. */
class AdjustableClock extends VirtualClock {
  adjustment = 0;

  override wallTime(): number {
    return super.wallTime() + this.adjustment;
  }
}

let clock: AdjustableClock;
let store: MemoryCheckpointer;
let process: VirtualProcess;
let lease: HeldLease;

beforeEach(async () => {
  clock = new AdjustableClock();
  store = new MemoryCheckpointer();
  process = new VirtualProcess(clock);
  lease = await hold();
});

async function hold(options: Partial<HeldLeaseOptions> = {}): Promise<HeldLease> {
  const acquiredAt = momentOf(clock);
  await store.create(scope, { shardId: 'shard', parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' } });
  const acquired = await store.acquire(scope, await stored(), 'us', SESSION);
  if (!acquired) throw new Error('not acquired');
  return new HeldLease({
    checkpointer: process.connect(store),
    scope,
    clock,
    random: new SeededRandom(1),
    sessionTimeout: SESSION,
    lease: acquired,
    acquiredAt,
    ...options,
  });
}

async function stored(): Promise<Lease> {
  const found = await store.get(scope, 'shard');
  if (!found) throw new Error('no lease');
  return found;
}

function at(sequenceNumber: number): Checkpoint {
  return { type: 'SEQUENCE', sequenceNumber: String(sequenceNumber), subSequenceNumber: 0 };
}

/** The store does what it is asked and answers later. */
const answersAfter = (delay: number) => async (effect: () => Promise<unknown>) => {
  const answer = await effect();
  await clock.sleep(delay);
  return answer;
};

const never = () => new Promise<unknown>(() => undefined);

/** What a promise came to while time went on. */
async function within<T>(duration: number, promise: Promise<T>): Promise<T | 'pending'> {
  let outcome: T | 'pending' = 'pending';
  promise.then(
    (value) => (outcome = value),
    () => undefined,
  );
  await clock.advance(duration);
  return outcome;
}

describe('the deadline', () => {
  it('is sessionTimeout after the acquisition was started, and then the lease counts as lost', async () => {
    await clock.advance(SESSION - 1);
    expect(lease.isHeld()).toBe(true);
    expect(lease.remaining).toBe(1);
    expect(lease.lost.aborted).toBe(false);

    await clock.advance(1);
    expect(lease.lost.aborted).toBe(true);
    expect(lease.lost.reason).toMatchObject({ message: 'it could not be renewed in time' });
    expect(lease.lossReason).toBe('expired');
    expect([lease.isHeld(), lease.remaining]).toEqual([false, 0]);
  });

  it('counts from the start of the last write that succeeded, not from its answer', async () => {
    await clock.advance(5_000);
    process.twist('renew', answersAfter(3_000));
    expect(await within(3_000, lease.renew())).toBe(true);
    expect(lease.remaining).toBe(SESSION - 3_000);

    await clock.advance(SESSION - 3_001);
    expect(lease.isHeld()).toBe(true);
    await clock.advance(1);
    expect(lease.isHeld()).toBe(false);
  });

  it('is not moved by a write that turns out to have taken effect: nobody knows when', async () => {
    await clock.advance(5_000);
    process.loseReply('renew');
    await expect(lease.renew()).rejects.toThrow('the reply was lost');
    process.twist('get', (effect) => {
      // The attempt that follows the look fails, too.
      process.loseReply('renew');
      return effect();
    });
    await expect(lease.renew()).rejects.toThrow('the reply was lost');

    expect(lease.current.counter).toBe(2);
    expect(lease.remaining).toBe(SESSION - 5_000);
  });

  it('passes while the machine sleeps: the wall clock goes on, the monotonic one and its timers do not', () => {
    clock.adjustment = SESSION - 1;
    expect(lease.isHeld()).toBe(true);
    clock.adjustment = SESSION;
    expect(lease.remaining).toBe(0);
    expect(lease.isHeld()).toBe(false);
    expect(lease.lossReason).toBe('expired');
  });

  it('is not put off by a wall clock that is set back', async () => {
    clock.adjustment = -3_600_000;
    await clock.advance(SESSION);
    expect(lease.isHeld()).toBe(false);
  });

  it('that passes ends a write under way, and its answer brings nothing back', async () => {
    await clock.advance(SESSION - 1_000);
    process.twist('renew', answersAfter(2_000));
    expect(await within(1_000, lease.renew())).toBe(false);
    await clock.advance(5_000);
    expect(lease.isHeld()).toBe(false);
    expect(await lease.checkpoint(at(1))).toBe(false);
    expect((await stored()).checkpoint).toEqual({ type: 'TRIM_HORIZON' });
  });
});

it('leaves one timer while it is held, and none behind', async () => {
  for (let renewals = 0; renewals < 3; renewals++) await lease.renew();
  expect(clock.pending).toBe(1);
  await store.delete(scope, await stored());
  await lease.renew();
  expect(clock.pending).toBe(0);
});

it('has the counter of its acquisition for a fencing token, which grows from owner to owner', async () => {
  expect(lease.fencingToken).toBe((await stored()).counter);
  await lease.renew();
  expect(lease.fencingToken).toBeLessThan((await hold()).fencingToken);
});

describe('writes', () => {
  it('go out one at a time, each on top of the one before', async () => {
    const order: string[] = [];
    for (const name of ['renew', 'checkpoint'] as const) {
      process.twist(name, async (effect) => {
        order.push(`${name} starts`);
        await clock.sleep(500);
        order.push(`${name} ends`);
        return effect();
      });
    }
    const writes = Promise.all([lease.renew(), lease.checkpoint(at(1)), lease.renew()]);
    expect(await within(1_000, writes)).toEqual([true, true, true]);
    expect(order).toEqual(['renew starts', 'renew ends', 'checkpoint starts', 'checkpoint ends']);
    expect(await stored()).toEqual(lease.current);
    expect(lease.current).toMatchObject({ counter: 4, checkpoint: at(1) });
  });

  it('go on after one that failed', async () => {
    process.twist('renew', () => Promise.reject(new Error('no store')));
    const [first, second] = [lease.renew(), lease.checkpoint(at(1))];
    await expect(first).rejects.toThrow('no store');
    expect(await second).toBe(true);
  });

  it.each(['renew', 'checkpoint'] as const)(
    'go on from a %s that took effect without an answer, under the same fencing token',
    async (name) => {
      const token = lease.fencingToken;
      process.loseReply(name);
      const write = name === 'renew' ? lease.renew() : lease.checkpoint(at(1));
      await expect(write).rejects.toThrow('the reply was lost');
      expect(await lease.checkpoint(at(2))).toBe(true);
      expect(lease.isHeld()).toBe(true);
      expect((await stored()).checkpoint).toEqual(at(2));
      expect(lease.fencingToken).toBe(token);
    },
  );

  it.each<[string, Checkpoint, Checkpoint]>([
    ['a later record', at(10), at(9)],
    ['the end of the shard', { type: 'SHARD_END' }, at(9)],
  ])('never take a checkpoint back behind %s, be that answered or not', async (_what, newer, older) => {
    expect(await lease.checkpoint(at(3))).toBe(true);
    process.loseReply('checkpoint');
    await expect(lease.checkpoint(newer)).rejects.toThrow('the reply was lost');
    expect(await lease.checkpoint(older)).toBe(true);
    expect((await stored()).checkpoint).toEqual(newer);
    expect(await lease.checkpoint(older)).toBe(true);
    expect((await stored()).checkpoint).toEqual(newer);
    expect(lease.checkpointed).toEqual(newer);
  });

  it('find that another worker took the lease, and leave it alone', async () => {
    await store.acquire(scope, await stored(), 'them', SESSION);
    const theirs = await stored();
    expect(await lease.checkpoint(at(1))).toBe(false);
    expect(lease.lossReason).toBe('taken');
    expect(lease.lost.reason).toMatchObject({ message: 'another worker took it' });
    expect(await stored()).toEqual(theirs);
  });

  it('find that the row was deleted, and do not put it back', async () => {
    await store.delete(scope, await stored());
    expect(await lease.renew()).toBe(false);
    expect(lease.lossReason).toBe('deleted');
    expect(await store.list(scope)).toEqual([]);
  });

  it('give up for this time where the store goes on showing what it no longer has', async () => {
    const stale = await stored();
    await store.renew(scope, [stale]);
    jest.spyOn(store, 'get').mockResolvedValue(stale);
    await expect(lease.renew()).rejects.toMatchObject({ code: 'KINESIS_LEASE_CONFLICT', retryable: true });
    expect(lease.isHeld()).toBe(true);
  });

  it.each(['renew', 'get'] as const)(
    'end with an error that says what to do when the store does not answer a %s in time, and can be tried again',
    async (name) => {
      // Refused for its counter, so that the store is asked what it has.
      if (name === 'get') await store.renew(scope, [await stored()]);
      process.twist(name, never);
      const write = lease.renew();
      const error = write.catch((reason: unknown) => reason);
      expect(await within(ANSWER_TIMEOUT - 1, error)).toBe('pending');
      expect(await within(1, error)).toMatchObject({
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
    await store.renew(scope, [await stored()]);
    let joined = 0;
    const batch = async () => void joined++;
    expect(await lease.renew(batch)).toBe(true);
    expect(joined).toBe(1);
  });

  it('tell who asks for the lease', async () => {
    const askers: string[] = [];
    lease = await hold({ onHandOffRequested: (by) => askers.push(by) });
    await lease.renew();
    expect(askers).toEqual([]);
    await store.requestHandOff(scope, await stored(), 'them');
    await lease.checkpoint(at(1));
    expect(askers).toEqual(['them']);
  });
});

it('is due for a renewal when its last confirmation is that old and no write is under way', async () => {
  expect(lease.isDue(1_000)).toBe(false);
  await clock.advance(1_000);
  expect(lease.isDue(1_000)).toBe(true);
  process.twist('checkpoint', answersAfter(500));
  const write = lease.checkpoint(at(1));
  expect(lease.isDue(1_000)).toBe(false);
  await within(500, write);
  expect(lease.isDue(1_000)).toBe(false);
  expect(lease.isDue(500)).toBe(true);
});

describe('giving up', () => {
  it('completes the hand-off: the lease is that of the asker, at the checkpoint it had', async () => {
    await lease.checkpoint(at(7));
    await store.requestHandOff(scope, await stored(), 'them');
    await lease.release();
    expect(await stored()).toMatchObject({ owner: 'them', checkpoint: at(7) });
    expect(lease.lossReason).toBe('released');
    expect(lease.isHeld()).toBe(false);
  });

  it('without an asker leaves the lease to nobody, and no write of ours follows', async () => {
    await lease.release();
    const free = await stored();
    expect(free.owner).toBeUndefined();
    expect(await Promise.all([lease.renew(), lease.checkpoint(at(1))])).toEqual([false, false]);
    expect(await stored()).toEqual(free);
  });

  it('waits for the writes under way, however many', async () => {
    process.twist('renew', answersAfter(3_000));
    process.twist('checkpoint', answersAfter(3_000));
    const writes = [lease.renew(), lease.checkpoint(at(1))];
    const released = lease.release().then(() => 'released');
    expect(await within(6_000, released)).toBe('released');
    expect(await Promise.all(writes)).toEqual([true, true]);
    expect(await stored()).toMatchObject({ checkpoint: at(1) });
    expect((await stored()).owner).toBeUndefined();
  });

  it.each(['renew', 'checkpoint'] as const)(
    'succeeds on top of a %s that took effect without an answer',
    async (name) => {
      process.loseReply(name);
      const write = name === 'renew' ? lease.renew() : lease.checkpoint(at(1));
      await expect(write).rejects.toThrow('the reply was lost');
      await store.requestHandOff(scope, await stored(), 'them');
      expect(await within(5_000, lease.release())).toBeUndefined();
      expect(await stored()).toMatchObject({ owner: 'them' });
    },
  );

  it('that took effect without an answer does not take the lease from its next owner', async () => {
    await store.requestHandOff(scope, await stored(), 'them');
    process.loseReply('release');
    const released = lease.release();
    await clock.advance(1);
    const theirs = await stored();
    expect(theirs.owner).toBe('them');
    expect(await within(10_000, released)).toBeUndefined();
    expect(await stored()).toEqual(theirs);
  });

  it('is tried again while the store fails, and with that no longer than a few times', async () => {
    process.twist('release', () => Promise.reject(new Error('no store')));
    expect(await within(2_000, lease.release())).toBeUndefined();
    expect((await stored()).owner).toBeUndefined();

    lease = await hold();
    process.cut = true;
    const error = lease.release().catch((reason: unknown) => reason);
    expect(await within(10_000, error)).toMatchObject({ code: 'KINESIS_NETWORK' });
  });

  it('is tried again when the store does not answer', async () => {
    process.twist('release', never);
    expect(await within(ANSWER_TIMEOUT + 1_000, lease.release())).toBeUndefined();
    expect((await stored()).owner).toBeUndefined();
  });

  it('is over in bounded time when the store never answers', async () => {
    jest.spyOn(store, 'release').mockImplementation(() => new Promise(() => undefined));
    const error = lease.release().catch((reason: unknown) => reason);
    expect(await within(2 * SESSION, error)).toMatchObject({ code: 'KINESIS_CHECKPOINTER', retryable: true });
    expect(clock.pending).toBe(0);
  });

  it('of a lease that is lost already writes nothing', async () => {
    await clock.advance(SESSION);
    const before = await stored();
    await lease.release();
    expect(await stored()).toEqual(before);
    expect(lease.lossReason).toBe('expired');
  });
});
