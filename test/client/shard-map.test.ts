import fc from 'fast-check';
import { hashKeyOf, MAX_HASH_KEY } from '../../src/runtime/hash-key.js';
import type { ShardDescription } from '../../src/client/kinesis-gateway.js';
import { ShardMap } from '../../src/client/shard-map.js';

function shard(
  shardId: string,
  startingHashKey: bigint,
  endingHashKey: bigint,
  closed = false,
): ShardDescription {
  return { shardId, parentShardIds: [], startingHashKey, endingHashKey, closed };
}

const HALF = 2n ** 127n;

describe('a shard map', () => {
  it('finds the shard of an explicit hash key, at the boundaries too', () => {
    const map = new ShardMap([shard('lower', 0n, HALF - 1n), shard('upper', HALF, MAX_HASH_KEY)]);

    const at = (key: bigint): string | undefined => map.shardFor('ignored', key.toString());
    expect([at(0n), at(HALF - 1n), at(HALF), at(MAX_HASH_KEY)]).toEqual(['lower', 'lower', 'upper', 'upper']);
  });

  it('finds the shard of a partition key by its MD5', () => {
    const map = new ShardMap([shard('lower', 0n, HALF - 1n), shard('upper', HALF, MAX_HASH_KEY)]);

    // The MD5 of "a" begins with 0c, that of "abc" with 90.
    expect([map.shardFor('a'), map.shardFor('abc')]).toEqual(['lower', 'upper']);
  });

  it('lets an explicit hash key win over the partition key', () => {
    const map = new ShardMap([shard('lower', 0n, HALF - 1n), shard('upper', HALF, MAX_HASH_KEY)]);

    expect(map.shardFor('a', MAX_HASH_KEY.toString())).toBe('upper');
  });

  it('sends nothing to closed shards', () => {
    const map = new ShardMap([
      shard('parent', 0n, MAX_HASH_KEY, true),
      shard('upper child', HALF, MAX_HASH_KEY),
      shard('lower child', 0n, HALF - 1n),
    ]);

    expect(map.shardIds).toEqual(['lower child', 'upper child']);
    expect([map.shardFor('a'), map.shardFor('abc')]).toEqual(['lower child', 'upper child']);
  });

  it('knows no shard where it has a hole, and the others around it', () => {
    const map = new ShardMap([shard('first', 0n, 99n), shard('last', 200n, MAX_HASH_KEY)]);

    expect(['99', '100', '199', '200'].map((key) => map.shardFor('k', key))).toEqual([
      'first',
      undefined,
      undefined,
      'last',
    ]);
    expect(new ShardMap([]).shardFor('k')).toBeUndefined();
  });

  it('agrees with a search of every shard, for any division of the hash keys', () => {
    const bounds = fc.uniqueArray(fc.bigInt({ min: 1n, max: MAX_HASH_KEY }), { maxLength: 40 });
    fc.assert(
      fc.property(bounds, fc.string({ minLength: 1 }), fc.infiniteStream(fc.nat()), (cuts, key, order) => {
        const starts = [0n, ...cuts.sort((a, b) => (a < b ? -1 : 1))];
        const shards = starts.map((start, i) =>
          shard(`shard-${i}`, start, (starts[i + 1] ?? MAX_HASH_KEY + 1n) - 1n),
        );
        const ranked = shards.map((each) => ({ each, rank: order.next().value as number }));
        const map = new ShardMap(ranked.sort((a, b) => a.rank - b.rank).map(({ each }) => each));
        const hashKey = hashKeyOf(key);
        const expected = shards.find((s) => s.startingHashKey <= hashKey && hashKey <= s.endingHashKey);

        expect(map.shardFor(key)).toBe(expected?.shardId);
      }),
    );
  });
});
