import { Gate } from '../runtime/gate.js';
import type { InFlightRecord } from './in-flight-record.js';

export interface StartsOptions {
  /** No handler starts beyond what has begun while it is closed. */
  gate: Gate;
  /** No handler starts beyond what has begun once this aborts. */
  stopped: AbortSignal;
  /** Aborts when what handlers still do no longer counts. */
  aborted: AbortSignal;
  /** Whether the lease is certainly still ours. */
  mayStart: () => boolean;
  /** Called when it is not: nothing starts any more. */
  onRefused: () => void;
}

/**
 * Whether a handler of a shard may start: asked before each one does, and before each further attempt.
 *
 * When the shard is paused or given up, what has begun is finished in sequence: a record may still start if a later one
 * has, in another lane or for another handler. Otherwise that later one would be handled again by the next owner.
 */
export class Starts {
  /** Closed while the shard stands still at a record it cannot pass. */
  private readonly halt = new Gate();
  private highest = -1;

  constructor(private readonly options: StartsOptions) {}

  /** The highest index of a record with which a handler has started. */
  get reached(): number {
    return this.highest;
  }

  get isStopped(): boolean {
    return this.options.stopped.aborted;
  }

  get isHalted(): boolean {
    return !this.halt.isOpen;
  }

  /**
   * Whether a handler may start at this moment with the records up to this one.
   *
   * @param isRetry - whether it has been started with them before
   */
  isAllowed({ index }: InFlightRecord, isRetry = false): boolean {
    if (!this.halt.isOpen) return false;
    const { gate, stopped } = this.options;
    const isFree = gate.isOpen && !stopped.aborted;
    if (!isFree && !this.hasBegun(index, isRetry)) return false;
    if (!this.ask()) return false;
    if (index > this.highest) this.highest = index;
    return true;
  }

  /** Waits until one may start. Resolves whether it may; if not, none ever will. */
  async allowed(record: InFlightRecord, isRetry = false): Promise<boolean> {
    const { gate, stopped, aborted } = this.options;
    while (!aborted.aborted) {
      if (this.isAllowed(record, isRetry)) return true;
      if (stopped.aborted) return false;
      await (this.halt.isOpen ? gate : this.halt).passed(stopped).catch(() => undefined);
    }
    return false;
  }

  /** A signal that aborts when there is no use in waiting to try a record again. */
  retrySignal({ index }: InFlightRecord): AbortSignal {
    const { stopped, aborted } = this.options;
    return stopped.aborted && this.hasBegun(index, true) ? aborted : stopped;
  }

  standStill(): void {
    this.halt.close();
  }

  resume(): void {
    this.halt.open();
  }

  resumed(signal: AbortSignal): Promise<void> {
    return this.halt.passed(signal);
  }

  private hasBegun(index: number, isRetry: boolean): boolean {
    return isRetry ? index < this.highest : index <= this.highest;
  }

  private ask(): boolean {
    if (this.options.mayStart()) return true;
    this.options.onRefused();
    return false;
  }
}
