import { batchHandler } from '../delivery/support/batch-handler.js';
import { MEBIBYTE } from '../support/reader-fixture.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { readBudgetOf, SETTINGS, VirtualStream } from '../support/virtual-stream.js';

const SHARDS = 8;

let stream: VirtualStream;

afterEach(() => stream.close());

/** Fills every shard with records of 256 KiB, as fast as it takes them. */
async function fill(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    for (let shard = 0; shard < SHARDS; shard++) {
      const padding = 'x'.repeat(MEBIBYTE / 4 - 100);
      await stream.put(
        Array.from({ length: 4 }, (_, index) => ({ shard, n: 4 * second + index, padding })),
        (shard + 0.5) / SHARDS,
      );
    }
    await stream.clock.advance(1_001);
  }
}

it('slow handlers slow reading down: what is held stays within its bounds, and everything is handled', async () => {
  stream = await VirtualStream.create(SHARDS);
  await fill(12);
  const settings = { maxQueueBytes: 20 * MEBIBYTE, maxQueueSize: 100 };
  const readBudget = readBudgetOf({ ...SETTINGS, ...settings });
  const most = { bytes: 0, records: 0 };
  const handled = new Map<number, number[]>();
  const handler = recordingHandler(async (payload) => {
    const { shard, n } = payload as { shard: number; n: number };
    most.bytes = Math.max(most.bytes, readBudget.used.bytes);
    most.records = Math.max(most.records, readBudget.used.records);
    handled.set(shard, [...(handled.get(shard) ?? []), n]);
    await stream.clock.sleep(300);
  });
  stream.worker([handler], { settings, readBudget }).start();
  await stream.clock.advance(300_000);

  expect(handled.size).toBe(SHARDS);
  for (const order of handled.values()) expect(order).toEqual(Array.from({ length: 48 }, (_, n) => n));
  // The shards hold 96 MiB in all.
  expect(most.bytes).toBeGreaterThan(5 * MEBIBYTE);
  expect(most.bytes).toBeLessThanOrEqual(20 * MEBIBYTE);
  expect(most.records).toBeLessThanOrEqual(100);
});

it.each([10, 64])(
  'a shard that stands still holds nothing of %p MiB, and the others go on',
  async (mebibytes) => {
    stream = await VirtualStream.create(SHARDS);
    await fill(12);
    const settings = { maxQueueBytes: mebibytes * MEBIBYTE };
    const readBudget = readBudgetOf({ ...SETTINGS, ...settings });
    const handled = new Set<number>();
    const handler = recordingHandler(
      (payload) => {
        const { shard } = payload as { shard: number };
        if (shard < SHARDS - 1) throw new Error('never');
        handled.add((payload as { n: number }).n);
      },
      { retry: { attempts: 1 } },
    );
    stream.worker([handler], { settings, readBudget }).start();
    await stream.clock.advance(120_000);
    expect(stream.eventsOf('shard-halted')).toHaveLength(SHARDS - 1);
    expect(handled.size).toBe(48);
    // The one reader still at work may have a call under way.
    expect(readBudget.used.bytes).toBeLessThanOrEqual(2 * MEBIBYTE);
  },
);

it('a batch that waits for more records does not keep other shards from being read', async () => {
  stream = await VirtualStream.create(SHARDS);
  const settings = { maxQueueSize: 4, recordLimit: 10_000 };
  const readBudget = readBudgetOf({ ...SETTINGS, ...settings });
  const { handler, batches } = batchHandler({ maxRecords: 100, maxWait: 300_000 });
  stream.worker([handler], { settings, readBudget }).start();
  for (let shard = 0; shard < SHARDS; shard++) await stream.put([shard], (shard + 0.5) / SHARDS);
  await stream.clock.advance(20_000);

  // Room for four: the batches of the first four shards make way for the others.
  expect(batches.flat().length).toBeGreaterThanOrEqual(SHARDS - 4);
});

it('a handler that hangs with few records does not keep other shards from being read', async () => {
  stream = await VirtualStream.create(SHARDS);
  const settings = { maxQueueSize: 50, recordLimit: 10_000 };
  const readBudget = readBudgetOf({ ...SETTINGS, ...settings });
  for (let shard = 0; shard < SHARDS; shard++) await stream.put([shard], (shard + 0.5) / SHARDS);
  const handled: unknown[] = [];
  const handler = recordingHandler((payload) => {
    if (payload === 0) return new Promise(() => undefined);
    handled.push(payload);
    return undefined;
  });
  stream.worker([handler], { settings, readBudget }).start();
  await stream.clock.advance(20_000);

  expect(handled).toHaveLength(SHARDS - 1);
});
