import { Backoff } from '../runtime/backoff.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import { TokenBucket } from '../runtime/token-bucket.js';
import { KeyedQueue } from './keyed-queue.js';
import type { PendingRecord } from './pending-record.js';
import { FifoQueue, type PendingQueue } from './pending-queue.js';
import type { ProducerSettings } from './producer-settings.js';

/** Seconds of a shard's rate that may go out at once: a short burst, so that other writers find room. */
const BURST_SECONDS = 0.2;

/** Milliseconds: the wait after a shard first refused a record, and the longest. */
const BACKOFF = { initial: 50, max: 2_000 };

/** What waits for one shard, and how fast it may go there. */
export class ShardLane {
  readonly queue: PendingQueue;
  /** With ordering, a shard has one request in flight. */
  private busy = false;
  private blockedUntil = 0;
  private readonly records: TokenBucket;
  private readonly bytes: TokenBucket;
  private readonly backoff: Backoff;
  private readonly ordered: boolean;

  constructor(
    readonly shardId: string,
    settings: ProducerSettings,
    private readonly clock: Clock,
    random: Random,
  ) {
    this.ordered = settings.ordering === 'partition-key';
    this.queue = this.ordered ? new KeyedQueue() : new FifoQueue();
    const recordRate = settings.putRateLimitPerShard;
    const byteRate = settings.putBandwidthLimitPerShard * 1024;
    this.records = new TokenBucket(clock, recordRate, Math.max(1, recordRate * BURST_SECONDS));
    this.bytes = new TokenBucket(clock, byteRate, byteRate * BURST_SECONDS);
    this.backoff = new Backoff(BACKOFF, random);
  }

  /** Milliseconds until a request may have records of this shard; undefined while only a reply can change that. */
  readyIn(): number | undefined {
    if (this.queue.length === 0 || this.busy) return undefined;
    return Math.max(0, this.blockedUntil - this.clock.now());
  }

  /**
   * Takes up to `maxRecords` records of at most `maxBytes` for one request, as the shard's pace allows. Records that
   * have expired go to `expired` instead, and cost no pace.
   */
  take(maxRecords: number, maxBytes: number, isFirst: boolean, expired: PendingRecord[]): PendingRecord[] {
    let taken: PendingRecord[];
    let expiredBefore: number;
    do {
      expiredBefore = expired.length;
      taken = this.compose(maxRecords, maxBytes, isFirst, expired);
      this.queue.sealRequest();
      // Where all were expired, there may be others behind them.
    } while (taken.length === 0 && expired.length > expiredBefore);
    if (this.ordered && taken.length > 0) this.busy = true;
    return taken;
  }

  private compose(
    maxRecords: number,
    maxBytes: number,
    isFirst: boolean,
    expired: PendingRecord[],
  ): PendingRecord[] {
    const now = this.clock.now();
    const taken: PendingRecord[] = [];
    let bytes = 0;
    while (taken.length < maxRecords) {
      if (this.records.available() < 1 || this.bytes.available() <= 0) {
        this.waitForPace();
        break;
      }
      const record = this.queue.next();
      if (!record) break;
      if (now >= record.expiresAt) {
        expired.push(record);
        continue;
      }
      // A record larger than a request usually is goes alone.
      if (bytes + record.size > maxBytes && !(isFirst && taken.length === 0)) {
        this.queue.putBack([record]);
        break;
      }
      this.records.take(1);
      this.bytes.take(record.size);
      bytes += record.size;
      taken.push(record);
    }
    return taken;
  }

  /** A request with records of this shard was answered, or failed as a whole. */
  settled(failed: readonly PendingRecord[]): void {
    this.busy = false;
    if (failed.length === 0) {
      this.backoff.reset();
      return;
    }
    this.queue.putBack(failed);
    this.blockedUntil = Math.max(this.blockedUntil, this.clock.now() + this.backoff.next());
  }

  /** Waits until half a burst is there, or what the queue needs: not for a token at a time. */
  private waitForPace(): void {
    const records = Math.min(this.queue.length, this.records.capacity / 2);
    const bytes = Math.min(this.queue.bytes, this.bytes.capacity / 2);
    const wait = Math.max(
      this.records.delayUntil(Math.max(1, records)),
      this.bytes.delayUntil(Math.max(1, bytes)),
    );
    this.blockedUntil = Math.max(this.blockedUntil, this.clock.now() + wait);
  }
}
