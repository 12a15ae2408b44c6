import { outcomesOf, startProducer } from '../support/producer-fixture.js';

const SHARD = 'shardId-000000000000';
const MIDDLE = (2n ** 127n).toString();

describe('a producer whose stream is resharded', () => {
  it.each(['none', 'partition-key'] as const)(
    'loses nothing through splits and merges, and keeps its promise of order (%s)',
    async (ordering) => {
      const { producer, clock, reshard, engine, faults } = await startProducer({
        settings: { ordering, maxQueueSize: 500 },
      });
      faults.add({ operation: 'PutRecords', delay: [5, 300] });
      const sends: Promise<unknown>[] = [];
      const feed = async (count: number): Promise<void> => {
        for (let i = 0; i < count; i++) {
          const n = sends.length;
          sends.push(producer.send(n, { partitionKey: `key-${n % 50}` }));
          if (i % 10 === 0) await clock.advance(20);
        }
      };
      await feed(500);
      await reshard('SplitShard', { ShardToSplit: SHARD, NewStartingHashKey: MIDDLE });
      await feed(1_000);
      await reshard('MergeShards', {
        ShardToMerge: 'shardId-000000000001',
        AdjacentShardToMerge: 'shardId-000000000002',
      });
      await feed(1_000);
      await clock.advance(60_000);

      expect(outcomes(await Promise.allSettled(sends))).toEqual({ fulfilled: 2_500 });
      const stored = [...engine.records('orders')];
      expect(stored).toHaveLength(2_500);
      if (ordering === 'none') return;
      const last = new Map<string, number>();
      // Shards are listed parents first, so this is the order a consumer sees.
      for (const { partitionKey, data } of stored) {
        const n = Number(Buffer.from(data).toString());
        expect(n).toBeGreaterThan(last.get(partitionKey) ?? -1);
        last.set(partitionKey, n);
      }
    },
  );

  it('learns of the new shards, and then uses the pace of both', async () => {
    const { producer, clock, reshard, calls } = await startProducer({ settings: { maxQueueSize: 10_000 } });
    void producer.put(0, { partitionKey: 'k' });
    await clock.advance(2_000);
    await reshard('SplitShard', { ShardToSplit: SHARD, NewStartingHashKey: MIDDLE });
    void producer.put(1, { partitionKey: 'k' });
    await clock.advance(2_000);
    expect(calls.filter((call) => call === 'listShards')).toHaveLength(2);

    const { settled } = outcomesOf(
      Array.from({ length: 9_000 }, (_, i) => producer.send(i, { partitionKey: `key-${i}` })),
    );
    await clock.advance(5_000);

    // One shard would take 5 200 in this time.
    expect(settled().length).toBeGreaterThan(8_500);
  });

  it('asks for the shards once a second at most, though every record lands elsewhere', async () => {
    const { producer, clock, reshard, calls, faults } = await startProducer();
    void producer.put(0, { partitionKey: 'k' });
    await clock.advance(2_000);
    await reshard('SplitShard', { ShardToSplit: SHARD, NewStartingHashKey: MIDDLE });
    faults.add({ operation: 'ListShards', cut: 'before' });
    const before = calls.filter((call) => call === 'listShards').length;
    for (let i = 0; i < 100; i++) {
      void producer.put(i, { partitionKey: `key-${i}` });
      await clock.advance(100);
    }
    await producer.flush();

    expect(calls.filter((call) => call === 'listShards').length - before).toBeLessThanOrEqual(11);
  });

  it('sends records whose hash key no shard of its list has', async () => {
    const { producer, faults, clock, stored, engine } = await startProducer();
    await engine.execute('SplitShard', {
      StreamName: 'orders',
      ShardToSplit: SHARD,
      NewStartingHashKey: MIDDLE,
    });
    faults.add({ operation: 'ListShards', cut: 'before', from: 1 });
    const real = engine.execute.bind(engine);
    engine.execute = async (operation, ...rest) => {
      const output = await real(operation, ...rest);
      // The upper child is missing, as in a list that was taken amid a reshard.
      if (operation === 'ListShards') (output.Shards as unknown[]).pop();
      return output;
    };
    const { settled } = outcomesOf(
      Array.from({ length: 40 }, (_, i) => producer.send(i, { partitionKey: `key-${i}` })),
    );
    await clock.advance(5_000);

    expect(settled()).toEqual(Array.from({ length: 40 }, () => 'acknowledged'));
    expect(stored()).toHaveLength(40);
  });
});

function outcomes(results: readonly PromiseSettledResult<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
