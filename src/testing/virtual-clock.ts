import { Clock, type Timer } from '../runtime/clock.js';

interface ScheduledCallback {
  readonly due: number;
  readonly callback: () => void;
}

/**
 * A clock that stands still until a test moves it. Callbacks run in order of their due time, and in the order
 * they were scheduled where that is the same.
 */
export class VirtualClock extends Clock {
  private elapsed = 0;
  private readonly scheduled = new Set<ScheduledCallback>();

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
    this.scheduled.add(entry);
    return { cancel: () => this.scheduled.delete(entry) };
  }

  /** How many callbacks wait for their time. */
  get pending(): number {
    return this.scheduled.size;
  }

  /**
   * Moves time forward by `duration` milliseconds, running what falls due on the way. Between two callbacks
   * promise reactions run to their end, so code that awaits a sleep has gone on to its next wait.
   */
  async advance(duration: number): Promise<void> {
    const target = this.elapsed + duration;
    await settle();
    for (let next = this.nextUntil(target); next; next = this.nextUntil(target)) {
      this.scheduled.delete(next);
      this.elapsed = Math.max(this.elapsed, next.due);
      next.callback();
      await settle();
    }
    this.elapsed = target;
  }

  private nextUntil(target: number): ScheduledCallback | undefined {
    let next: ScheduledCallback | undefined;
    for (const entry of this.scheduled) {
      if (entry.due <= target && (next === undefined || entry.due < next.due)) next = entry;
    }
    return next;
  }
}

/** One turn of the event loop: every promise reaction queued so far, and those they queue, have run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
