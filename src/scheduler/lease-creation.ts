import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { Lease, NewLease } from '../checkpointers/checkpointer.js';
import type { ShardDescription } from '../client/kinesis-gateway.js';

export interface LeaseCreationInput {
  /** Every shard the service lists. */
  shards: readonly ShardDescription[];
  leases: readonly Lease[];
  /** The starting position, made durable: for shards of an application that sees the stream for the first time. */
  initial: Checkpoint;
  /** Shards whose lease this worker has seen unfinished and which is gone: never to be mistaken for one that was done. */
  vanished: ReadonlySet<string>;
  /** When the stream was created, in milliseconds since the Unix epoch. */
  streamCreatedAt: number;
}

export interface LeaseCreation {
  /** The leases to create, parents before children. */
  readonly missing: readonly NewLease[];
  /** Shards that ought to have a lease and whose position nobody knows: their rows were deleted. */
  readonly uncovered: readonly ShardDescription[];
}

/**
 * What leases the shards of a stream lack.
 *
 * - A shard that descends from one with a lease is read from its beginning: its records came while the application was
 *   there. If that parent still stands at a timestamp, so does the child: it may have had records before that time.
 * - A shard is done that has a descendant whose lease has moved, or one that does not name it as a parent: it was closed before
 *   the application's start. If its descendants stand where they were made to, its lease has been deleted: that of a
 *   shard at its end stays as long as the shard is listed (a KCL's until its children are being read).
 * - Any other is new to the application if all leases are still as they were made, since then the first look may have been cut
 *   short. Otherwise its lease has been deleted.
 */
export function planLeases(input: LeaseCreationInput): LeaseCreation {
  const { shards, leases, vanished, streamCreatedAt } = input;
  const positions = new Map(leases.map((lease) => [lease.shardId, lease.checkpoint]));
  const settled = ancestorsOf(settledParents(leases, shards), shards);
  const initial = unfinishedStart(leases, input.initial);
  const listed = new Set(shards.map((shard) => shard.shardId));
  const missing: NewLease[] = [];
  const uncovered: ShardDescription[] = [];

  for (const shard of [...shards].sort((a, b) => (a.shardId < b.shardId ? -1 : 1))) {
    const { shardId, parentShardIds } = shard;
    if (positions.has(shardId) || (settled.has(shardId) && !vanished.has(shardId))) continue;
    const checkpoint = vanished.has(shardId) ? undefined : (afterParents(shard, positions) ?? initial);
    if (!checkpoint) {
      uncovered.push(shard);
      continue;
    }
    positions.set(shardId, checkpoint);
    missing.push({
      shardId,
      parentShardIds: parentShardIds.filter((parent) => listed.has(parent) || positions.has(parent)),
      streamCreatedAt,
      checkpoint,
    });
  }
  return { missing, uncovered };
}

/** Where a shard starts that descends from shards with leases. */
function afterParents(
  { parentShardIds }: Pick<ShardDescription, 'parentShardIds'>,
  positions: ReadonlyMap<string, Checkpoint>,
): Checkpoint | undefined {
  const ofParents = parentShardIds.flatMap((parent) => positions.get(parent) ?? []);
  if (ofParents.length === 0) return undefined;
  return startOfChild(ofParents);
}

/** Where a child starts, given where its parents stand. */
export function startOfChild(parents: readonly Checkpoint[]): Checkpoint {
  const times = parents.flatMap((parent) => (parent.type === 'AT_TIMESTAMP' ? [parent.timestamp] : []));
  return times.length === parents.length && times.length > 0
    ? { type: 'AT_TIMESTAMP', timestamp: Math.min(...times) }
    : { type: 'TRIM_HORIZON' };
}

/**
 * Where shards start that nothing is known of; undefined if the application has been here before. All shards of an
 * application start at the same point, so what a first look has already written decides.
 */
function unfinishedStart(leases: readonly Lease[], initial: Checkpoint): Checkpoint | undefined {
  const begun = leases.some(({ checkpoint: { type } }) => type === 'SEQUENCE' || type === 'SHARD_END');
  if (begun) return undefined;
  return leases.find(({ checkpoint }) => checkpoint.type === 'AT_TIMESTAMP')?.checkpoint ?? initial;
}

/**
 * Parents that were dealt with: those of leases that have moved, and those from before an application's start, which its
 * leases do not name.
 */
function settledParents(leases: readonly Lease[], shards: readonly ShardDescription[]): string[] {
  const parents = new Map(shards.map((shard) => [shard.shardId, shard.parentShardIds]));
  return leases.flatMap(({ shardId, parentShardIds, checkpoint }) => {
    const listed = parents.get(shardId) ?? [];
    if (checkpoint.type === 'TRIM_HORIZON') return [];
    if (checkpoint.type === 'AT_TIMESTAMP')
      return listed.filter((parent) => !parentShardIds.includes(parent));
    return listed;
  });
}

/** The given shards, and all from which one of them descends. */
function ancestorsOf(shardIds: readonly string[], shards: readonly ShardDescription[]): Set<string> {
  const parents = new Map(shards.map((shard) => [shard.shardId, shard.parentShardIds]));
  const ancestors = new Set<string>();
  const open = [...shardIds];
  for (let shardId = open.pop(); shardId !== undefined; shardId = open.pop()) {
    if (ancestors.has(shardId)) continue;
    ancestors.add(shardId);
    open.push(...(parents.get(shardId) ?? []));
  }
  return ancestors;
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
 *
 * @param isSettled - whether a shard that has no lease needs none
 */
export function parentsAreDone(
  lease: Lease,
  leases: ReadonlyMap<string, Lease>,
  isSettled: (shardId: string) => boolean,
): boolean {
  return lease.parentShardIds.every((parent) => {
    const parentLease = leases.get(parent);
    return parentLease ? parentLease.checkpoint.type === 'SHARD_END' : isSettled(parent);
  });
}
