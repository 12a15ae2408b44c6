import type { Lease } from '../../src/checkpointers/checkpointer.js';
import { BootTime } from '../../src/runtime/boot-time.js';
import { HeldLease } from '../../src/scheduler/held-lease.js';
import { LeaseObserver } from '../../src/scheduler/lease-observer.js';
import { MemoryCheckpointer } from '../../src/checkpointers/memory-checkpointer.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { AdjustableClock } from '../support/adjustable-clock.js';

const TIMEOUT = 15_000;
const scope = { application: 'app', streamName: 'orders' };

function lease(counter: number, more: Partial<Lease> = {}): Lease {
  return {
    shardId: 'shard',
    parentShardIds: [],
    checkpoint: { type: 'TRIM_HORIZON' },
    owner: 'worker',
    counter,
    ...more,
  };
}

let clock: VirtualClock;
let observer: LeaseObserver;

beforeEach(() => {
  clock = new VirtualClock();
  observer = new LeaseObserver(clock, TIMEOUT);
});

it('a lease expires when its counter has stood still for longer than the timeout', async () => {
  observer.observe([lease(1)]);
  await clock.advance(TIMEOUT);
  expect(observer.isExpired(lease(1))).toBe(false);
  await clock.advance(1);
  expect(observer.isExpired(lease(1))).toBe(true);
});

it('a counter that moves, or another owner, begins the wait anew', async () => {
  observer.observe([lease(1)]);
  await clock.advance(10_000);
  observer.observe([lease(2)]);
  await clock.advance(10_000);
  expect(observer.isExpired(lease(2))).toBe(false);
  observer.observe([lease(2, { owner: 'other' })]);
  await clock.advance(10_000);
  expect(observer.isExpired(lease(2, { owner: 'other' }))).toBe(false);
});

it('an owner that wrote a longer timeout is given that', async () => {
  const patient = lease(1, { sessionTimeout: 60_000 });
  observer.observe([patient]);
  await clock.advance(59_000);
  expect(observer.isExpired(patient)).toBe(false);
  await clock.advance(2_000);
  expect(observer.isExpired(patient)).toBe(true);
});

it('a lease never seen is not expired', () => {
  expect(observer.isExpired(lease(1))).toBe(false);
});

it('a machine whose wall clock jumps expires nothing: only its monotonic clock counts', () => {
  const adjustable = new AdjustableClock();
  const watching = new LeaseObserver(adjustable, TIMEOUT);
  watching.observe([lease(1)]);
  adjustable.adjustment = 3_600_000;
  expect(watching.isExpired(lease(1))).toBe(false);
});

it('an owner that wrote a shorter timeout than ours is given ours', async () => {
  const hasty = lease(1, { sessionTimeout: 1_000 });
  observer.observe([hasty]);
  await clock.advance(TIMEOUT);
  expect(observer.isExpired(hasty)).toBe(false);
});

describe('a lease that is gone', () => {
  it('vanished if it was unfinished when last seen, and since it was first missed', async () => {
    observer.observe([lease(1), lease(1, { shardId: 'ended', checkpoint: { type: 'SHARD_END' } })]);
    expect([...observer.vanished]).toEqual([]);
    await clock.advance(1_000);
    observer.observe([]);
    await clock.advance(1_000);
    observer.observe([]);
    await clock.advance(1_000);
    expect([...observer.vanished]).toEqual(['shard']);
    expect(observer.missingFor('shard')).toBe(2_000);
    expect(observer.missingFor('ended')).toBe(0);
  });

  it('has vanished no more when it is back, or forgotten', () => {
    observer.observe([lease(1), lease(1, { shardId: 'other' })]);
    observer.observe([]);
    observer.observe([lease(1)]);
    expect([...observer.vanished]).toEqual(['other']);
    observer.forget('other');
    expect([...observer.vanished]).toEqual([]);
    expect(observer.missingFor('shard')).toBe(0);
  });

  it('that is forgotten while it is there does not vanish with the next look', () => {
    observer.observe([lease(1)]);
    observer.forget('shard');
    observer.observe([]);
    expect([...observer.vanished]).toEqual([]);
  });

  it('that ends behind our back and is then removed has not vanished once that was seen', () => {
    observer.observe([lease(1)]);
    // The counter moves with the write that ends the shard.
    observer.observe([lease(2, { checkpoint: { type: 'SHARD_END' } })]);
    observer.observe([]);
    expect([...observer.vanished]).toEqual([]);
  });

  it('and comes back has its timeout anew', async () => {
    observer.observe([lease(1)]);
    await clock.advance(TIMEOUT);
    observer.observe([]);
    observer.observe([lease(1)]);
    await clock.advance(TIMEOUT);
    expect(observer.isExpired(lease(1))).toBe(false);
  });
});

it('is expired for others only when its owner has given it up, also if the list was long under way', async () => {
  const store = new MemoryCheckpointer();
  await store.create(scope, lease(0));
  const [free] = await store.list(scope);
  const acquired = free && (await store.acquire(scope, free, 'worker', TIMEOUT));
  if (!acquired) throw new Error('not acquired');
  const options = { checkpointer: store, scope, clock, sessionTimeout: TIMEOUT, lease: acquired };
  const bootTime = new BootTime(clock);
  const acquiredAt = bootTime.now();
  const held = new HeldLease({ ...options, random: new SeededRandom(1), bootTime, acquiredAt });

  // The list is asked for before the renewal, and answered with it, a second later.
  await clock.advance(900);
  await held.renew();
  const listed = await store.list(scope);
  await clock.advance(100);
  observer.observe(listed);

  for (let waited = 0; waited < 2 * TIMEOUT; waited += 50) {
    const [seen] = listed;
    if (seen && observer.isExpired(seen)) expect(held.isHeld()).toBe(false);
    await clock.advance(50);
  }
  expect(held.isHeld()).toBe(false);
});
