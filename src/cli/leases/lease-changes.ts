import { type Checkpoint, compareCheckpoints } from '../../checkpointers/checkpoint.js';
import type { Lease, NewLease } from '../../checkpointers/checkpointer.js';

/** What would make a lease as it shall be. */
export type LeaseChange =
  | { readonly kind: 'create'; readonly lease: NewLease }
  /** The one there is of an earlier stream of the same name. */
  | { readonly kind: 'replace'; readonly seen: Lease; readonly lease: NewLease }
  | { readonly kind: 'move'; readonly seen: Lease; readonly to: Checkpoint };

/** What differs between leases as they shall be and as they are; leases beyond those stay as they are. */
export function changesTo(wanted: readonly NewLease[], present: readonly Lease[]): LeaseChange[] {
  const byShard = new Map(present.map((lease) => [lease.shardId, lease]));
  return [...wanted].sort(byShardId).flatMap((lease): LeaseChange[] => {
    const seen = byShard.get(lease.shardId);
    if (!seen) return [{ kind: 'create', lease }];
    if (isOfAnotherStream(seen, lease)) return [{ kind: 'replace', seen, lease }];
    if (compareCheckpoints(seen.checkpoint, lease.checkpoint) === 0) return [];
    return [{ kind: 'move', seen, to: lease.checkpoint }];
  });
}

export function describeChange(change: LeaseChange): string {
  if (change.kind === 'create') {
    return `${change.lease.shardId}  create at ${describeCheckpoint(change.lease.checkpoint)}`;
  }
  const [from, to] = [change.seen.checkpoint, change.kind === 'move' ? change.to : change.lease.checkpoint];
  const step = `from ${describeCheckpoint(from)} to ${describeCheckpoint(to)}`;
  if (change.kind === 'replace') {
    return `${change.seen.shardId}  replace, of an earlier stream of that name, ${step}`;
  }
  // Forward, records that nobody has handled are skipped; back, some are handled again.
  return `${change.seen.shardId}  move ${compareCheckpoints(from, to) < 0 ? 'forward' : 'back'} ${step}`;
}

export function describeCheckpoint(checkpoint: Checkpoint): string {
  if (checkpoint.type === 'AT_TIMESTAMP') return new Date(checkpoint.timestamp).toISOString();
  if (checkpoint.type !== 'SEQUENCE') return checkpoint.type;
  return `${checkpoint.sequenceNumber}/${checkpoint.subSequenceNumber}`;
}

function isOfAnotherStream(one: NewLease, other: NewLease): boolean {
  const [a, b] = [one.streamCreatedAt, other.streamCreatedAt];
  return a !== undefined && b !== undefined && a !== b;
}

function byShardId(a: NewLease, b: NewLease): number {
  return a.shardId < b.shardId ? -1 : 1;
}
