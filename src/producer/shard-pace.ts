import type { Clock } from '../runtime/clock.js';
import { TokenBucket } from '../runtime/token-bucket.js';
import type { ProducerSettings } from './producer-settings.js';

/** Seconds of a shard's rate that may go out at once: a short burst, so that other writers find room. */
const BURST_SECONDS = 0.2;

/** The part of its rate to which the pace falls at most: a shard is never given up. */
const MIN_SHARE = 0.02;

/** What a refusal leaves of the pace: little less where few records of a request were refused, half where many. */
const [MILDEST_CUT, HARDEST_CUT] = [0.95, 0.5];

/** Milliseconds between two cuts: the replies that are under way tell of the same excess. */
const CUT_INTERVAL = 300;

/** Seconds in which the pace comes back to where the shard last refused. */
const RECOVERY_SECONDS = 5;

/** How fast it goes on from there: the part of the rate gained in t seconds is this times t cubed. */
const PROBING = 0.0002;

/**
 * How fast records go to one shard: the shard's own limits at most, and less where other writers use it, too. When the
 * service refuses records the pace is cut by a factor; it then comes back to just below where that happened, stays
 * about there, and later reaches further, as TCP CUBIC does: writers who do not know of each other come to share a
 * shard, and little is refused.
 */
export class ShardPace {
  private readonly records: TokenBucket;
  private readonly bytes: TokenBucket;
  private readonly recordRate: number;
  private readonly byteRate: number;
  private share = 1;
  private cutAt = -Infinity;
  /** The share at which the service last refused records. */
  private ceiling = 1;
  /** What the last cut left. */
  private floor = 1;

  constructor(
    settings: ProducerSettings,
    private readonly clock: Clock,
  ) {
    this.recordRate = settings.putRateLimitPerShard;
    this.byteRate = settings.putBandwidthLimitPerShard * 1024;
    this.records = new TokenBucket(clock, this.recordRate, Math.max(1, this.recordRate * BURST_SECONDS));
    this.bytes = new TokenBucket(clock, this.byteRate, this.byteRate * BURST_SECONDS);
  }

  /** Whether a record may go now. */
  get isOpen(): boolean {
    return this.records.available() >= 1 && this.bytes.available() > 0;
  }

  take(bytes: number): void {
    this.records.take(1);
    this.bytes.take(bytes);
  }

  /** Milliseconds until half a burst may go, or what waits if that is less: not a record at a time. */
  delayFor(records: number, bytes: number): number {
    const recordBatch = Math.max(1, Math.min(records, this.records.capacity / 2));
    const byteBatch = Math.max(1, Math.min(bytes, this.bytes.capacity / 2));
    return Math.max(this.records.delayUntil(recordBatch), this.bytes.delayUntil(byteBatch));
  }

  /**
   * Learns from a reply.
   *
   * @param refused - the part of the request's records of this shard that the service refused for its rate, 0 to 1
   */
  learn(refused: number): void {
    const now = this.clock.now();
    if (refused > 0) {
      if (now - this.cutAt < CUT_INTERVAL) return;
      this.cutAt = now;
      this.ceiling = this.share;
      this.floor = this.share * Math.min(MILDEST_CUT, Math.max(HARDEST_CUT, 1 - refused));
      this.setShare(this.floor);
    } else if (this.share < 1) {
      this.setShare(this.shareAfter((now - this.cutAt) / 1_000));
    }
  }

  /** The share so many seconds after a cut: fast at first, slow about the ceiling, fast again far beyond it. */
  private shareAfter(seconds: number): number {
    const beyond = seconds - RECOVERY_SECONDS;
    if (beyond >= 0) return this.ceiling + PROBING * beyond ** 3;
    return this.ceiling - (this.ceiling - this.floor) * (-beyond / RECOVERY_SECONDS) ** 3;
  }

  private setShare(share: number): void {
    this.share = Math.min(1, Math.max(MIN_SHARE, share));
    this.records.setRate(this.recordRate * this.share);
    this.bytes.setRate(this.byteRate * this.share);
  }
}
