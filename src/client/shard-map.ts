import { hashKeyOf, hexHashKeyOf, MAX_HASH_KEY, toHexHashKey } from '../runtime/hash-key.js';
import type { ShardDescription } from './kinesis-gateway.js';

/** An open shard, its hash keys as hexadecimal digits, for {@link ShardMap.shardFor} is asked for every record. */
interface OpenShard {
  readonly shardId: string;
  readonly first: string;
  readonly last: string;
}

const [NO_HASH, ALL_HASHES] = [toHexHashKey(0n), toHexHashKey(MAX_HASH_KEY)];

/** Which open shard takes which hash key, at one moment. */
export class ShardMap {
  private readonly open: readonly OpenShard[];
  private readonly all: ReadonlyMap<string, ShardDescription>;
  /** Ids of the open shards, by hash key. */
  readonly shardIds: readonly string[];
  /** Where all records go, whatever their keys: hashing these costs as much as all else that is done to find a shard. */
  private readonly onlyShardId: string | undefined;

  constructor(shards: readonly ShardDescription[]) {
    this.all = new Map(shards.map((shard) => [shard.shardId, shard]));
    this.open = shards
      .filter((shard) => !shard.closed)
      .sort((a, b) => (a.startingHashKey < b.startingHashKey ? -1 : 1))
      .map(({ shardId, startingHashKey, endingHashKey }) => ({
        shardId,
        first: toHexHashKey(startingHashKey),
        last: toHexHashKey(endingHashKey),
      }));
    this.shardIds = this.open.map((shard) => shard.shardId);
    this.onlyShardId = this.open.find(({ first, last }) => first === NO_HASH && last === ALL_HASHES)?.shardId;
  }

  knows(shardId: string): boolean {
    return this.all.has(shardId);
  }

  /** Whether a record with these keys belongs to the shard, open or closed, by the hash keys that it has. */
  belongsTo(shardId: string, partitionKey: string, explicitHashKey?: string): boolean {
    const shard = this.all.get(shardId);
    const hashKey = explicitHashKey === undefined ? hashKeyOf(partitionKey) : BigInt(explicitHashKey);
    return shard !== undefined && hashKey >= shard.startingHashKey && hashKey <= shard.endingHashKey;
  }

  /**
   * The shard a record with these keys goes to, as far as this map knows.
   *
   * @returns undefined when the map has a hole there, as a list of shards taken amid a reshard may have
   */
  shardFor(partitionKey: string, explicitHashKey?: string): string | undefined {
    if (this.onlyShardId !== undefined) return this.onlyShardId;
    const hashKey =
      explicitHashKey === undefined ? hexHashKeyOf(partitionKey) : toHexHashKey(BigInt(explicitHashKey));
    let low = 0;
    let high = this.open.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const shard = this.open[middle];
      if (shard === undefined) return undefined;
      if (hashKey < shard.first) high = middle - 1;
      else if (hashKey > shard.last) low = middle + 1;
      else return shard.shardId;
    }
    return undefined;
  }
}
