import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { ChildShard } from '../client/kinesis-gateway.js';
import type { ShardDelivery, ShardDeliveryOptions } from '../delivery/shard-delivery.js';
import { DataLossError, StreamNotFoundError } from '../errors.js';
import type { OnDataLoss, ShardPlace } from '../observability/kinesis-event.js';
import { createSharedAbort, onAbort, untilAborted } from '../runtime/abort.js';
import { settledWithin } from '../runtime/deadline.js';
import { Gate } from '../runtime/gate.js';
import type { ReadBudget } from './read-budget.js';
import { ShardProgress, type ShardProgressOptions } from './shard-progress.js';
import { emptyRead, type ReaderStatus, type ShardRead, type ShardReader } from './shard-reader.js';

export interface ShardWorkerOptions extends Omit<ShardProgressOptions, 'delivery'> {
  /** Closed while the consumer is paused. */
  gate: Gate;
  onDataLoss: OnDataLoss;
  /** What the readers of the process may hold together. */
  budget: ReadBudget;
  openReader: (from: Checkpoint) => ShardReader;
  createDelivery: (
    ties: Pick<
      ShardDeliveryOptions,
      'stopped' | 'aborted' | 'isRoomShort' | 'readUpTo' | 'onRefused' | 'onHalted' | 'onCrash'
    >,
  ) => ShardDelivery;
  /** Asked when the service says there is no such shard: whether retention has passed it. */
  isExpired: (signal: AbortSignal) => Promise<boolean>;
}

/** What a shard worker is at: reading and handling, standing still at what it cannot pass, or about to give the lease up. */
export type ShardWorkerState = 'reading' | 'halted' | 'stopping';

/** Why nothing moves, and since when on the monotonic clock. */
export interface Standstill {
  readonly what: 'reader' | 'handler';
  readonly since: number;
}

/** Reads one shard under its lease, has its records handled, and checkpoints what is finished. */
export class ShardWorker {
  /** Aborts when no further handler may start. */
  private readonly stopping = createSharedAbort();
  /** Aborts when what handlers still do no longer counts. */
  private readonly aborting = createSharedAbort();
  private readonly delivery: ShardDelivery;
  private readonly progress: ShardProgress;
  private readonly stopListening: () => void;
  private readonly openedAt: number;
  private reader: ShardReader | undefined;
  /** Where the next reader starts, if not behind what is finished. */
  private restartAt: Checkpoint | undefined;
  /** Closed while the shard stands still. */
  private readonly halt = new Gate();
  private requestedBy: string | undefined;
  private crash: { readonly error: unknown } | undefined;

  constructor(private readonly options: ShardWorkerOptions) {
    this.delivery = options.createDelivery({
      stopped: this.stopping.signal,
      aborted: this.aborting.signal,
      isRoomShort: () => options.budget.isShort,
      readUpTo: () => this.readUpTo(),
      onRefused: () => this.stopping.abort(),
      onHalted: () => this.closeReader(),
      onCrash: (error) => this.onCrash(error),
    });
    this.progress = new ShardProgress({ ...options, delivery: this.delivery });
    this.openedAt = options.clock.now();
    const offLoss = onAbort(options.lease.lost, () => this.onLeaseLost());
    // Batches that wait for more records hold room that reads may be waiting for.
    const offBudget = options.budget.onShort(() => this.delivery.wake());
    this.stopListening = () => {
      offLoss();
      offBudget();
    };
  }

  get place(): ShardPlace {
    return this.options.place;
  }

  get state(): ShardWorkerState {
    if (this.stopping.signal.aborted) return 'stopping';
    return this.halt.isOpen && !this.delivery.isHalted ? 'reading' : 'halted';
  }

  get readerStatus(): ReaderStatus | undefined {
    return this.reader?.status;
  }

  /** Up to where everything is finished. */
  get position(): Checkpoint {
    return this.progress.position;
  }

  /** Whether a handler runs. */
  get isHandling(): boolean {
    return this.delivery.isHandling;
  }

  /** Whether no handler runs, and how far the shard is done is stored. */
  get isIdle(): boolean {
    return !this.isHandling && this.progress.isStored;
  }

  /** What the shard has been waiting for; undefined if it stands still on purpose. */
  get waitingFor(): Standstill | undefined {
    if (this.state !== 'reading') return undefined;
    if (!this.options.gate.isOpen && !this.isHandling) return undefined;
    const { handlingSince } = this.delivery;
    if (handlingSince !== undefined) return { what: 'handler', since: handlingSince };
    return { what: 'reader', since: this.reader?.status.lastSuccess ?? this.openedAt };
  }

  /**
   * Works until the shard has ended, its lease is lost, or {@link drain} stops it; then gives the lease up.
   *
   * @throws what reading the shard or handing its records over failed with, once the lease is given up
   */
  async run(): Promise<void> {
    const { report, place } = this.options;
    report({ type: 'shard-assigned', ...place });
    this.progress.start();
    try {
      const children = await this.readToEnd();
      await this.progress.stop();
      const ended = children && (await this.progress.storeEnd(children, this.stopping.signal));
      if (!ended) await this.progress.storeLast();
      if (this.crash) throw this.crash.error;
    } finally {
      this.reader?.close();
      this.delivery.close();
      await this.progress.stop();
      this.stopListening();
      await this.release();
    }
  }

