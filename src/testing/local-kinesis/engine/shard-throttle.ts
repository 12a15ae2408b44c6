import { type KinesisLimits } from './limits.js';
import { RateBucket } from './rate-bucket.js';

/** The throughput one shard grants: writes by bytes and records, GetRecords by bytes and calls. */
export class ShardThrottle {
  private readonly writeBytes: RateBucket;
  private readonly writeRecords: RateBucket;
  private readonly readBytes: RateBucket;
  private readonly readCalls: RateBucket;
  private readonly iteratorCalls: RateBucket;

  constructor(
    private readonly limits: KinesisLimits,
    now: number,
  ) {
    this.writeBytes = new RateBucket(limits.shardWriteBytesPerSecond, now);
    this.writeRecords = new RateBucket(limits.shardWriteRecordsPerSecond, now);
    this.readBytes = new RateBucket(limits.shardReadBytesPerSecond, now);
    this.readCalls = new RateBucket(limits.shardReadCallsPerSecond, now);
    this.iteratorCalls = new RateBucket(limits.getShardIteratorCallsPerSecond, now);
  }

  /** Takes the room for one record, or nothing. */
  admitWrite(bytes: number, now: number): boolean {
    if (!this.writeBytes.has(bytes, now) || !this.writeRecords.has(1, now)) return false;
    this.writeBytes.take(bytes);
    this.writeRecords.take(1);
    return true;
  }

  /** Counts a GetRecords call; how much it reads is known only afterwards, see {@link afterRead}. */
  admitRead(now: number): boolean {
    this.readBytes.refill(now);
    return this.readBytes.solvent && this.readCalls.tryTake(1, now);
  }

  /**
   * The API reference: after an answer of 10 MiB "subsequent calls made within the next 5 seconds throw". So an
   * answer above one second's worth is paid back in full, and a smaller one from what was saved.
   */
  afterRead(bytes: number): void {
    if (bytes > this.limits.shardReadBytesPerSecond) this.readBytes.indebt(bytes);
    else this.readBytes.take(bytes);
  }

  admitIterator(now: number): boolean {
    return this.iteratorCalls.tryTake(1, now);
  }
}
