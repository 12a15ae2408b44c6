import { hashKeyOf } from './hash-key.js';
import type { ShardDescription } from './kinesis-gateway.js';

/** Which open shard takes which hash key, at one moment. */
export class ShardMap {
  private readonly open: readonly ShardDescription[];
  private readonly all: ReadonlyMap<string, ShardDescription>;

  constructor(shards: readonly ShardDescription[]) {
    this.all = new Map(shards.map((shard) => [shard.shardId, shard]));
    this.open = shards
      .filter((shard) => !shard.closed)
      .sort((a, b) => (a.startingHashKey < b.startingHashKey ? -1 : 1));
  }

  /** Ids of the open shards, by hash key. */
  get shardIds(): readonly string[] {
    return this.open.map((shard) => shard.shardId);
  }

  knows(shardId: string): boolean {
    return this.all.has(shardId);
  }

  /** Whether a record with these keys belongs to the shard, open or closed, by the hash keys that it has. */
  belongsTo(shardId: string, partitionKey: string, explicitHashKey?: string): boolean {
    const shard = this.all.get(shardId);
    const hashKey = hashKeyFor(partitionKey, explicitHashKey);
    return shard !== undefined && hashKey >= shard.startingHashKey && hashKey <= shard.endingHashKey;
  }

  /**
   * The shard a record with these keys goes to, as far as this map knows.
   *
   * @returns undefined when the map has a hole there, as a list of shards taken amid a reshard may have
   */
  shardFor(partitionKey: string, explicitHashKey?: string): string | undefined {
    const hashKey = hashKeyFor(partitionKey, explicitHashKey);
    let low = 0;
    let high = this.open.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const shard = this.open[middle];
      if (shard === undefined) return undefined;
      if (hashKey < shard.startingHashKey) high = middle - 1;
      else if (hashKey > shard.endingHashKey) low = middle + 1;
      else return shard.shardId;
    }
    return undefined;
  }
}

function hashKeyFor(partitionKey: string, explicitHashKey: string | undefined): bigint {
  return explicitHashKey === undefined ? hashKeyOf(partitionKey) : BigInt(explicitHashKey);
}
