import { onAbort } from '../runtime/abort.js';
import { Gate } from '../runtime/gate.js';
import type { InFlightRecord } from './in-flight-record.js';

export interface StartsOptions {
  /** All that get the shard's records. */
  handlers: readonly unknown[];
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
  // Asked for each record: a signal's own property costs more than the rest of the question.
  private stopped = false;
  private aborted = false;

  private readonly gate: Gate;
  private readonly isOurs: () => boolean;

  constructor(private readonly options: StartsOptions) {
    this.gate = options.gate;
    this.isOurs = options.mayStart;
    onAbort(options.stopped, () => (this.stopped = true));
    onAbort(options.aborted, () => (this.aborted = true));
  }

  /** The highest index of a record with which a handler has started. */
  get reached(): number {
    return this.highest;
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  /** Whether what handlers still do no longer counts. */
  get isAborted(): boolean {
    return this.aborted;
  }

  get isHalted(): boolean {
    return !this.halt.isOpen;
  }

  /** Whether a handler may start at this moment with the records up to this one. */
  isAllowed({ index }: InFlightRecord): boolean {
    return this.mayStart(index, index <= this.highest);
  }

  /** Waits until one may start. Resolves whether it may; if not, none ever will. */
  allowed(record: InFlightRecord): Promise<boolean> {
    return this.untilSettled(() => this.isAllowed(record));
  }

  /** The same for records with which it has been started before; in order, at least one. */
  allowedAgain(records: readonly InFlightRecord[]): Promise<boolean> {
    const last = records.at(-1)?.index ?? 0;
    return this.untilSettled(() => this.mayStart(last, this.isPassed(records)));
  }

  /** A signal that aborts when there is no use in waiting to try records again. */
  retrySignal(records: readonly InFlightRecord[]): AbortSignal {
    const { stopped, aborted } = this.options;
    return this.stopped && this.isPassed(records) ? aborted : stopped;
  }

  standStill(): void {
    this.halt.close();
  }

  resume(): void {
    // Lanes have left the records that they were refused meanwhile: nothing behind those may start.
    if (!this.stopped) this.halt.open();
  }

  resumed(signal: AbortSignal): Promise<void> {
    return this.halt.passed(signal);
  }

  private mayStart(index: number, hasBegun: boolean): boolean {
    if (this.aborted || !this.halt.isOpen) return false;
    const isFree = this.gate.isOpen && !this.stopped;
    if (!isFree && !hasBegun) return false;
    if (!this.ask()) return false;
    if (index > this.highest) this.highest = index;
    return true;
  }

  private async untilSettled(isAllowed: () => boolean): Promise<boolean> {
    const { gate } = this;
    const { stopped } = this.options;
    while (!this.aborted) {
      if (isAllowed()) return true;
      if (this.stopped) return false;
      await (this.halt.isOpen ? gate : this.halt).passed(stopped).catch(() => undefined);
    }
    return false;
  }

  /**
   * Whether others have begun behind the first of these records: behind the last of them, or in between. Another handler
   * has begun with them, too, or is about to because this one has.
   */
  private isPassed(records: readonly InFlightRecord[]): boolean {
    if (this.options.handlers.length > 1) return true;
    const [first, last] = [records[0], records.at(-1)];
    if (!first || !last) return false;
    return last.index < this.highest || last.index - first.index >= records.length;
  }

  private ask(): boolean {
    if (this.isOurs()) return true;
    this.options.onRefused();
    return false;
  }
}
