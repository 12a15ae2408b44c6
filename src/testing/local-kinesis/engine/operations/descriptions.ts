import { type Shard } from '../shard.js';
import { type Stream } from '../stream.js';

/** A shard as ListShards and DescribeStream show it. */
export interface ShardDescription {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  readonly SequenceNumberRange: {
    readonly StartingSequenceNumber: string;
    readonly EndingSequenceNumber?: string;
  };
}

/** @param asOf - shows a shard that was still open then as open; milliseconds since the Unix epoch */
export function describeShard(shard: Shard, asOf = Infinity): ShardDescription {
  const ending =
    shard.closedAt !== undefined && shard.closedAt <= asOf ? shard.endingSequenceNumber : undefined;
  return {
    ShardId: shard.id,
    ...(shard.parentId !== undefined && { ParentShardId: shard.parentId }),
    ...(shard.adjacentParentId !== undefined && { AdjacentParentShardId: shard.adjacentParentId }),
    HashKeyRange: { StartingHashKey: shard.startingHashKey, EndingHashKey: shard.endingHashKey },
    SequenceNumberRange: {
      StartingSequenceNumber: shard.startingSequenceNumber,
      ...(ending !== undefined && { EndingSequenceNumber: ending }),
    },
  };
}

/** The children of a closed shard as its last answer names them. */
export function childShards(shard: Shard): object[] {
  return shard.children.map((child) => ({
    ShardId: child.id,
    ParentShards: [child.parentId, child.adjacentParentId].filter((id) => id !== undefined),
    HashKeyRange: { StartingHashKey: child.startingHashKey, EndingHashKey: child.endingHashKey },
  }));
}

/** What DescribeStream and DescribeStreamSummary have in common. */
export function describeStream(stream: Stream): object {
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    StreamStatus: stream.status,
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: new Date(stream.createdAt),
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: 'NONE',
  };
}
