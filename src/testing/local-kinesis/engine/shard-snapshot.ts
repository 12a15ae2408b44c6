import { type RecordLogSnapshot } from './record-log.js';
import { type Shard, type ShardOrigin } from './shard.js';

/** A shard as a plain object that JSON can carry. */
export interface ShardSnapshot {
  readonly ordinal: number;
  readonly startingHashKey: string;
  readonly endingHashKey: string;
  readonly createdAt: number;
  readonly closedAt?: number | undefined;
  readonly parentId?: string | undefined;
  readonly adjacentParentId?: string | undefined;
  readonly log: RecordLogSnapshot;
}

export function snapshotShard(shard: Shard): ShardSnapshot {
  const { ordinal, startingHashKey, endingHashKey, createdAt, closedAt, parentId, adjacentParentId, log } =
    shard;
  const place = { ordinal, startingHashKey, endingHashKey, createdAt, closedAt, parentId, adjacentParentId };
  return { ...place, log: log.snapshot() };
}

export function originOf({
  ordinal,
  createdAt,
  parentId,
  adjacentParentId,
  ...saved
}: ShardSnapshot): ShardOrigin {
  return {
    ordinal,
    createdAt,
    parentId,
    adjacentParentId,
    startingHashKey: BigInt(saved.startingHashKey),
    endingHashKey: BigInt(saved.endingHashKey),
  };
}
