import { Clock, type Timer } from './clock.js';

/** The longest delay `setTimeout` takes; a longer one would fire at once. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** The machine's own time. */
export class SystemClock extends Clock {
  now(): number {
    return performance.now();
  }

  wallTime(): number {
    return Date.now();
  }

  schedule(delay: number, callback: () => void): Timer {
    const handle = setTimeout(callback, Math.min(Math.max(0, delay), MAX_TIMEOUT));
    return { cancel: () => clearTimeout(handle) };
  }
}
