import {
  type Aggregator,
  compressed,
  JsonLinesAggregator,
  JsonListAggregator,
  JsonSerializer,
  KplAggregator,
  type UserRecord,
} from '../../src/aggregators/index.js';
import { MsgpackAggregator, MsgpackListAggregator } from '../../src/aggregators/msgpack/index.js';
import { hashKeyOf } from '../../src/runtime/hash-key.js';
import type { ShardDescription } from '../../src/client/kinesis-gateway.js';
import type { PutReceipt } from '../../src/producer/put-receipt.js';
import { orders, startProducer } from '../support/producer-fixture.js';

const AGGREGATORS: [string, () => Aggregator][] = [
  ['KPL', () => new KplAggregator(new JsonSerializer())],
  ['JSON lines', () => new JsonLinesAggregator()],
  ['JSON list', () => new JsonListAggregator()],
  ['MessagePack in netstrings', () => new MsgpackAggregator()],
  ['MessagePack list', () => new MsgpackListAggregator()],
  ['compressed KPL', () => compressed(new KplAggregator(new JsonSerializer()), 'gzip')],
];

interface Occurrence {
  n: number;
  key: number;
  place: string;
  /** Whether a KCL would read the Kinesis record: all its user records belong to its shard. */
  atHome: boolean;
}

const KEYS = 15;
const RECORDS = 1_500;

/** Every user record in the stream, parents before children, in the order a consumer sees them. */
async function occurrences(
  aggregator: Aggregator,
  { engine, gateway }: Awaited<ReturnType<typeof startProducer>>,
): Promise<Occurrence[]> {
  const shards = new Map((await gateway.listShards(orders)).map((shard) => [shard.shardId, shard]));
  return [...engine.records('orders')].flatMap(({ shardId, sequenceNumber, data, partitionKey }) => {
    const members = aggregator.unpack({ data, partitionKey });
    const shard = shards.get(shardId);
    const atHome = members.every((member) => shard !== undefined && isAtHome(member, shard));
    return members.map((member, index) => {
      const { n, key } = (member.decoded?.value ?? aggregator.deserialize(member.data)) as Occurrence;
      const place = `${shardId} ${sequenceNumber} ${members.length === 1 ? '-' : index}`;
      return { n, key, place, atHome };
    });
  });
}

function isAtHome({ partitionKey, explicitHashKey }: UserRecord, shard: ShardDescription): boolean {
  const hash = explicitHashKey === undefined ? hashKeyOf(partitionKey) : BigInt(explicitHashKey);
  return hash >= shard.startingHashKey && hash <= shard.endingHashKey;
}

