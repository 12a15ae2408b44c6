import {
  JsonSerializer,
  KplAggregator,
  type Aggregator,
  JsonAggregator,
} from '../../src/aggregators/index.js';
import { startProducer } from '../support/producer-fixture.js';

const RECORDS = 200_000;
const KEYS = 2_000;

type Outcome = 'acknowledged' | 'failed';

/** What is in the stream: for each key, the numbers of its records in the order of their first occurrence. */
function firstOccurrences(
  aggregator: Aggregator,
  { engine }: Awaited<ReturnType<typeof startProducer>>,
): { byKey: Map<number, number[]>; all: Set<number> } {
  const byKey = new Map<number, number[]>();
  const all = new Set<number>();
  for (const { data, partitionKey } of engine.records('orders')) {
    for (const { data: bytes } of aggregator.unpack({ data, partitionKey })) {
      const n = aggregator.deserialize(bytes) as number;
      if (all.has(n)) continue;
      all.add(n);
      const numbers = byKey.get(n % KEYS) ?? [];
      numbers.push(n);
      byKey.set(n % KEYS, numbers);
    }
  }
  return { byKey, all };
}

it.each<[string, Aggregator, number]>([
  ['JSON', new JsonAggregator(), 8],
  ['KPL', new KplAggregator(new JsonSerializer()), 2],
])(
  'each of 200 000 records has one outcome, acknowledged ones are stored, and keys keep their order (%s)',
  async (_name, aggregator, shards) => {
    // Faster than a shard takes, so that the service throttles.
    const settings = {
      ordering: 'partition-key',
      recordTtl: 10_000,
      putRateLimitPerShard: 1_300,
      aggregationMaxSize: 400,
    } as const;
    const fixture = await startProducer({ shards, aggregator, settings, latency: 5 });
    const { producer, clock, faults, reshard, failures } = fixture;
    for (const rule of [
      { error: 'InternalFailure', perRecord: true, probability: 0.02 },
      { lostReply: true, probability: 0.02 },
      { reorder: true },
      // Long enough for some records to expire.
      { error: 'InternalFailure', from: 2_000, until: 14_000 },
    ]) {
      faults.add({ operation: 'PutRecords', ...rule });
    }
    const outcomes = new Map<number, Outcome[]>();
    let next = 0;
    const caller = async (): Promise<void> => {
      for (let n = next++; n < RECORDS; n = next++) {
        const mine: Outcome[] = [];
        outcomes.set(n, mine);
        await producer.send(n, { partitionKey: `key-${n % KEYS}` }).then(
          () => mine.push('acknowledged'),
          () => mine.push('failed'),
        );
      }
    };
    const callers = Promise.all(Array.from({ length: 4_000 }, caller));
    await clock.advance(10_000);
    const middle = (2n ** 128n / BigInt(shards) / 2n).toString();
    await reshard('SplitShard', { ShardToSplit: 'shardId-000000000000', NewStartingHashKey: middle });
    for (let waited = 0; outcomes.size < RECORDS && waited < 600; waited++) await clock.advance(1_000);
    await clock.advance(60_000);
    await callers;

    const counts = { acknowledged: 0, failed: 0 };
    const { byKey, all } = firstOccurrences(aggregator, fixture);
    const wrong: string[] = [];
    for (const [n, mine] of outcomes) {
      const [outcome] = mine;
      if (mine.length !== 1 || !outcome) wrong.push(`${n}: ${mine.length} outcomes`);
      else counts[outcome]++;
      if (outcome === 'acknowledged' && !all.has(n)) wrong.push(`${n}: acknowledged, but not stored`);
    }
    for (const numbers of byKey.values()) {
      const ordered = [...numbers].sort((a, b) => a - b);
      if (numbers.some((n, index) => n !== ordered[index]))
        wrong.push(`key ${(numbers[0] ?? 0) % KEYS} out of order`);
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(counts.acknowledged + counts.failed).toBe(RECORDS);
    expect(counts.failed).toBe(failures.length);
    expect(counts.failed).toBeGreaterThan(0);
    expect(producer.stats()).toMatchObject({
      acknowledged: counts.acknowledged,
      failed: counts.failed,
      queuedRecords: 0,
    });
    // One aggregate at a time and shard is too slow to be throttled.
    expect(producer.stats().throttled > 0).toBe(!aggregator.packing);
    expect(producer.stats().possibleDuplicates).toBeGreaterThan(0);
  },
  300_000,
);
