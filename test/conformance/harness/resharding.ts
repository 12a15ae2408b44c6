import { MergeShardsCommand, SplitShardCommand, type Shard } from '@aws-sdk/client-kinesis';
import { defined } from './defined.js';
import { type Scenario } from './scenario.js';

/** Splits a shard in the middle of its hash keys and returns its children, in order of id. */
export async function splitInHalf(kinesis: Scenario, stream: string, shardId: string): Promise<string[]> {
  const { HashKeyRange: range } = defined(
    (await kinesis.shards(stream)).find((shard) => shard.ShardId === shardId),
  );
  const middle = (BigInt(defined(range?.StartingHashKey)) + BigInt(defined(range?.EndingHashKey))) / 2n + 1n;
  await kinesis.send(
    new SplitShardCommand({ StreamName: stream, ShardToSplit: shardId, NewStartingHashKey: String(middle) }),
  );
  await kinesis.active(stream);
  return childrenOf(shardId, await kinesis.shards(stream)).map((shard) => defined(shard.ShardId));
}

/** Merges two adjacent shards and returns their child. */
export async function merge(
  kinesis: Scenario,
  stream: string,
  shardId: string,
  adjacent: string,
): Promise<Shard> {
  await kinesis.send(
    new MergeShardsCommand({ StreamName: stream, ShardToMerge: shardId, AdjacentShardToMerge: adjacent }),
  );
  await kinesis.active(stream);
  return defined(childrenOf(shardId, await kinesis.shards(stream))[0]);
}

function childrenOf(shardId: string, shards: readonly Shard[]): Shard[] {
  return shards.filter((shard) => shard.ParentShardId === shardId || shard.AdjacentParentShardId === shardId);
}
