import { type Checkpoint, compareCheckpoints } from '../checkpointers/checkpoint.js';
import type { ChildShard } from '../client/kinesis-gateway.js';
import type { ShardDelivery } from '../delivery/shard-delivery.js';
import { comparePositions } from '../delivery/position.js';
import type { KinesisEventListener, ShardPlace } from '../observability/kinesis-event.js';
import { Backoff } from '../runtime/backoff.js';
import type { Clock } from '../runtime/clock.js';
import { PeriodicLoop } from '../runtime/periodic-loop.js';
import type { Random } from '../runtime/random.js';
import type { HeldLease } from './held-lease.js';

/** Between attempts to write what a shard must not be given up without, in milliseconds. */
const WRITE_BACKOFF = { initial: 100, max: 2_000 };

/** How often the last checkpoint is tried while the lease lasts. */
const LAST_CHECKPOINT_ATTEMPTS = 10;

export interface ShardProgressOptions {
  place: ShardPlace;
  lease: HeldLease;
  delivery: ShardDelivery;
  clock: Clock;
  random: Random;
  report: KinesisEventListener;
  /** Milliseconds between checkpoints. */
  checkpointInterval: number;
  /** Makes sure the children have leases; only then may the shard's checkpoint say it has ended. */
  prepareChildren: (
    children: readonly ChildShard[],
    reached: Checkpoint,
    signal: AbortSignal,
  ) => Promise<void>;
}

/** How far a shard is done, and the storing of it under the shard's lease. */
export class ShardProgress {
  private readonly checkpoints: PeriodicLoop;

  constructor(private readonly options: ShardProgressOptions) {
    const { clock, random, checkpointInterval: period } = options;
    this.checkpoints = new PeriodicLoop({
      clock,
      random,
      period,
      turn: () => this.store(),
      onError: (error, retryIn) => this.reportFailure('checkpoint', error, retryIn),
    });
  }

  /** Stores how far the shard is done every `checkpointInterval`. */
  start(): void {
    this.checkpoints.start();
  }

  stop(): Promise<void> {
    return this.checkpoints.stop();
  }

  /** Up to where everything is finished, stored or not. */
  get position(): Checkpoint {
    const { delivery, lease } = this.options;
    return delivery.finished ? { type: 'SEQUENCE', ...delivery.finished } : lease.checkpointed;
  }

  /** Whether what may be stored is stored. */
  get isStored(): boolean {
    return this.unstored === undefined;
  }

  /** Stores how far the shard is done, if that is not stored yet. */
  async store(): Promise<void> {
    const { unstored } = this;
    if (unstored) await this.options.lease.checkpoint(unstored);
  }

  /** Stores it before the lease is given up, and does not let go easily: what this misses is handled twice. */
  async storeLast(): Promise<void> {
    const { lease, clock, random } = this.options;
    const backoff = new Backoff(WRITE_BACKOFF, random);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.store();
      } catch (error) {
        if (!lease.isHeld()) return;
        const retryIn = backoff.next();
        this.reportFailure('last checkpoint', error, retryIn);
        if (attempt === LAST_CHECKPOINT_ATTEMPTS) return;
        await clock.sleep(retryIn);
      }
    }
  }

  /**
   * Stores that the shard has ended, once its children have leases.
   *
   * @returns whether that is stored; if not, the shard was stopped or lost on the way
   */
  async storeEnd(children: readonly ChildShard[], signal: AbortSignal): Promise<boolean> {
    const { lease, report, place, clock, random, prepareChildren } = this.options;
    const backoff = new Backoff(WRITE_BACKOFF, random);
    while (!signal.aborted) {
      try {
        if (!(await this.untilAllMarked(signal))) return false;
        await prepareChildren(children, this.position, signal);
        if (!(await lease.checkpoint({ type: 'SHARD_END' }))) return false;
        report({ type: 'shard-ended', children: children.map((child) => child.shardId), ...place });
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        const retryIn = backoff.next();
        this.reportFailure('end', error, retryIn);
        await clock.sleep(retryIn, signal).catch(() => undefined);
      }
    }
    return false;
  }

  /** With manual checkpoints a shard ends when its last record is marked done. Resolves whether that is so. */
  private async untilAllMarked(signal: AbortSignal): Promise<boolean> {
    const { clock, checkpointInterval, delivery } = this.options;
    while (!signal.aborted) {
      const { finished, checkpointable } = delivery;
      if (!finished || (checkpointable && comparePositions(checkpointable, finished) === 0)) return true;
      await this.store();
      await clock.sleep(checkpointInterval, signal).catch(() => undefined);
    }
    return false;
  }

  /** What may be stored and is not. */
  private get unstored(): Checkpoint | undefined {
    const { delivery, lease } = this.options;
    if (!delivery.checkpointable) return undefined;
    const reached: Checkpoint = { type: 'SEQUENCE', ...delivery.checkpointable };
    return compareCheckpoints(reached, lease.checkpointed) === 0 ? undefined : reached;
  }

  private reportFailure(what: string, error: unknown, retryIn: number): void {
    const { stream, application, shardId } = this.options.place;
    const loop = `${what} ${shardId}`;
    this.options.report({ type: 'loop-failed', loop, stream, application, retryIn, error });
  }
}
