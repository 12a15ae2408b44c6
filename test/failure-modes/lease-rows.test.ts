import { Redis } from 'ioredis';
import type { Lease } from '../../src/checkpointers/checkpointer.js';
import { RedisCheckpointer } from '../../src/checkpointers/redis/index.js';
import { BootTime } from '../../src/runtime/boot-time.js';
import { HeldLease } from '../../src/scheduler/held-lease.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { findRedisServer, RedisServer } from '../support/redis-server.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualProcess } from '../support/virtual-process.js';
import { SETTINGS, VirtualStream } from '../support/virtual-stream.js';

const scope = { application: 'app', streamName: 'orders' };

/** Until the shards are looked at anew, in milliseconds, and the lease of a shard that nobody reads counts as gone. */
const AUDIT = 60_000 + SETTINGS.sessionTimeout;

describe('a lease row that is deleted', () => {
  let stream: VirtualStream;

  afterEach(() => stream.close());

  const deleteRow = async (shardId: string): Promise<void> => {
    const lease = (await stream.leases()).find((each) => each.shardId === shardId);
    if (!lease || !(await stream.checkpointer.delete(scope, lease))) throw new Error('not deleted');
  };

  it.each([1, 2, 3, 4, 5])(
    'comes back from the worker that reads the shard, where it stood: rows chosen by seed %i',
    async (seed) => {
      stream = await VirtualStream.create(4);
      const random = new SeededRandom(seed);
      const handler = recordingHandler();
      stream.worker([handler]).start();
      stream.worker([handler]).start();
      let n = 0;
      let deleted = 0;
      for (let round = 0; round < 30; round++) {
        for (const fraction of [0, 0.3, 0.6, 0.9]) await stream.put([n++], fraction);
        await stream.clock.advance(2_000);
        if (round % 10 !== 5) continue;
        for (const shardId of await stream.shardIds()) {
          if (random.next() < 0.5) continue;
          await deleteRow(shardId);
          deleted++;
        }
      }
      await stream.clock.advance(AUDIT);
      expect(deleted).toBeGreaterThan(0);
      expect(new Set(handler.seen).size).toBe(n);
      expect(stream.eventsOf('lease-missing')).toHaveLength(deleted);
      expect(new Set(stream.eventsOf('lease-missing').map(({ policy }) => policy))).toEqual(
        new Set(['kept-position']),
      );
      // What was handled since the last checkpoint may come again, and nothing before it.
      expect(handler.seen.length - n).toBeLessThanOrEqual(deleted * 2);
    },
  );

  it.each([
    { policy: 'oldest', seen: ['old', 'new'] },
    { policy: 'latest', seen: ['new'] },
    { policy: 'fail', seen: [] },
  ] as const)(
    'while nobody reads the shard is reported, and the policy "$policy" applies',
    async ({ policy, seen }) => {
      stream = await VirtualStream.create(2);
      const [lost = ''] = await stream.shardIds();
      const settings = { onDataLoss: policy };
      await stream.put(['old'], 0);
      await stream.put(['other shard'], 0.9);
      const first = stream.worker([recordingHandler()], { settings });
      first.start();
      await stream.clock.advance(5_000);
      await stream.stop(first);
      await deleteRow(lost);
      const handler = recordingHandler();
      stream.worker([handler], { settings }).start();
      await stream.clock.advance(AUDIT + 60_000);
      await stream.put(['new'], 0);
      await stream.clock.advance(AUDIT + 60_000);
      expect(handler.seen).toEqual(seen);
      const [event] = stream.eventsOf('lease-missing');
      expect(event).toMatchObject({ shardId: lost, policy });
    },
  );
});

it('a heartbeat that crosses a checkpoint does not rewind it', async () => {
  const stream = await VirtualStream.create(1);
  const process = new VirtualProcess(stream.clock);
  const store = process.connect(stream.checkpointer);
  await store.create(scope, { shardId: 's', parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' } });
  const [free] = await store.list(scope);
  const lease = free && (await store.acquire(scope, free, 'worker', SETTINGS.sessionTimeout));
  if (!lease) throw new Error('not acquired');
  const { clock, random } = stream;
  const bootTime = new BootTime(clock);
  const options = { checkpointer: store, scope, clock, random, sessionTimeout: SETTINGS.sessionTimeout };
  const held = new HeldLease({ ...options, lease, bootTime, acquiredAt: bootTime.now() });

  // The heartbeat is under way, and slow, when the checkpoint comes; and the other way round.
  const slowly = async (effect: () => Promise<unknown>): Promise<unknown> => {
    await clock.sleep(100);
    const answer = await effect();
    await clock.sleep(100);
    return answer;
  };
  for (const [n, slow] of (['renew', 'checkpoint', 'renew', 'checkpoint'] as const).entries()) {
    process.twist(slow, slowly);
    const checkpoint = { type: 'SEQUENCE', sequenceNumber: String(100 + n), subSequenceNumber: 0 } as const;
    const writes =
      slow === 'renew'
        ? [held.renew(), held.checkpoint(checkpoint)]
        : [held.checkpoint(checkpoint), held.renew()];
    await clock.advance(1_000);
    expect(await Promise.all(writes)).toEqual([true, true]);
    expect((await store.get(scope, 's'))?.checkpoint).toEqual(checkpoint);
  }
  await held.release();
  await stream.close();
});

const binary = await findRedisServer();

if ('missing' in binary) {
  process.stderr.write(`${binary.missing}\n`);
} else {
  it('nothing in Redis expires by itself: a consumer that is down for a year keeps its checkpoints', async () => {
    const server = await RedisServer.start(binary);
    const client = new Redis(server.port, '127.0.0.1');
    try {
      const store = new RedisCheckpointer({ client });
      await store.create(scope, { shardId: 's', parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' } });
      const [free] = await store.list(scope);
      const acquired = await store.acquire(scope, free as Lease, 'worker', SETTINGS.sessionTimeout);
      const [renewed] = await store.renew(scope, [acquired as Lease]);
      const checkpoint = { type: 'SEQUENCE', sequenceNumber: '7', subSequenceNumber: 0 } as const;
      const moved = await store.checkpoint(scope, renewed as Lease, checkpoint);
      await store.requestHandOff(scope, moved as Lease, 'other');
      await store.release(scope, moved as Lease);
      const keys = await client.keys('*');
      expect(keys.length).toBeGreaterThan(0);
      expect(await Promise.all(keys.map((key) => client.pttl(key)))).toEqual(keys.map(() => -1));
    } finally {
      client.disconnect();
      await server.stop();
    }
  });
}
