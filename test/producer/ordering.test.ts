import type { FaultRule } from '../../src/testing/local-kinesis/faults/fault-rule.js';
import { outcomesOf, startProducer } from '../support/producer-fixture.js';

interface Item {
  readonly key: number;
  readonly n: number;
}

/** The numbers of each key in the order of their first occurrence. */
function firstOccurrences(stored: readonly unknown[]): Map<number, number[]> {
  const byKey = new Map<number, number[]>();
  for (const { key, n } of stored as Item[]) {
    const seen = byKey.get(key) ?? [];
    if (!seen.includes(n)) seen.push(n);
    byKey.set(key, seen);
  }
  return byKey;
}

const FAULTS: [string, FaultRule[]][] = [
  ['nothing fails', []],
  [
    'some records of a request are throttled',
    [{ error: 'ProvisionedThroughputExceededException', perRecord: true, probability: 0.3 }],
  ],
  ['some records fail within the service', [{ error: 'InternalFailure', perRecord: true, probability: 0.2 }]],
  ['replies are lost', [{ lostReply: true, probability: 0.3 }]],
  ['connections are cut, before or after', [
    { cut: 'before', probability: 0.2 },
    { cut: 'after', probability: 0.2 },
  ]], // prettier-ignore
  ['the service reorders the records of a request', [{ reorder: true }]],
  [
    'all of it happens',
    [
      { reorder: true },
      { error: 'ProvisionedThroughputExceededException', perRecord: true, probability: 0.2 },
      { lostReply: true, probability: 0.1 },
      { cut: 'before', probability: 0.1 },
      { delay: [1, 200] },
    ],
  ],
];

describe("a producer with ordering: 'partition-key'", () => {
  it.each(FAULTS)('keeps the order of each key when %s', async (_what, rules) => {
    const { producer, faults, clock, stored } = await startProducer({
      shards: 3,
      settings: { ordering: 'partition-key', maxInFlight: 4, maxQueueSize: 200, recordTtl: 3_600_000 },
    });
    for (const rule of rules) faults.add({ operation: 'PutRecords', ...rule });
    const sends = Array.from({ length: 600 }, (_, i) =>
      producer.send({ key: i % 20, n: Math.floor(i / 20) }, { partitionKey: `key-${i % 20}` }),
    );
    const { settled } = outcomesOf(sends);
    await clock.advance(600_000);

    expect(settled()).toEqual(sends.map(() => 'acknowledged'));
    const expected = Array.from({ length: 30 }, (_, n) => n);
    const found = firstOccurrences(stored());
    expect(found.size).toBe(20);
    for (const numbers of found.values()) expect(numbers).toEqual(expected);
  });

  it('never has two records of a key in a request, nor two requests to a shard at a time', async () => {
    const { producer, requests, clock } = await startProducer({
      settings: { ordering: 'partition-key' },
      latency: 100,
    });
    for (let i = 0; i < 30; i++) void producer.put(i, { partitionKey: `key-${i % 3}` });
    await clock.advance(10_000);

    expect(requests).toHaveLength(10);
    for (const { entries } of requests) {
      expect(new Set(entries.map((entry) => entry.partitionKey)).size).toBe(entries.length);
    }
    const starts = requests.map(({ at }) => at);
    starts.slice(1).forEach((at, i) => expect(at - (starts[i] as number)).toBeGreaterThanOrEqual(100));
  });

  it('keeps the order of what was put before the stream was described, and amid it', async () => {
    const { producer, engine, clock, stored } = await startProducer({
      settings: { ordering: 'partition-key' },
    });
    const key = { partitionKey: 'k' };
    let n = 0;
    const put = (): void => {
      // Some have a signal of their own, which must not cost them their place.
      const signal = n % 3 === 0 ? { signal: new AbortController().signal } : {};
      void producer.put(n++, { ...key, ...signal });
    };
    // One in every microtask around the moment the stream is known.
    const execute = engine.execute.bind(engine);
    engine.execute = async (operation, ...rest) => {
      const output = await execute(operation, ...rest);
      if (operation === 'ListShards') void inEachMicrotask(200, put);
      return output;
    };
    for (let i = 0; i < 10; i++) put();
    await clock.advance(10_000);

    expect(stored()).toEqual(Array.from({ length: 210 }, (_, i) => i));
  });

  it('goes on with a key after one of its records has failed for good', async () => {
    const { producer, faults, clock, stored, failures } = await startProducer({
      settings: { ordering: 'partition-key' },
    });
    faults.add({ operation: 'PutRecords', error: 'KMSAccessDeniedException', times: 1 });
    for (let i = 0; i < 4; i++) void producer.put(i, { partitionKey: 'k' });
    await clock.advance(1_000);

    expect(failures).toHaveLength(1);
    expect(stored()).toEqual([1, 2, 3]);
  });
});

async function inEachMicrotask(count: number, run: () => void): Promise<void> {
  for (let i = 0; i < count; i++) {
    run();
    await Promise.resolve();
  }
}