  /** Starts no further handler, and lets the running one go on for at most `timeout` milliseconds. */
  async drain(timeout: number, finished: Promise<unknown>): Promise<void> {
    this.stopping.abort();
    if (await settledWithin(finished, timeout, this.options.clock)) return;
    this.options.report({ type: 'drain-timeout', ...this.options.place });
    this.aborting.abort();
  }

  /** As {@link drain}, because another worker asked for the lease. */
  async handOff(to: string, timeout: number, finished: Promise<unknown>): Promise<void> {
    if (this.requestedBy !== undefined || this.stopping.signal.aborted) return;
    this.requestedBy = to;
    this.options.report({ type: 'hand-off-started', to, ...this.options.place });
    await this.drain(timeout, finished);
  }

  /** Tries again what the shard stands still at. */
  resume(): void {
    this.halt.open();
    this.delivery.resume();
  }

  /** Drops what was read ahead: it takes room that others could use. The shard is read again from where it stands. */
  dropReadAhead(): void {
    this.closeReader();
  }

  /** Stores how far the shard is done, if that is not stored yet. */
  checkpoint(): Promise<void> {
    return this.progress.store();
  }

  /** Reads and delivers; the shard's children if it came to its end, undefined if it was stopped before. */
  private async readToEnd(): Promise<readonly ChildShard[] | undefined> {
    const { signal } = this.stopping;
    try {
      return await this.deliverAll(signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      this.stopping.abort();
      throw error;
    } finally {
      // A handler that outlives the drain deadline is left behind; its record stays unfinished.
      await untilAborted(this.delivery.drained(), this.aborting.signal).catch(() => undefined);
    }
  }

  private async deliverAll(signal: AbortSignal): Promise<readonly ChildShard[] | undefined> {
    while (!signal.aborted) {
      await this.options.gate.passed(signal);
      await this.delivery.resumed(signal);
      const read = await this.readNext();
      if (!read) continue;
      this.delivery.accept(read);
      if (!read.ended) await this.delivery.room(signal);
      else if (await this.delivery.end(signal)) return read.ended;
    }
    return undefined;
  }

  /** The next page; undefined if there is none this time, and the reason for that has been dealt with. */
  private async readNext(): Promise<ShardRead | undefined> {
    const { signal } = this.stopping;
    if (signal.aborted) return undefined;
    const { taken } = this.delivery;
    const reached: Checkpoint = taken ? { type: 'SEQUENCE', ...taken } : this.position;
    const from = this.restartAt ?? reached;
    this.reader ??= this.options.openReader(from);
    const { reader } = this;
    try {
      const read = await reader.read(signal);
      this.restartAt = undefined;
      return read;
    } catch (error) {
      if (signal.aborted) return undefined;
      // It was closed by a pause, and is opened again.
      if (this.reader !== reader) return undefined;
      if (error instanceof DataLossError) {
        this.restartAt = { type: 'TRIM_HORIZON' };
        await this.standStill();
        return undefined;
      }
      if (error instanceof StreamNotFoundError && (await this.options.isExpired(signal))) {
        return this.passExpired();
      }
      throw error;
    }
  }

  /** Retention has passed the shard: nothing more can be had of it, and its children are next. */
  private async passExpired(): Promise<ShardRead | undefined> {
    const { onDataLoss, place, report } = this.options;
    report({ type: 'shard-expired', policy: onDataLoss, ...place });
    if (onDataLoss === 'fail') await this.standStill();
    if (this.stopping.signal.aborted) return undefined;
    return { ...emptyRead(0), ended: [] };
  }

  /** Keeps the lease, so that no other worker runs into the same, until resumed or stopped. */
  private async standStill(): Promise<void> {
    this.closeReader();
    this.halt.close();
    await this.halt.passed(this.stopping.signal).catch(() => undefined);
  }

  private async release(): Promise<void> {
    const { lease, report, place } = this.options;
    const held = lease.isHeld();
    const to = lease.current.handOffTo ?? this.requestedBy;
    await lease.release();
    if (held) report({ type: 'shard-released', ...(to === undefined ? {} : { to }), ...place });
  }

  /** Up to when all that arrived has been handed out, by the wall clock. */
  private readUpTo(): number {
    const { lastSuccess, millisBehindLatest, bufferedRecords } = this.reader?.status ?? {};
    if (lastSuccess === undefined || millisBehindLatest !== 0 || bufferedRecords !== 0) return -Infinity;
    const { clock } = this.options;
    return clock.wallTime() - (clock.now() - lastSuccess);
  }

  private closeReader(): void {
    const { reader } = this;
    this.reader = undefined;
    reader?.close();
    this.delivery.dropUnread();
  }

  private onCrash(error: unknown): void {
    this.crash ??= { error };
    this.stopping.abort();
  }

  private onLeaseLost(): void {
    this.stopping.abort();
    this.aborting.abort();
    const reason: unknown = this.options.lease.lost.reason;
    const text = reason instanceof Error ? reason.message : String(reason);
    this.options.report({ type: 'shard-lost', reason: text, ...this.options.place });
  }
}
