import { RateBucket } from './rate-bucket.js';

/** How often operations may be called: one bucket per operation, or per operation and stream. */
export class ApiRates {
  private readonly buckets = new Map<string, RateBucket>();

  /** @returns whether the call is within `perSecond`; it counts if so */
  admit(key: string, perSecond: number, now: number): boolean {
    if (perSecond === Infinity) return true;
    let bucket = this.buckets.get(key);
    if (bucket === undefined) {
      bucket = new RateBucket(perSecond, now);
      this.buckets.set(key, bucket);
    }
    return bucket.tryTake(1, now);
  }

  /** Forgets the buckets whose key starts so: those of a stream that is gone. */
  forget(prefix: string): void {
    for (const key of this.buckets.keys()) if (key.startsWith(prefix)) this.buckets.delete(key);
  }
}
