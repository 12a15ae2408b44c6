import type { Random } from './random.js';

/** How waits between tries grow. */
export interface BackoffOptions {
  /** The first wait's upper bound, in milliseconds. */
  initial: number;
  /** The upper bound that no wait exceeds, in milliseconds. */
  max: number;
}

/** Doublings beyond this are left out: an initial wait of zero times infinity is no number. */
const MAX_DOUBLINGS = 64;

/** Exponential back-off with jitter: each wait is drawn from the upper half of a bound that doubles with each try. */
export class Backoff {
  private failures = 0;

  constructor(
    private readonly options: BackoffOptions,
    private readonly random: Random,
  ) {}

  /** The wait before the next try, in milliseconds. */
  next(): number {
    const bound = Math.min(
      this.options.max,
      this.options.initial * 2 ** Math.min(this.failures, MAX_DOUBLINGS),
    );
    this.failures++;
    return bound * (0.5 + this.random.next() / 2);
  }

  /** Forgets past failures: the next wait is a first one. */
  reset(): void {
    this.failures = 0;
  }
}
