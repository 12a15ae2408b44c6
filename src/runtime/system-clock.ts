import { Clock, type Timer } from './clock.js';
import { Deque } from './deque.js';

/** The longest delay `setTimeout` takes; a longer one would fire at once. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** The machine's own time. */
export class SystemClock extends Clock {
  private readonly waiting = new Deque<() => void>();

  now(): number {
    return performance.now();
  }

  wallTime(): number {
    return Date.now();
  }

  /** One at a time: of many that have had enough, each waits for a turn of its own. */
  override nextTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (this.waiting.length === 1) setImmediate(() => this.giveTurn());
    });
  }

  schedule(delay: number, callback: () => void): Timer {
    const handle = setTimeout(callback, Math.min(Math.max(0, delay), MAX_TIMEOUT));
    return { cancel: () => clearTimeout(handle) };
  }

  private giveTurn(): void {
    this.waiting.shift()?.();
    if (this.waiting.length > 0) setImmediate(() => this.giveTurn());
  }
}