describe.each(AGGREGATORS)('a producer that aggregates as %s', (_name, create) => {
  it.each(['none', 'partition-key'] as const)(
    'gives each record its place, through faults and reshards (ordering: %s)',
    async (ordering) => {
      const aggregator = create();
      const fixture = await startProducer({
        shards: 2,
        aggregator,
        settings: { ordering, recordTtl: 3_600_000, aggregationMaxSize: 2_000 },
      });
      const { producer, clock, faults, reshard } = fixture;
      for (const rule of [
        { reorder: true },
        { error: 'ProvisionedThroughputExceededException', perRecord: true, probability: 0.1 },
        { lostReply: true, probability: 0.05 },
        { delay: [1, 200] as const },
      ]) {
        faults.add({ operation: 'PutRecords', ...rule });
      }
      const sends: Promise<PutReceipt>[] = [];
      const feed = async (count: number): Promise<void> => {
        for (let i = 0; i < count; i++) {
          const n = sends.length;
          sends.push(producer.send({ n, key: n % KEYS }, { partitionKey: `key-${n % KEYS}` }));
          if (n % 40 === 0) await clock.advance(50);
        }
      };
      await feed(RECORDS / 3);
      const middle = (2n ** 126n).toString();
      await reshard('SplitShard', { ShardToSplit: 'shardId-000000000000', NewStartingHashKey: middle });
      await feed(RECORDS / 3);
      const [left, right] = ['shardId-000000000003', 'shardId-000000000001'];
      await reshard('MergeShards', { ShardToMerge: left, AdjacentShardToMerge: right });
      await feed(RECORDS / 3);
      await clock.advance(600_000);
      const receipts = await Promise.all(sends);

      const found = await occurrences(aggregator, fixture);
      const places = new Map(found.map((occurrence) => [occurrence.place, occurrence.n]));
      for (const [n, { shardId, sequenceNumber, subSequenceNumber }] of receipts.entries()) {
        expect(places.get(`${shardId} ${sequenceNumber} ${subSequenceNumber ?? '-'}`)).toBe(n);
      }
      const readable = new Set(found.filter(({ atHome }) => atHome).map(({ n }) => n));
      expect(readable.size).toBe(RECORDS);
      if (ordering === 'partition-key') expectOrder(found);
      const { aggregationRatio, acknowledged, kinesisRecords } = producer.stats();
      expect(acknowledged).toBe(RECORDS);
      expect(kinesisRecords).toBeLessThan(RECORDS);
      expect(aggregationRatio).toBeGreaterThan(1);
    },
  );

  it('hands back each record that could not be put, as it was, after it has been sent in vain', async () => {
    const aggregator = create();
    const { producer, clock, faults, failures } = await startProducer({
      aggregator,
      settings: { retryLimit: 2, aggregationMaxSize: 2_000 },
    });
    faults.add({
      operation: 'PutRecords',
      error: 'ProvisionedThroughputExceededException',
      perRecord: true,
      probability: 1,
    });
    const keysOf = (n: number): { partitionKey: string; explicitHashKey?: string } => ({
      partitionKey: `key-${n % KEYS}`,
      ...(n % KEYS === 3 && { explicitHashKey: '12345' }),
    });
    // One of them is too large to share a Kinesis record.
    const textOf = (n: number): string => (n === 7 ? 'é'.repeat(3_000) : `text ${n}`);

    const sends = Array.from({ length: 100 }, (_, n) => producer.send({ n, text: textOf(n) }, keysOf(n)));
    const outcomes = Promise.allSettled(sends);
    await clock.advance(60_000);

    expect((await outcomes).map(({ status }) => status)).toEqual(sends.map(() => 'rejected'));
    const found = failures.map(({ data, partitionKey, explicitHashKey }) => ({
      value: aggregator.deserialize(data),
      partitionKey,
      explicitHashKey,
    }));
    const byNumber = (a: { value: unknown }, b: { value: unknown }): number =>
      (a.value as Occurrence).n - (b.value as Occurrence).n;
    expect(found.sort(byNumber)).toEqual(
      sends.map((_, n) => ({ value: { n, text: textOf(n) }, explicitHashKey: undefined, ...keysOf(n) })),
    );
    expect(producer.stats()).toMatchObject({ failed: 100, queuedRecords: 0, queuedBytes: 0 });
  });

  it('keeps the keys where its format carries them, and lets records without one share', async () => {
    const aggregator = create();
    const { producer, clock, engine } = await startProducer({ aggregator });
    const sends = Array.from({ length: 100 }, (_, n) => producer.send({ n, key: 0 }, {}));
    await clock.advance(5_000);
    const receipts = await Promise.all(sends);
    expect([...engine.records('orders')].length).toBeLessThan(10);
    expect(new Set(receipts.map((receipt) => JSON.stringify(receipt))).size).toBe(100);
  });
});

/** First occurrences of each key are in the order they were put. */
function expectOrder(found: readonly Occurrence[]): void {
  const seen = new Set<number>();
  const last = new Map<number, number>();
  for (const { n, key } of found) {
    if (seen.has(n)) continue;
    seen.add(n);
    expect(n).toBeGreaterThan(last.get(key) ?? -1);
    last.set(key, n);
  }
}
