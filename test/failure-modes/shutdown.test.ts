import { SeededRandom } from '../../src/testing/seeded-random.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualStream } from '../support/virtual-stream.js';

let stream: VirtualStream;

afterEach(() => stream.close());

it.each(Array.from({ length: 25 }, (_, i) => i + 1))(
  'a worker told to stop at any moment frees its leases, has checkpointed what is handled and nothing else: moment %i',
  async (seed) => {
    const random = new SeededRandom(seed);
    stream = await VirtualStream.create(3);
    const settings = { checkpointInterval: 50 + random.next() * 2_000 };
    let n = 0;
    const put = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) await stream.put([n++], random.next() * 0.999);
    };
    const finished: unknown[] = [];
    const handler = recordingHandler(async (payload) => {
      await stream.clock.sleep(random.next() * 200);
      finished.push(payload);
    });
    await put(60);
    const worker = stream.worker([handler], { settings });
    worker.start();
    await stream.clock.advance(random.next() * 3_500);
    await put(10);
    await stream.stop(worker, 5_000);

    expect(handler.seen).toEqual(expect.arrayContaining(finished));
    expect(handler.seen).toHaveLength(finished.length);
    for (const lease of await stream.leases()) expect(lease.owner).toBeUndefined();
    expect(stream.eventsOf('drain-timeout')).toEqual([]);

    const next = recordingHandler();
    stream.worker([next]).start();
    await stream.clock.advance(20_000);
    const all = [...handler.seen, ...next.seen].sort((a, b) => Number(a) - Number(b));
    expect(all).toEqual([...Array(n).keys()]);
  },
);

it('a handler that does not end in time is left behind, and its record is handled again', async () => {
  stream = await VirtualStream.create(1);
  await stream.put(['a', 'slow', 'b']);
  let ended = false;
  const handler = recordingHandler(async (payload) => {
    if (payload === 'slow') await stream.clock.sleep(30_000).then(() => (ended = true));
  });
  const worker = stream.worker([handler]);
  worker.start();
  await stream.clock.advance(3_000);
  await stream.stop(worker, 2_000);
  expect(stream.eventsOf('drain-timeout')).toHaveLength(1);
  const next = recordingHandler();
  stream.worker([next]).start();
  await stream.clock.advance(60_000);
  expect(ended).toBe(true);
  expect(handler.seen).toEqual(['a', 'slow']);
  expect(next.seen).toEqual(['slow', 'b']);
});

it('a worker that is started twice reads once, and one that was stopped before its start reads nothing', async () => {
  stream = await VirtualStream.create(1);
  const handler = recordingHandler();
  const worker = stream.worker([handler]);
  worker.start();
  worker.start();
  const never = stream.worker([handler]);
  await never.stop(0);
  never.start();
  await stream.put(['a', 'b']);
  await stream.clock.advance(5_000);
  expect(handler.seen).toEqual(['a', 'b']);
  expect(stream.eventsOf('shard-assigned')).toHaveLength(1);
});
