import { JsonAggregator } from '../../src/aggregators/json-aggregator.js';
import { StreamProducer } from '../../src/producer/stream-producer.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { orders, PRODUCER_SETTINGS, startProducer } from '../support/producer-fixture.js';

const LATENCY = 15;
const SECONDS = 60;

/** Keeps a producer's queue full for so long, and tells what it put and what was refused. */
async function load(producers: StreamProducer[], key: (n: number) => string): Promise<void> {
  await Promise.all(
    producers.map(async (producer) => {
      for (let n = 0; ; n++) {
        try {
          await producer.put('x'.repeat(100), { partitionKey: key(n) });
        } catch {
          return;
        }
      }
    }),
  );
}

function settledStats(producers: StreamProducer[]) {
  const stats = producers.map((producer) => producer.stats());
  const sum = (pick: (one: (typeof stats)[number]) => number): number =>
    stats.reduce((total, one) => total + pick(one), 0);
  const acknowledged = sum((one) => one.acknowledged);
  return {
    stats,
    acknowledged,
    refused: sum((one) => one.throttled) / (acknowledged + sum((one) => one.throttled)),
  };
}

async function run(count: number, key: (n: number) => string, shards = 1) {
  const fixture = await startProducer({ shards, latency: LATENCY, settings: { maxQueueSize: 3_000 } });
  const { clock, gateway } = fixture;
  const producers = Array.from(
    { length: count },
    (_, index) =>
      new StreamProducer({
        gateway,
        stream: orders,
        aggregator: new JsonAggregator(),
        clock,
        random: new SeededRandom(100 + index),
        settings: { ...PRODUCER_SETTINGS, maxQueueSize: 3_000 },
        report: () => undefined,
      }),
  );
  const loading = load(producers, key);
  await clock.advance(SECONDS * 1_000);
  const result = settledStats(producers);
  const closing = Promise.all(producers.map((producer) => producer.close(0)));
  await clock.advance(1_000);
  await closing;
  await loading;
  return result;
}

it('uses at least 95 % of a shard, with under 1 % refused', async () => {
  const { acknowledged, refused } = await run(1, () => 'k');
  expect(acknowledged).toBeGreaterThanOrEqual(0.95 * SECONDS * 1_000);
  expect(refused).toBeLessThan(0.01);
});

it('shares a shard with another producer: together at least 95 % of it, under 1 % refused, neither starved', async () => {
  const { acknowledged, refused, stats } = await run(2, () => 'k');
  expect(acknowledged).toBeGreaterThanOrEqual(0.95 * SECONDS * 1_000);
  expect(refused).toBeLessThan(0.01);
  for (const { acknowledged: one } of stats) expect(one).toBeGreaterThan(0.3 * acknowledged);
});

it('does not let a hot shard slow the others', async () => {
  const { clock, producer, engine } = await startProducer({ shards: 2, latency: LATENCY });
  const [hot, cold] = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    .map((key) => ({ key, shard: engine.shardIdFor('orders', key) }))
    .filter(({ shard }, index, all) => all.findIndex((other) => other.shard === shard) === index)
    .map(({ key }) => key);
  for (let i = 0; i < 9_000; i++) void producer.put(i, { partitionKey: hot ?? '' });
  await clock.advance(1_000);
  const before = clock.now();
  let took = Infinity;
  void producer.send('cold', { partitionKey: cold ?? '' }).then(() => (took = clock.now() - before));
  await clock.advance(2 * LATENCY);
  expect(took).toBeLessThanOrEqual(2 * LATENCY);
  await clock.advance(20_000);
});
