import type { Clock } from './clock.js';

/**
 * A rate limiter that may be overdrawn: a request passes while any token is left, and what it took beyond that
 * delays the next one. So one request larger than the bucket passes, and the long-term rate holds all the same.
 */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  /**
   * @param rate - tokens per second; `Infinity` never holds anybody up
   * @param capacity - the most tokens the bucket holds, so the largest burst
   */
  constructor(
    private readonly clock: Clock,
    private rate: number,
    readonly capacity: number,
  ) {
    this.tokens = capacity;
    this.filledAt = clock.now();
  }

  /** Tokens there now; below zero after an overdraft. */
  available(): number {
    if (this.rate === Infinity) return Infinity;
    const now = this.clock.now();
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.filledAt) * this.rate) / 1000);
    this.filledAt = now;
    return this.tokens;
  }

  /** Changes the rate from now on; what is in the bucket stays. */
  setRate(rate: number): void {
    this.available();
    this.rate = rate;
  }

  /** Takes tokens, whether they are there or not; ask {@link available} first. */
  take(count: number): void {
    this.tokens -= count;
  }

  /** Milliseconds until `count` tokens are there; 0 when they are. */
  delayUntil(count: number): number {
    if (this.rate === Infinity) return 0;
    const missing = Math.min(count, this.capacity) - this.available();
    return missing <= 0 ? 0 : (missing / this.rate) * 1000;
  }
}
