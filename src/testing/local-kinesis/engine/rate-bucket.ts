/**
 * A token bucket that holds one second of its rate. It may be drained below zero by an expense larger than it
 * holds, and then refuses until the debt is paid back: that is how the service lets one record, or one answer,
 * larger than a second's worth through now and then.
 */
export class RateBucket {
  private tokens: number;
  private refilledAt: number;

  /**
   * @param perSecond - what flows in, and the most it holds; `Infinity` never refuses
   * @param now - the clock's monotonic time, in milliseconds
   */
  constructor(
    private readonly perSecond: number,
    now: number,
  ) {
    this.tokens = perSecond;
    this.refilledAt = now;
  }

  /** Whether `amount` can be taken now; an amount larger than the bucket needs a full one. */
  has(amount: number, now: number): boolean {
    if (this.perSecond === Infinity) return true;
    this.refill(now);
    return this.perSecond > 0 && this.tokens >= Math.min(amount, this.perSecond);
  }

  /** Whether there is anything left at all: for expenses known only afterwards. */
  get solvent(): boolean {
    return this.tokens > 0;
  }

  take(amount: number): void {
    this.tokens -= amount;
  }

  tryTake(amount: number, now: number): boolean {
    if (!this.has(amount, now)) return false;
    this.tokens -= amount;
    return true;
  }

  /** Takes `amount`, whatever is there. @returns the milliseconds until the debt that leaves is paid back */
  spend(amount: number, now: number): number {
    if (this.perSecond === Infinity) return 0;
    this.refill(now);
    this.tokens -= amount;
    return this.tokens < 0 ? (-this.tokens * 1000) / this.perSecond : 0;
  }

  /** Leaves a debt that takes `amount / perSecond` seconds to pay back, whatever was saved before. */
  indebt(amount: number): void {
    this.tokens = Math.min(this.tokens, 0) - amount;
  }

  refill(now: number): void {
    if (now === this.refilledAt) return;
    this.tokens = Math.min(this.perSecond, this.tokens + ((now - this.refilledAt) * this.perSecond) / 1000);
    this.refilledAt = now;
  }
}
