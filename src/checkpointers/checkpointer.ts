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
  /** The worker that asked the owner for the lease, and gets it when the owner gives it up. */
  readonly handOffTo?: string;
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
export type NewLease = Pick<Lease, 'shardId' | 'parentShardIds' | 'checkpoint' | 'streamCreatedAt'> & {
  /** For a lease that is put back after its row was deleted: it goes on counting, so that fencing tokens never go back. */
  readonly counter?: number;
};

/**
 * The store of leases and checkpoints.
 *
 * Every write that changes a lease's owner or position is fenced: it takes effect only if the lease still has the owner
 * and the counter of the `Lease` it is given, and it then raises the counter by one. So a worker that was paused or cut
 * off can neither rewind nor overwrite its successor. The one write that does not raise the counter is
 * {@link Checkpointer.requestHandOff}: the owner's next write must not fail because somebody asked.
 *
 * Methods reject when the store cannot be reached or did not answer; that is no statement about the lease. The caller
 * then reads the lease again: worker ids are new with each start, so a lease in its own name shows that its write took
 * effect. An implementation may recognise its own write itself and report success.
 *
 * `describeCheckpointer` of `nestjs-kinesis/testing` is the suite that an implementation must pass.
 */
export interface Checkpointer {
  /** For logs. */
  readonly name: string;

  /**
   * Milliseconds between two looks of a worker at all leases: part of the time a crashed worker's shards wait.
   *
   * @defaultValue `1_000`
   */
  readonly listInterval?: number;

  /**
   * Milliseconds between two renewals of a lease, unless the application says (`consumer.heartbeatFrequency`): what idle
   * leases cost.
   *
   * @defaultValue `3_000`
   */
  readonly heartbeatFrequency?: number;

  /**
   * The longest `consumer.sessionTimeout`, in milliseconds, where others that share the store take leases that were not
   * renewed for longer.
   *
   * @defaultValue none
   */
  readonly maxSessionTimeout?: number;

  /**
   * Called once before any other method, when the application starts: makes the store ready, or refuses one that
   * cannot be trusted.
   *
   * @throws KinesisError that says what to change
   */
  prepare?(): Promise<void>;

  /** Creates a lease without owner, with counter 0 unless another is given, unless the shard has one. Returns whether it did. */
  create(scope: LeaseScope, lease: NewLease): Promise<boolean>;

  /** All leases of the scope, in any order. */
  list(scope: LeaseScope): Promise<Lease[]>;

  /** The lease of one shard as it is now, no older than the last write that was answered. */
  get(scope: LeaseScope, shardId: string): Promise<Lease | undefined>;

  /**
   * Makes `worker` the owner, and ends a hand-off that was asked for.
   *
   * @param seen - the lease as the worker saw it: unowned, expired by the worker's own clock, or already its own
   * @param sessionTimeout - the new owner's, in milliseconds
   * @returns the lease as written, or undefined if owner or counter had changed meanwhile
   */
  acquire(scope: LeaseScope, seen: Lease, worker: string, sessionTimeout: number): Promise<Lease | undefined>;

  /**
   * Shows that the owner of these leases lives: one call carries a whole worker's heartbeat. Rejects when it could renew
   * none of them.
   *
   * @returns each lease as written, with a hand-off that was asked for meanwhile, or undefined if it is lost or could
   * not be renewed while others could, which the caller finds out by reading it; in the order of `held`
   */
  renew(scope: LeaseScope, held: readonly Lease[]): Promise<(Lease | undefined)[]>;

  /**
   * Stores how far the shard is done.
   *
   * @returns the lease as written, with a hand-off that was asked for meanwhile, or undefined if it is lost
   */
  checkpoint(scope: LeaseScope, held: Lease, checkpoint: Checkpoint): Promise<Lease | undefined>;

  /**
   * Asks the owner to hand the lease off. Conditioned on the owner and the `handOffTo` of `seen`, not on the counter,
   * which stays.
   *
   * @param worker - who asks; undefined takes back what `seen.handOffTo` asked
   * @returns whether the lease was as seen
   */
  requestHandOff(scope: LeaseScope, seen: Lease, worker: string | undefined): Promise<boolean>;

  /**
   * Gives the lease up; its checkpoint stays. If a worker has asked for it, that completes the hand-off: the lease is that
   * worker's, who shows with {@link Checkpointer.acquire} that it knows. Otherwise it is nobody's.
   *
   * @returns whether it was still held
   */
  release(scope: LeaseScope, held: Lease): Promise<boolean>;

  /** Removes the lease and its checkpoint, if owner and counter are as seen. Returns whether it is gone. */
  delete(scope: LeaseScope, seen: Lease): Promise<boolean>;

  /**
   * Calls `onChange` soon after another worker asked for a lease of the scope or gave one up, where the store can tell:
   * only to be quick, since workers look at all leases every {@link Checkpointer.listInterval} anyway.
   *
   * @returns what ends the watch
   */
  watch?(scope: LeaseScope, onChange: () => void): () => void;

  /** Called once when the application has stopped: closes what the checkpointer itself has opened. */
  close?(): Promise<void>;
}
