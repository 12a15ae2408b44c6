import type { Checkpoint } from '../../src/checkpointers/checkpoint.js';
import type { Checkpointer, Lease, NewLease } from '../../src/checkpointers/checkpointer.js';
import { MemoryCheckpointer } from '../../src/checkpointers/memory-checkpointer.js';
import { BootTime } from '../../src/runtime/boot-time.js';
import { LeaseObserver } from '../../src/scheduler/lease-observer.js';
import { LeaseTaker, type LeaseTakerOptions } from '../../src/scheduler/lease-taker.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';

const TIMEOUT = 15_000;
const CREATED_AT = 1_767_225_600_000;
const scope = { application: 'app', streamName: 'orders' };

let clock: VirtualClock;
let store: MemoryCheckpointer;
let taken: string[];
let requests: [shardId: string, to: string][];
let others: string[];

beforeEach(() => {
  clock = new VirtualClock();
  store = new MemoryCheckpointer();
  taken = [];
  requests = [];
  others = [];
});

function taker(options: Partial<LeaseTakerOptions> = {}, seed = 1): LeaseTaker {
  return new LeaseTaker({
    checkpointer: store,
    scope,
    workerId: 'us',
    clock,
    bootTime: new BootTime(clock),
    random: new SeededRandom(seed),
    observer: new LeaseObserver(clock, TIMEOUT),
    sessionTimeout: TIMEOUT,
    maxShardConsumers: Infinity,
    streamCreatedAt: () => CREATED_AT,
    isSettled: () => false,
    isBusy: (shardId) => taken.includes(shardId),
    onTaken: ({ shardId }) => taken.push(shardId),
    onOthers: (lease) => others.push(lease.shardId),
    onHandOffRequested: (shardId, to) => requests.push([shardId, to]),
    ...options,
  });
}

/** Creates leases, and lets a worker have them where one is named. */
async function lease(shardId: string, owner?: string, options: Partial<NewLease> = {}): Promise<void> {
  const checkpoint: Checkpoint = { type: 'TRIM_HORIZON' };
  const row = { shardId, parentShardIds: [], checkpoint, streamCreatedAt: CREATED_AT, ...options };
  await store.create(scope, row);
  if (owner !== undefined) await store.acquire(scope, { ...row, counter: 0 }, owner, TIMEOUT);
}

async function leases(count: number, owner?: string): Promise<void> {
  for (let i = 0; i < count; i++) await lease(`${owner ?? 'free'}-${i}`, owner);
}

async function stored(shardId: string): Promise<Lease> {
  const found = await store.get(scope, shardId);
  if (!found) throw new Error(`no lease of ${shardId}`);
  return found;
}

/** The store as the worker reaches it. */
function storeWith(calls: Partial<Checkpointer>): Checkpointer {
  return Object.assign(Object.create(store) as Checkpointer, calls);
}

/** Another worker shows that it lives. */
async function heartbeatOf(owner: string): Promise<void> {
  const held = (await store.list(scope)).filter((each) => each.owner === owner);
  await store.renew(scope, held);
}

const askedFor = async (): Promise<string[]> =>
  (await store.list(scope)).filter(({ handOffTo }) => handOffTo === 'us').map(({ shardId }) => shardId);

