import { compareCheckpoints, type Checkpoint } from '../checkpointers/checkpoint.js';
import type { Checkpointer, Lease, LeaseScope } from '../checkpointers/checkpointer.js';
import { CheckpointerError } from '../errors.js';
import { untilAborted } from '../runtime/abort.js';
import { Backoff } from '../runtime/backoff.js';
import type { BootTime } from '../runtime/boot-time.js';
import type { Clock, Timer } from '../runtime/clock.js';
import { withDeadline } from '../runtime/deadline.js';
import type { Random } from '../runtime/random.js';
import { LeaseConflictError } from './lease-errors.js';

/** How a lease was lost: to another worker, to time, by deletion of its row, or by being given up. */
export type LeaseLoss = 'taken' | 'expired' | 'deleted' | 'released';

const LOSS_TEXT: Record<LeaseLoss, string> = {
  taken: 'another worker took it',
  expired: 'it could not be renewed in time',
  deleted: 'its row was deleted from the store',
  released: 'it was given up',
};

/** How often a write is tried that the store refuses though the lease is ours: its own unanswered writes were in between. */
const WRITE_ATTEMPTS = 4;

/** How many writes that are not answered fit into a session before the lease is lost. */
const WRITES_PER_SESSION = 4;

/** How often giving a lease up is tried; then it has to expire. */
const RELEASE_ATTEMPTS = 4;

/** Between those attempts, in milliseconds. */
const RELEASE_BACKOFF = { initial: 100, max: 1_000 };

export interface HeldLeaseOptions {
  checkpointer: Checkpointer;
  scope: LeaseScope;
  clock: Clock;
  random: Random;
  /** Milliseconds after the start of the last successful write when others may take the lease. */
  sessionTimeout: number;
  /** The lease as `acquire` wrote it. */
  lease: Lease;
  /** What leases are timed by: a machine that sleeps does not keep others from taking them. */
  bootTime: BootTime;
  /** When that call started, in boot time. */
  acquiredAt: number;
  /** Called when the owner's writes show that another worker asks for the lease. */
  onHandOffRequested?: (by: string) => void;
}

type LeaseWrite = (lease: Lease) => Promise<Lease | undefined>;

/**
 * A lease this worker owns. Its writes go out one at a time, since each is conditioned on the one before. It counts
 * as lost when the store shows another owner, and when its deadline passes: from then on others may have it.
 */
export class HeldLease {
  readonly shardId: string;
  /** The counter at acquisition: grows from owner to owner. */
  readonly fencingToken: number;
  private readonly loss = new AbortController();
  private lease: Lease;
  /** When the last write that succeeded was started, in boot time: takers may have seen its effect that early. */
  private confirmedAt: number;
  private deadlineTimer: Timer | undefined;
  private lastWrite: Promise<unknown> = Promise.resolve();
  private writing = false;
  private lostBy: LeaseLoss | undefined;

  constructor(private readonly options: HeldLeaseOptions) {
    this.lease = options.lease;
    this.shardId = options.lease.shardId;
    this.fencingToken = options.lease.counter;
    this.confirmedAt = options.acquiredAt;
    this.armDeadline();
  }

  /** Aborts when the lease is lost; the reason says why. */
  get lost(): AbortSignal {
    return this.loss.signal;
  }

  /** How the lease was lost; undefined while it is held. */
  get lossReason(): LeaseLoss | undefined {
    return this.lostBy;
  }

  /** The lease as this worker last wrote it. */
  get current(): Lease {
    return this.lease;
  }

  get checkpointed(): Checkpoint {
    return this.lease.checkpoint;
  }

  /** Milliseconds until the lease is lost unless it is renewed; 0 or less when it is lost. */
  get remaining(): number {
    const { bootTime, sessionTimeout } = this.options;
    return this.lostBy ? 0 : this.confirmedAt + sessionTimeout - bootTime.now();
  }

  /** Whether nobody else can own the lease at this moment. */
  isHeld(): boolean {
    if (this.lostBy) return false;
    // The timer may be late when the event loop was blocked; the clocks are not.
    if (this.remaining > 0) return true;
    this.lose('expired');
    return false;
  }

  /** Learns of the row as it is, from a look at all leases: who slept may see there first that another worker has it. */
  notice({ owner, counter }: Lease): void {
    // A look that is older than our last write shows an owner before us, and a lower counter.
    if (!this.lostBy && owner !== this.lease.owner && counter > this.lease.counter) this.lose('taken');
  }

  /** Whether the last confirmation is at least `age` milliseconds old and no write is under way to renew it. */
  isDue(age: number): boolean {
    return !this.writing && this.options.bootTime.now() - this.confirmedAt >= age;
  }

  /** Renews through `batch`, or alone. Resolves whether the lease is still held. */
  renew(batch: LeaseWrite = (lease) => this.renewAlone(lease)): Promise<boolean> {
    let first = true;
    return this.write((lease) => {
      const write = first ? batch : (again: Lease) => this.renewAlone(again);
      first = false;
      return write(lease);
    });
  }

