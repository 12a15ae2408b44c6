import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { ChildShard } from '../client/kinesis-gateway.js';
import type { ShardDelivery } from '../delivery/shard-delivery.js';
import type { KinesisEventListener, ShardPlace } from '../observability/kinesis-event.js';
import { onAbort, untilAborted } from '../runtime/abort.js';
import type { Clock } from '../runtime/clock.js';
import { settledWithin } from '../runtime/deadline.js';
import { PeriodicLoop } from '../runtime/periodic-loop.js';
import type { Random } from '../runtime/random.js';
import type { HeldLease } from './held-lease.js';
import type { ShardReader } from './shard-reader.js';

export interface ShardWorkerOptions {
  place: ShardPlace;
  lease: HeldLease;
  reader: ShardReader;
  clock: Clock;
  random: Random;
  report: KinesisEventListener;
  /** Milliseconds between checkpoints. */
  checkpointInterval: number;
  createDelivery: (signals: { stopped: AbortSignal; aborted: AbortSignal }) => ShardDelivery;
  /** Makes sure the children have leases; only then may the shard's checkpoint say it has ended. */
  prepareChildren: (children: readonly ChildShard[]) => Promise<void>;
}

/** Reads one shard under its lease, has its records handled, and checkpoints what is finished. */
export class ShardWorker {
  /** Aborts when no further handler may start. */
  private readonly stopping = new AbortController();
  /** Aborts when what handlers still do no longer counts. */
  private readonly aborting = new AbortController();
  private readonly delivery: ShardDelivery;
  private readonly checkpoints: PeriodicLoop;
  private readonly stopListening: () => void;
  private halted = false;

  constructor(private readonly options: ShardWorkerOptions) {
    this.delivery = options.createDelivery({
      stopped: this.stopping.signal,
      aborted: this.aborting.signal,
    });
    this.checkpoints = new PeriodicLoop({
      clock: options.clock,
      random: options.random,
      period: options.checkpointInterval,
      turn: () => this.checkpoint(),
      onError: (error, retryIn) => this.reportLoopFailure('checkpoint', error, retryIn),
    });
    this.stopListening = onAbort(options.lease.lost, () => this.onLeaseLost());
  }

  get place(): ShardPlace {
    return this.options.place;
  }

  /** Whether a record that could not be handled holds this shard up. */
  get isHalted(): boolean {
    return this.halted;
  }

  /**
   * Works until the shard has ended, its lease is lost, or {@link drain} stops it; then gives the lease up.
   *
   * @throws what reading the shard failed with, once the lease is given up
   */
  async run(): Promise<void> {
    this.options.report({ type: 'shard-assigned', ...this.options.place });
    this.checkpoints.start();
    try {
      const children = await this.readToEnd();
      await this.checkpoints.stop();
      if (children) await this.end(children);
      else await this.checkpoint();
    } finally {
      await this.checkpoints.stop();
      this.stopListening();
      this.options.reader.close();
      await this.options.lease.release();
    }
  }

  /** Starts no further handler, and lets the running one go on for at most `timeout` milliseconds. */
  async drain(timeout: number, finished: Promise<unknown>): Promise<void> {
    this.stopping.abort();
    if (await settledWithin(finished, timeout, this.options.clock)) return;
    this.options.report({ type: 'drain-timeout', ...this.options.place });
    this.aborting.abort();
  }

  /** Reads and delivers; the shard's children if it came to its end, undefined if it was stopped before. */
  private async readToEnd(): Promise<readonly ChildShard[] | undefined> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const read = await this.options.reader.read(signal).catch((error: unknown) => {
        if (signal.aborted) return undefined;
        throw error;
      });
      if (!read) return undefined;
      // A handler that outlives the drain deadline is left behind; its record stays unfinished.
      const outcome = await untilAborted(this.delivery.deliver(read.records), this.aborting.signal).catch(
        (error: unknown) => {
          if (this.aborting.signal.aborted) return 'stopped' as const;
          throw error;
        },
      );
      read.release();
      if (outcome === 'halted') await this.standStill();
      if (outcome !== 'finished') return undefined;
      if (read.ended) return read.ended;
    }
    return undefined;
  }

  /** Keeps the lease, so that no other worker runs into the same record, and waits to be stopped. */
  private async standStill(): Promise<void> {
    this.halted = true;
    this.options.reader.close();
    await new Promise<void>((resolve) => onAbort(this.stopping.signal, resolve));
  }

  private async end(children: readonly ChildShard[]): Promise<void> {
    await this.options.prepareChildren(children);
    await this.options.lease.checkpoint({ type: 'SHARD_END' });
    if (!this.options.lease.isHeld()) return;
    const childIds = children.map((child) => child.shardId);
    this.options.report({ type: 'shard-ended', children: childIds, ...this.options.place });
  }

  private async checkpoint(): Promise<void> {
    const { lease } = this.options;
    const reached = this.delivery.watermark.position;
    if (!reached || covers(lease.checkpointed, reached)) return;
    await lease.checkpoint({ type: 'SEQUENCE', ...reached });
  }

  private onLeaseLost(): void {
    this.stopping.abort();
    this.aborting.abort();
    const reason: unknown = this.options.lease.lost.reason;
    const text = reason instanceof Error ? reason.message : String(reason);
    this.options.report({ type: 'shard-lost', reason: text, ...this.options.place });
  }

  private reportLoopFailure(loop: string, error: unknown, retryIn: number): void {
    const { stream, application, shardId } = this.options.place;
    this.options.report({
      type: 'loop-failed',
      loop: `${loop} ${shardId}`,
      stream,
      application,
      retryIn,
      error,
    });
  }
}

function covers(
  checkpoint: Checkpoint,
  reached: { sequenceNumber: string; subSequenceNumber: number },
): boolean {
  return (
    checkpoint.type === 'SEQUENCE' &&
    checkpoint.sequenceNumber === reached.sequenceNumber &&
    checkpoint.subSequenceNumber === reached.subSequenceNumber
  );
}