describe('free leases', () => {
  it('are all taken by a worker that is alone', async () => {
    await leases(40);
    const worker = taker();
    expect(await worker.look()).toBe(true);
    expect(taken).toHaveLength(40);
    expect((await store.list(scope)).every(({ owner }) => owner === 'us')).toBe(true);
    expect(await worker.look()).toBe(false);
  });

  it('are taken with the time from before the call: others may have seen its effect that early', async () => {
    await leases(1);
    const moments: number[] = [];
    const slow = storeWith({
      acquire: async (...args: Parameters<MemoryCheckpointer['acquire']>) => {
        await clock.sleep(2_000);
        return store.acquire(...args);
      },
    });
    const look = taker({
      checkpointer: slow,
      onTaken: (_lease, acquiredAt) => moments.push(acquiredAt),
    }).look();
    await clock.advance(2_000);
    await look;
    expect(moments).toEqual([0]);
  });

  it('are not taken beyond maxShardConsumers, those held already included', async () => {
    await leases(2, 'us');
    taken = ['us-0', 'us-1'];
    await leases(5);
    await taker({ maxShardConsumers: 4 }).look();
    expect(taken).toHaveLength(4);
  });

  it('beyond our share are left to the others, but not for long', async () => {
    await leases(1, 'them');
    await leases(3);
    const worker = taker();
    expect(await worker.look()).toBe(true);
    expect(taken).toHaveLength(2);
    await clock.advance(399);
    await worker.look();
    expect(taken).toHaveLength(2);
    await clock.advance(1);
    await worker.look();
    expect(taken).toHaveLength(3);
  });

  it('are taken in an order of their own by each worker, and the same for the same seed', async () => {
    await leases(8);
    const orderOf = async (seed: number): Promise<string[]> => {
      taken = [];
      const watched = storeWith({
        acquire: async (_scope: unknown, { shardId }: { shardId: string }) => void taken.push(shardId),
      });
      await taker({ checkpointer: watched, isBusy: () => false }, seed).look();
      return taken;
    };
    const first = await orderOf(1);
    expect(await orderOf(1)).toEqual(first);
    expect(await orderOf(2)).not.toEqual(first);
    expect([...(await orderOf(2))].sort()).toEqual([...first].sort());
  });

  it('of shards that ended, whose parents have not, of an earlier stream, or left alone for now are not taken', async () => {
    await lease('ended', undefined, { checkpoint: { type: 'SHARD_END' } });
    await lease('parent', 'them');
    await lease('child', undefined, { parentShardIds: ['parent'] });
    await lease('earlier', undefined, { streamCreatedAt: CREATED_AT - 1_000 });
    await lease('failing');
    await taker({ isBusy: (shardId) => shardId === 'failing' }).look();
    expect(taken).toEqual([]);
  });

  it('of shards that this worker has not left yet are not asked for, and it is told whose they are', async () => {
    await leases(4, 'them');
    await leases(1, 'us');
    await taker({ isBusy: (shardId) => shardId.startsWith('them') }).look();
    expect(await askedFor()).toEqual([]);
    expect(others.sort()).toEqual(['them-0', 'them-1', 'them-2', 'them-3']);
    await taker().look();
    expect(await askedFor()).toHaveLength(1);
  });

  it('are not taken, nor others asked for, before it is known which stream they are of', async () => {
    await leases(2);
    await leases(4, 'them');
    // Other software does not write it at all.
    await store.create(scope, {
      shardId: 'foreign',
      parentShardIds: [],
      checkpoint: { type: 'TRIM_HORIZON' },
    });
    const worker = taker({ streamCreatedAt: () => undefined });
    expect(await worker.look()).toBe(false);
    expect([taken, await askedFor()]).toEqual([[], []]);
    expect(worker.leases).toHaveLength(7);
  });

  it('that another worker was quicker to take are not ours', async () => {
    await leases(1);
    const late = storeWith({
      list: async () => {
        const listed = await store.list(scope);
        await store.acquire(scope, await stored('free-0'), 'them', TIMEOUT);
        return listed;
      },
    });
    await taker({ checkpointer: late }).look();
    expect(taken).toEqual([]);
  });
});

describe('leases of others', () => {
  it('are taken when they have expired, and not before', async () => {
    await leases(1, 'them');
    const worker = taker();
    await worker.look();
    await clock.advance(TIMEOUT);
    await worker.look();
    expect(taken).toEqual([]);
    await clock.advance(1);
    await worker.look();
    expect(taken).toEqual(['them-0']);
  });

  it('are asked for while their owner has two more, once each', async () => {
    await leases(4, 'them');
    const worker = taker();
    expect(await worker.look()).toBe(true);
    const asked = await askedFor();
    expect(asked).toHaveLength(2);
    // What is awaited is looked for soon, and not asked for again.
    expect(await worker.look()).toBe(true);
    expect(await askedFor()).toEqual(asked);
    expect(taken).toEqual([]);
  });

  it('are not asked for beyond maxShardConsumers', async () => {
    await leases(9, 'them');
    await taker({ maxShardConsumers: 1 }).look();
    expect(await askedFor()).toHaveLength(1);
  });

  it('are not asked for in a look that took some: the list says nothing of those', async () => {
    await leases(3, 'them');
    await leases(1);
    const worker = taker();
    await worker.look();
    expect([taken, await askedFor()]).toEqual([['free-0'], []]);
    await heartbeatOf('them');
    await worker.look();
    expect(await askedFor()).toHaveLength(1);
  });
});

describe('leases in our name', () => {
  it('without a worker are taken up: they were handed to us, or the answer was lost', async () => {
    await leases(2, 'us');
    await taker({ maxShardConsumers: 0 }).look();
    expect([...taken].sort()).toEqual(['us-0', 'us-1']);
  });

  it('that another worker asks for are told, again with each look', async () => {
    await leases(1, 'us');
    taken = ['us-0'];
    await store.requestHandOff(scope, await stored('us-0'), 'them');
    const worker = taker();
    await worker.look();
    await worker.look();
    expect(requests).toEqual([
      ['us-0', 'them'],
      ['us-0', 'them'],
    ]);
  });
});

it('one lease that cannot be taken keeps no other from it, and the look fails afterwards', async () => {
  await leases(20);
  let calls = 0;
  const failing = storeWith({
    acquire: (...args: Parameters<MemoryCheckpointer['acquire']>) =>
      calls++ === 0 ? Promise.reject(new Error('no answer')) : store.acquire(...args),
  });
  await expect(taker({ checkpointer: failing }).look()).rejects.toThrow('no answer');
  // Those under way at the same time; the rest come with the next look.
  expect(taken).toHaveLength(15);
});

it('withdrawing gives back what is in our name, takes our requests back, and touches nothing else', async () => {
  await leases(1, 'us');
  await leases(2, 'them');
  const second = await stored('them-1');
  await store.requestHandOff(scope, await stored('them-0'), 'us');
  await store.requestHandOff(scope, second, 'others');
  await taker().withdraw();
  expect((await stored('us-0')).owner).toBeUndefined();
  expect((await stored('them-0')).owner).toBe('them');
  expect((await stored('them-0')).handOffTo).toBeUndefined();
  expect(await stored('them-1')).toEqual({ ...second, handOffTo: 'others' });
});
