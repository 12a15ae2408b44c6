import { type LocalKinesisEngine } from './engine/engine.js';

interface ShardDescription {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string };
}

/** Splits a shard, by default the widest in the middle, and returns its children. */
export async function splitShard(
  engine: LocalKinesisEngine,
  streamName: string,
  shardId?: string,
  newStartingHashKey?: string,
): Promise<string[]> {
  const open = await openShards(engine, streamName);
  const shard =
    shardId === undefined ? widest(open) : open.find((candidate) => candidate.ShardId === shardId);
  const parent = shardId ?? shard?.ShardId;
  await engine.arrange('SplitShard', {
    StreamName: streamName,
    ShardToSplit: parent,
    NewStartingHashKey: newStartingHashKey ?? (shard && middle(shard)) ?? '0',
  });
  const children = (await openShards(engine, streamName)).filter((child) => child.ParentShardId === parent);
  return children.map((child) => child.ShardId);
}

/** Merges two neighbours, by default the first two, and returns their child. */
export async function mergeShards(
  engine: LocalKinesisEngine,
  streamName: string,
  shardId?: string,
  adjacentShardId?: string,
): Promise<string> {
  const open = await openShards(engine, streamName);
  const shard = shardId === undefined ? open[0] : open.find((candidate) => candidate.ShardId === shardId);
  const neighbour = adjacentShardId ?? (shard && neighbourOf(shard, open))?.ShardId;
  await engine.arrange('MergeShards', {
    StreamName: streamName,
    ShardToMerge: shardId ?? shard?.ShardId,
    AdjacentShardToMerge: neighbour,
  });
  const child = (await openShards(engine, streamName)).find((candidate) =>
    [candidate.ParentShardId, candidate.AdjacentParentShardId].includes(neighbour),
  );
  if (child === undefined) throw new Error(`No shard of ${streamName} came out of merging ${neighbour}`);
  return child.ShardId;
}

/** The open shards, by the hash keys they take. */
async function openShards(engine: LocalKinesisEngine, streamName: string): Promise<ShardDescription[]> {
  const shards: ShardDescription[] = [];
  let position: Record<string, unknown> = { StreamName: streamName, ShardFilter: { Type: 'AT_LATEST' } };
  for (;;) {
    const { Shards, NextToken } = await engine.arrange('ListShards', position);
    shards.push(...(Shards as ShardDescription[]));
    if (NextToken === undefined) break;
    position = { NextToken };
  }
  return shards.sort((one, other) => Number(start(one) - start(other)));
}

function widest(shards: readonly ShardDescription[]): ShardDescription | undefined {
  return shards.reduce<ShardDescription | undefined>(
    (best, shard) => (best === undefined || width(shard) > width(best) ? shard : best),
    undefined,
  );
}

function neighbourOf(
  shard: ShardDescription,
  shards: readonly ShardDescription[],
): ShardDescription | undefined {
  const next = BigInt(shard.HashKeyRange.EndingHashKey) + 1n;
  return shards.find((candidate) => start(candidate) === next);
}

function middle(shard: ShardDescription): string {
  return (start(shard) + width(shard) / 2n + 1n).toString();
}

function start(shard: ShardDescription): bigint {
  return BigInt(shard.HashKeyRange.StartingHashKey);
}

function width(shard: ShardDescription): bigint {
  return BigInt(shard.HashKeyRange.EndingHashKey) - start(shard);
}
