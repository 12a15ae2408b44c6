import { Clock, type Timer } from '../runtime/clock.js';

interface ScheduledCallback {
  readonly due: number;
  readonly callback: () => void;
}

/** Steps taken in one turn of the event loop. */
const STEPS_PER_TURN = 32;

/**
 * A clock that stands still until a test moves it. Callbacks run in order of their due time, and in the order
 * they were scheduled where that is the same.
 */
export class VirtualClock extends Clock {
  private elapsed = 0;
  /** In the order in which they run. */
  private readonly scheduled: ScheduledCallback[] = [];

  /** @param epoch - wall time at the start, in milliseconds since the Unix epoch; default 2026-01-01. */
  constructor(private readonly epoch: number = Date.UTC(2026, 0, 1)) {
    super();
  }

  now(): number {
    return this.elapsed;
  }

  wallTime(): number {
    return this.epoch + this.elapsed;
  }

  schedule(delay: number, callback: () => void): Timer {
    const entry: ScheduledCallback = { due: this.elapsed + Math.max(0, delay), callback };
    this.scheduled.splice(this.placeFor(entry.due), 0, entry);
    return { cancel: () => this.forget(entry) };
  }

  /** How many callbacks wait for their time. */
  get pending(): number {
    return this.scheduled.length;
  }

  /**
   * Moves time forward by `duration` milliseconds, running what falls due on the way. Between two callbacks
   * promise reactions run to their end, so code that awaits a sleep has gone on to its next wait.
   */
  advance(duration: number): Promise<void> {
    const target = this.elapsed + duration;
    return new Promise((resolve, reject) => {
      // Node runs all promise reactions between two immediates of one turn of its event loop: a batch of them takes
      // many steps for the price of one turn, which on a busy machine is most of the cost.
      const takeTurn = (): void => {
        let done = false;
        const step = (): void => {
          if (done) return;
          try {
            done = !this.runNext(target);
          } catch (error) {
            done = true;
            reject(error instanceof Error ? error : new Error('a callback threw', { cause: error }));
            return;
          }
          if (!done) return;
          this.elapsed = target;
          resolve();
        };
        for (let i = 0; i < STEPS_PER_TURN; i++) setImmediate(step);
        setImmediate(() => {
          if (!done) takeTurn();
        });
      };
      takeTurn();
    });
  }

  private forget(entry: ScheduledCallback): void {
    // Entries of the same time lie together, before the place of a new one.
    for (let i = this.placeFor(entry.due) - 1; this.scheduled[i]?.due === entry.due; i--) {
      if (this.scheduled[i] !== entry) continue;
      this.scheduled.splice(i, 1);
      return;
    }
  }

  /** Runs what is due next, unless that is after `target`; whether there was any. */
  private runNext(target: number): boolean {
    const next = this.scheduled[0];
    if (!next || next.due > target) return false;
    this.scheduled.shift();
    this.elapsed = Math.max(this.elapsed, next.due);
    next.callback();
    return true;
  }

  /** Where a callback due at `due` comes in the queue: behind those of the same time. */
  private placeFor(due: number): number {
    let low = 0;
    let high = this.scheduled.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.scheduled[middle]?.due ?? Infinity) <= due) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
