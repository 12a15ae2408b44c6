import { mergeShards, splitShard } from '../../src/testing/local-kinesis/resharding.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualProcess } from '../support/virtual-process.js';
import { VirtualStream } from '../support/virtual-stream.js';

let stream: VirtualStream;

afterEach(() => stream.close());

it.each(Array.from({ length: 20 }, (_, i) => i + 1))(
  'random trees of splits and merges lose no record, whenever workers crash, and every closed shard ends: tree %i',
  async (seed) => {
    stream = await VirtualStream.create(2);
    const random = new SeededRandom(seed);
    const handled = new Set<unknown>();
    const startWorker = (): VirtualProcess => {
      const process = new VirtualProcess(stream.clock);
      const handler = recordingHandler(async (payload) => {
        await process.clock.sleep(random.next() * 300);
        handled.add(payload);
      });
      stream.worker([handler], { process }).start();
      return process;
    };
    const workers = [startWorker(), startWorker()];
    let count = 0;
    for (let step = 0; step < 14; step++) {
      for (let i = 0; i < 5; i++) await stream.put([count++], random.next() * 0.999);
      const reshard = random.next() < 0.6 ? splitShard : mergeShards;
      // The service refuses to merge the only shard there is.
      if (random.next() < 0.6) await reshard(stream.engine, 'orders').catch(() => undefined);
      if (random.next() < 0.4) {
        workers.splice(Math.floor(random.next() * workers.length), 1)[0]?.crash();
        workers.push(startWorker());
      }
      await stream.clock.advance(random.next() * 6_000);
    }
    await stream.clock.advance(180_000);

    expect(handled.size).toBe(count);
    const shards = await stream.gateway.listShards(stream.ref);
    const closed = shards.filter((shard) => shard.closed).map((shard) => shard.shardId);
    const ended = (await stream.leases()).filter((lease) => lease.checkpoint.type === 'SHARD_END');
    expect(ended.map((lease) => lease.shardId).sort()).toEqual(closed.sort());
  },
);

it('of a grandparent, a parent and a child none is read before the one before it is done', async () => {
  stream = await VirtualStream.create(1);
  const [first = ''] = await stream.shardIds();
  await stream.put(['grandparent 1', 'grandparent 2']);
  await stream.split(first);
  const parent = (await stream.shardIds())[1] ?? '';
  await stream.put(['parent 1', 'parent 2']);
  await stream.split(parent);
  await stream.put(['child']);
  const done: unknown[] = [];
  const handler = recordingHandler(async (payload) => {
    await stream.clock.sleep(3_000);
    done.push(payload);
  });
  stream.worker([handler]).start();
  stream.worker([handler]).start();
  await stream.clock.advance(40_000);
  expect(done).toEqual(['grandparent 1', 'grandparent 2', 'parent 1', 'parent 2', 'child']);
  expect(handler.seen).toEqual(done);
});

it('a worker that comes later knows from the leases that others have drained the parents', async () => {
  stream = await VirtualStream.create(2);
  const [left = '', right = ''] = await stream.shardIds();
  await stream.put(['left'], 0);
  await stream.put(['right'], 0.9);
  const first = stream.worker([recordingHandler()]);
  first.start();
  await stream.clock.advance(5_000);
  await stream.merge(left, right);
  await stream.clock.advance(5_000);
  await stream.stop(first);
  await stream.put(['merged'], 0.5);
  const later = recordingHandler();
  stream.worker([later]).start();
  await stream.clock.advance(5_000);
  expect(later.seen).toEqual(['merged']);
});