  /** Resolves whether the checkpoint is stored; if not, the lease is lost. */
  checkpoint(checkpoint: Checkpoint): Promise<boolean> {
    const { checkpointer, scope } = this.options;
    return this.write((lease) =>
      // An unanswered write of ours may already have gone further, such as to the end of the shard.
      compareCheckpoints(lease.checkpoint, checkpoint) >= 0
        ? this.renewAlone(lease)
        : checkpointer.checkpoint(scope, lease, checkpoint),
    );
  }

  /** Gives the lease up after the writes under way, to the worker that asked for it if one did. */
  async release(): Promise<void> {
    await untilAborted(this.lastWrite, this.loss.signal).catch(() => undefined);
    if (!this.isHeld()) return;
    this.lose('released');
    const { checkpointer, scope, clock, random } = this.options;
    const backoff = new Backoff(RELEASE_BACKOFF, random);
    for (let attempt = 1; attempt <= RELEASE_ATTEMPTS; attempt++) {
      try {
        if (await this.inTime(checkpointer.release(scope, this.lease))) return;
        if (await this.adoptOwnWrite()) return;
      } catch (error) {
        if (attempt === RELEASE_ATTEMPTS) throw error;
        await clock.sleep(backoff.next());
      }
    }
    throw new LeaseConflictError(this.shardId);
  }

  private renewAlone(lease: Lease): Promise<Lease | undefined> {
    return this.options.checkpointer.renew(this.options.scope, [lease]).then(([renewed]) => renewed);
  }

  private write(operation: LeaseWrite): Promise<boolean> {
    const turn = this.writing
      ? this.lastWrite.then(() => this.writeNow(operation))
      : this.writeNow(operation);
    const settled = turn.catch(() => undefined);
    this.lastWrite = settled;
    void settled.then(() => {
      if (this.lastWrite === settled) this.writing = false;
    });
    return turn;
  }

  private async writeNow(operation: LeaseWrite): Promise<boolean> {
    this.writing = true;
    try {
      return await this.tryToWrite(operation);
    } catch (error) {
      if (this.lostBy) return false;
      throw error;
    }
  }

  private async tryToWrite(operation: LeaseWrite): Promise<boolean> {
    for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt++) {
      if (!this.isHeld()) return false;
      const startedAt = this.options.bootTime.now();
      const written = await this.inTime(operation(this.lease));
      if (this.lostBy) return false;
      if (written) {
        this.lease = written;
        this.confirmedAt = startedAt;
        this.armDeadline();
        if (written.handOffTo !== undefined) this.options.onHandOffRequested?.(written.handOffTo);
        return this.isHeld();
      }
      const loss = await this.adoptOwnWrite();
      if (loss && !this.lostBy) this.lose(loss);
    }
    throw new LeaseConflictError(this.shardId);
  }

  /**
   * The store does not have the lease as we know it. If it is still in our name, an earlier write of ours took effect
   * whose answer was lost, and we go on from there. Its deadline stays: nobody knows when that was.
   *
   * @returns how the lease was lost, if it is not ours any more
   */
  private async adoptOwnWrite(): Promise<LeaseLoss | undefined> {
    const { checkpointer, scope } = this.options;
    const current = await this.inTime(checkpointer.get(scope, this.shardId));
    if (!current) return 'deleted';
    if (current.owner !== this.lease.owner) return 'taken';
    this.lease = current;
    return undefined;
  }

  /**
   * A store that does not answer must hold up neither who knows that the lease is lost, nor, while there is time, another
   * attempt.
   *
   * @throws CheckpointerError when it does not answer in time; the reason of {@link lost}, when that aborts meanwhile
   */
  private inTime<T>(answer: Promise<T>): Promise<T> {
    const { clock, sessionTimeout } = this.options;
    const timeout = sessionTimeout / WRITES_PER_SESSION;
    // What is given up counts as lost, and the store has yet to hear of it.
    const signal = this.lostBy ? undefined : this.loss.signal;
    const late = (): Error => this.noAnswer(timeout);
    return withDeadline(() => answer, { clock, timeout, late, ...(signal ? { signal } : {}) });
  }

  private noAnswer(timeout: number): CheckpointerError {
    return new CheckpointerError(
      this.options.checkpointer.name,
      `no answer in ${timeout} ms about the lease of shard ${this.shardId}; whether the call took effect is not known. ` +
        'It is tried again until the lease expires. If that happens often, look at the load of the store and at the ' +
        'network to it, or raise "sessionTimeout".',
      { retryable: true },
    );
  }

  private armDeadline(): void {
    this.deadlineTimer?.cancel();
    if (this.lostBy) return;
    this.deadlineTimer = this.options.clock.schedule(this.remaining, () => void this.isHeld());
  }

  private lose(how: LeaseLoss): void {
    this.lostBy = how;
    this.deadlineTimer?.cancel();
    this.loss.abort(new Error(LOSS_TEXT[how]));
  }
}
