import { createSharedAbort } from '../../src/runtime/abort.js';
import { PollingReader } from '../../src/scheduler/polling-reader.js';
import { PrefetchingReader } from '../../src/scheduler/prefetching-reader.js';
import { readBudgetOf, SETTINGS, VirtualStream } from '../support/virtual-stream.js';

const SHARDS = 1_000;

it('1 000 shards at their tips are each read once a second within the default bounds', async () => {
  const stream = await VirtualStream.create(SHARDS);
  const budget = readBudgetOf(SETTINGS);
  const { clock, random } = stream;
  stream.faults.add({ operation: ['GetRecords', 'GetShardIterator'], delay: 20 });
  const calls = new Map<string, number>();
  const stop = createSharedAbort();
  const readers = (await stream.shardIds()).map((shardId) => {
    const gateway = Object.create(stream.gateway) as typeof stream.gateway;
    gateway.getRecords = (...args) => {
      calls.set(shardId, (calls.get(shardId) ?? 0) + 1);
      return stream.gateway.getRecords(...args);
    };
    const polling = new PollingReader({
      ...SETTINGS,
      gateway,
      stream: stream.ref,
      place: { stream: 'orders', application: 'app', shardId },
      clock,
      random,
      report: () => undefined,
      budget,
      checkpoint: { type: 'TRIM_HORIZON' },
      listChildren: () => Promise.resolve([]),
    });
    return new PrefetchingReader(polling);
  });
  for (const reader of readers) reader.read(stop.signal).catch(() => undefined);

  // At first each may be far behind, and needs room for 10 MiB.
  await clock.advance(10_000);
  expect(calls.size).toBe(SHARDS);
  calls.clear();
  await clock.advance(5_000);
  expect(Math.min(...calls.values())).toBeGreaterThanOrEqual(4);

  stop.abort();
  for (const reader of readers) reader.close();
  await clock.advance(1);
  expect(budget.used).toEqual({ bytes: 0, records: 0 });
  await stream.close();
});
