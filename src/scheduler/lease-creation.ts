import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { Lease, NewLease } from '../checkpointers/checkpointer.js';
import type { ShardDescription } from '../client/kinesis-gateway.js';
import { KinesisError } from '../errors.js';

/** The service names a shard as a parent that it does not list: its list is stale. */
export class ParentLeaseMissingError extends KinesisError {
  constructor(shardId: string, parent: string) {
    super(
      'KINESIS_STALE_SHARD_LIST',
      `Shard ${shardId} cannot be read yet: its parent ${parent} is not in the service's list of shards.`,
      { retryable: true },
    );
  }
}

/**
 * The leases missing for the shards the service lists, parents before children.
 *
 * A shard that descends from one the application knows is read from its beginning: its records came while the
 * application was there. Any other starts at the application's starting position.
 *
 * @param initial - the starting position, made durable
 * @param streamCreatedAt - when the stream was created, in milliseconds since the Unix epoch
 */
export function missingLeases(
  shards: readonly ShardDescription[],
  leases: readonly Lease[],
  initial: Checkpoint,
  streamCreatedAt: number,
): NewLease[] {
  const known = new Set(leases.map((lease) => lease.shardId));
  const listed = new Set([...known, ...shards.map((shard) => shard.shardId)]);
  return shards
    .filter((shard) => !known.has(shard.shardId))
    .sort((a, b) => (a.shardId < b.shardId ? -1 : 1))
    .map(({ shardId, parentShardIds }) => ({
      shardId,
      parentShardIds: parentShardIds.filter((parent) => listed.has(parent)),
      streamCreatedAt,
      checkpoint: parentShardIds.some((parent) => known.has(parent)) ? { type: 'TRIM_HORIZON' } : initial,
    }));
}

/**
 * Whether the lease is of an earlier stream of the same name: its checkpoint says nothing about the present one.
 *
 * @param streamCreatedAt - when the present stream was created, in milliseconds since the Unix epoch
 */
export function isOfEarlierStream(lease: Lease, streamCreatedAt: number): boolean {
  return lease.streamCreatedAt !== undefined && lease.streamCreatedAt !== streamCreatedAt;
}

/**
 * Whether a shard may be read: all its parents are done, or so old that they are gone from the service and from
 * the leases.
 */
export function parentsAreDone(lease: Lease, leases: ReadonlyMap<string, Lease>): boolean {
  return lease.parentShardIds.every((parent) => {
    const parentLease = leases.get(parent);
    return parentLease === undefined || parentLease.checkpoint.type === 'SHARD_END';
  });
}
