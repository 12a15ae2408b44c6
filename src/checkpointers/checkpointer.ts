import type { Checkpoint } from './checkpoint.js';

/** The set of leases an application has on one stream. */
export interface LeaseScope {
  readonly application: string;
  /** The service's name of the stream. */
  readonly streamName: string;
}

/** The right of one worker to read one shard, and how far the shard is done. */
export interface Lease {
  readonly shardId: string;
  readonly parentShardIds: readonly string[];
  /** The worker that holds it; absent when nobody does. */
  readonly owner?: string;
  /** Grows with every write of its owner: who knows owner and counter knows the row has not changed since. */
  readonly counter: number;
  readonly checkpoint: Checkpoint;
  /**
   * Milliseconds without a renewal after which the owner itself regards the lease as expired; takers wait no less.
   */
  readonly sessionTimeout?: number;
  /**
   * When the stream was created whose shard this is, in milliseconds since the Unix epoch: a stream deleted and
   * created again has shards of the same names. Absent in leases that other software wrote.
   */
  readonly streamCreatedAt?: number;
}

/** What a new lease starts with. */
export type NewLease = Pick<Lease, 'shardId' | 'parentShardIds' | 'checkpoint' | 'streamCreatedAt'>;

/**
 * The store of leases and checkpoints.
 *
 * Every write to an existing lease is fenced: it takes effect only if the lease still has the owner and the counter
 * of the `Lease` it is given, and it then raises the counter by one. So a worker that was paused or cut off can
 * neither rewind nor overwrite its successor. An implementation that cannot tell whether a write took effect (its
 * reply was lost) reads the lease again: if that shows its own write, the write succeeded.
 *
 * Methods reject when the store cannot be reached; that is no statement about the lease.
 */
export interface Checkpointer {
  /** For logs. */
  readonly name: string;

  /** Creates a lease without owner, unless the shard has one. Returns whether it did. */
  create(scope: LeaseScope, lease: NewLease): Promise<boolean>;

  /** All leases of the scope. */
  list(scope: LeaseScope): Promise<Lease[]>;

  /**
   * Makes `worker` the owner.
   *
   * @param seen - the lease as the worker saw it: unowned, or expired by the worker's own clock
   * @param sessionTimeout - the new owner's, in milliseconds
   * @returns the lease as written, or undefined if it had changed meanwhile
   */
  acquire(scope: LeaseScope, seen: Lease, worker: string, sessionTimeout: number): Promise<Lease | undefined>;

  /** Shows that the owner lives. Returns the lease as written, or undefined if it is lost. */
  renew(scope: LeaseScope, held: Lease): Promise<Lease | undefined>;

  /** Stores how far the shard is done. Returns the lease as written, or undefined if it is lost. */
  checkpoint(scope: LeaseScope, held: Lease, checkpoint: Checkpoint): Promise<Lease | undefined>;

  /** Gives the lease up; its checkpoint stays. Returns whether it was still held. */
  release(scope: LeaseScope, held: Lease): Promise<boolean>;

  /** Removes the lease and its checkpoint, if it is as seen. Returns whether it is gone. */
  delete(scope: LeaseScope, seen: Lease): Promise<boolean>;
}
