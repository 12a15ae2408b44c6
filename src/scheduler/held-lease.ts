import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { Checkpointer, Lease, LeaseScope } from '../checkpointers/checkpointer.js';
import type { Clock, Timer } from '../runtime/clock.js';

export interface HeldLeaseOptions {
  checkpointer: Checkpointer;
  scope: LeaseScope;
  clock: Clock;
  /** Milliseconds after the start of the last successful write when others may take the lease. */
  sessionTimeout: number;
  /** The lease as `acquire` wrote it, and when that call started on the monotonic clock. */
  lease: Lease;
  acquiredAt: number;
}

/**
 * A lease this worker owns. Its writes go out one at a time, since each is conditioned on the one before. It counts
 * as lost when a write finds another owner, and when its deadline passes: from then on others may have it.
 */
export class HeldLease {
  readonly shardId: string;
  /** The counter at acquisition: grows from owner to owner. */
  readonly fencingToken: number;
  private readonly loss = new AbortController();
  private lease: Lease;
  private deadline: number;
  private deadlineTimer: Timer | undefined;
  private lastWrite: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: HeldLeaseOptions) {
    this.lease = options.lease;
    this.shardId = options.lease.shardId;
    this.fencingToken = options.lease.counter;
    this.deadline = options.acquiredAt + options.sessionTimeout;
    this.armDeadline();
  }

  /** Aborts when the lease is lost; the reason says why. */
  get lost(): AbortSignal {
    return this.loss.signal;
  }

  get checkpointed(): Checkpoint {
    return this.lease.checkpoint;
  }

  get parentShardIds(): readonly string[] {
    return this.lease.parentShardIds;
  }

  /** Whether nobody else can own the lease at this moment. */
  isHeld(): boolean {
    if (this.loss.signal.aborted) return false;
    // The timer may be late when the event loop was blocked; the clock is not.
    if (this.options.clock.now() < this.deadline) return true;
    this.lose('it could not be renewed in time');
    return false;
  }

  renew(): Promise<void> {
    return this.write(async (store, scope, lease) => (await store.renew(scope, [lease]))[0]);
  }

  checkpoint(checkpoint: Checkpoint): Promise<void> {
    return this.write((store, scope, lease) => store.checkpoint(scope, lease, checkpoint));
  }

  /** Gives the lease up after the writes under way; a lost lease needs no release. */
  async release(): Promise<void> {
    await this.lastWrite;
    this.deadlineTimer?.cancel();
    if (this.loss.signal.aborted) return;
    const { checkpointer, scope } = this.options;
    this.loss.abort(new Error('released'));
    await checkpointer.release(scope, this.lease);
  }

  private write(
    operation: (store: Checkpointer, scope: LeaseScope, lease: Lease) => Promise<Lease | undefined>,
  ): Promise<void> {
    const { checkpointer, scope, clock, sessionTimeout } = this.options;
    const turn = this.lastWrite.then(async () => {
      if (!this.isHeld()) return;
      const startedAt = clock.now();
      const written = await operation(checkpointer, scope, this.lease);
      if (written === undefined) {
        this.lose('another worker took it');
        return;
      }
      this.lease = written;
      // Counted from the start of the write: takers may have seen its effect that early.
      this.deadline = startedAt + sessionTimeout;
      this.armDeadline();
    });
    this.lastWrite = turn.catch(() => undefined);
    return turn;
  }

  private armDeadline(): void {
    this.deadlineTimer?.cancel();
    if (this.loss.signal.aborted) return;
    const { clock } = this.options;
    this.deadlineTimer = clock.schedule(this.deadline - clock.now(), () => void this.isHeld());
  }

  private lose(reason: string): void {
    this.deadlineTimer?.cancel();
    this.loss.abort(new Error(reason));
  }
}
