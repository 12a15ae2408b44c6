import { jest } from '@jest/globals';
import type { HeldLease } from '../../src/scheduler/held-lease.js';
import { ANSWER_TIMEOUT, at, HeldLeaseFixture, neverAnswer, SESSION } from '../support/held-lease-fixture.js';

let world: HeldLeaseFixture;
let lease: HeldLease;

beforeEach(async () => {
  world = new HeldLeaseFixture();
  lease = await world.hold();
});

describe('giving up', () => {
  it('completes the hand-off: the lease is that of the asker, at the checkpoint it had', async () => {
    await lease.checkpoint(at(7));
    await world.requestHandOff();
    await lease.release();
    expect(await world.stored()).toMatchObject({ owner: 'them', checkpoint: at(7) });
    expect(lease.lossReason).toBe('released');
    expect(lease.isHeld()).toBe(false);
  });

  it('without an asker leaves the lease to nobody, and no write of ours follows', async () => {
    await lease.release();
    const free = await world.stored();
    expect(free.owner).toBeUndefined();
    expect(await Promise.all([lease.renew(), lease.checkpoint(at(1))])).toEqual([false, false]);
    expect(await world.stored()).toEqual(free);
  });

  it('waits for the writes under way, however many', async () => {
    world.process.twist('renew', world.answerAfter(3_000));
    world.process.twist('checkpoint', world.answerAfter(3_000));
    const writes = [lease.renew(), lease.checkpoint(at(1))];
    const released = lease.release().then(() => 'released');
    expect(await world.within(6_000, released)).toBe('released');
    expect(await Promise.all(writes)).toEqual([true, true]);
    expect(await world.stored()).toMatchObject({ checkpoint: at(1) });
    expect((await world.stored()).owner).toBeUndefined();
  });

  it.each(['renew', 'checkpoint'] as const)(
    'succeeds on top of a %s that took effect without an answer',
    async (name) => {
      world.process.loseReply(name);
      const write = name === 'renew' ? lease.renew() : lease.checkpoint(at(1));
      await expect(write).rejects.toThrow('the reply was lost');
      await world.requestHandOff();
      expect(await world.within(5_000, lease.release())).toBeUndefined();
      expect(await world.stored()).toMatchObject({ owner: 'them' });
    },
  );

  it('that took effect without an answer does not take the lease from its next owner', async () => {
    await world.requestHandOff();
    world.process.loseReply('release');
    const released = lease.release();
    await world.clock.advance(1);
    const theirs = await world.stored();
    expect(theirs.owner).toBe('them');
    expect(await world.within(10_000, released)).toBeUndefined();
    expect(await world.stored()).toEqual(theirs);
  });

  it('is tried again while the store fails, and with that no longer than a few times', async () => {
    world.process.twist('release', () => Promise.reject(new Error('no store')));
    expect(await world.within(2_000, lease.release())).toBeUndefined();
    expect((await world.stored()).owner).toBeUndefined();

    lease = await world.hold();
    world.process.cut = true;
    const error = lease.release().catch((reason: unknown) => reason);
    expect(await world.within(10_000, error)).toMatchObject({ code: 'KINESIS_NETWORK' });
  });

  it('is tried again when the store does not answer', async () => {
    world.process.twist('release', neverAnswer);
    expect(await world.within(ANSWER_TIMEOUT + 1_000, lease.release())).toBeUndefined();
    expect((await world.stored()).owner).toBeUndefined();
  });

  it('is over in bounded time when the store never answers', async () => {
    jest.spyOn(world.store, 'release').mockImplementation(() => new Promise(() => undefined));
    const error = lease.release().catch((reason: unknown) => reason);
    expect(await world.within(2 * SESSION, error)).toMatchObject({
      code: 'KINESIS_CHECKPOINTER',
      retryable: true,
    });
    expect(world.clock.pending).toBe(0);
  });

  it('of a lease that is lost already writes nothing', async () => {
    await world.clock.advance(SESSION);
    const before = await world.stored();
    await lease.release();
    expect(await world.stored()).toEqual(before);
    expect(lease.lossReason).toBe('expired');
  });
});
