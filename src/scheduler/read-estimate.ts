import type { KinesisRecord, RecordsPage } from '../client/kinesis-gateway.js';
import { dataBytesOf } from '../aggregators/data-bytes.js';
import type { Clock } from '../runtime/clock.js';
import type { ReadSize } from './read-budget.js';

const MEBIBYTE = 1024 * 1024;

/** AWS limits: what one answer of GetRecords may hold, and what a shard takes in per second. */
const MAX_ANSWER_BYTES = 10 * MEBIBYTE;
const SHARD_BYTES_PER_SECOND = MEBIBYTE;
const SHARD_RECORDS_PER_SECOND = 1_000;

/** Bytes and records of data and partition keys, as they count against what readers may hold. */
export function sizeOf(records: readonly KinesisRecord[]): ReadSize {
  let bytes = 0;
  for (const record of records) bytes += dataBytesOf(record) + record.partitionKey.length;
  return { bytes, records: records.length };
}

/** The same of a page, which may know it. */
export function sizeOfPage({ records, bytes }: Pick<RecordsPage, 'records' | 'bytes'>): ReadSize {
  return bytes === undefined ? sizeOf(records) : { bytes, records: records.length };
}

/** Knows from the last answer how much may lie unread in a shard, and since when. */
export class ReadEstimate {
  private lastRead: { at: number; wallTime: number; millisBehindLatest: number } | undefined;

  constructor(private readonly clock: Clock) {}

  /** An answer came to a call made at `at` on the monotonic clock. */
  onAnswer(at: number, millisBehindLatest: number): void {
    const wallTime = this.clock.wallTime() - (this.clock.now() - at);
    this.lastRead = { at, wallTime, millisBehindLatest };
  }

  get millisBehindLatest(): number | undefined {
    return this.lastRead?.millisBehindLatest;
  }

  /**
   * How old the oldest record not yet read may be, in milliseconds; Infinity before the first answer. What was unread
   * at that answer was no older than `millisBehindLatest`.
   */
  get unreadAge(): number {
    if (!this.lastRead) return Infinity;
    const { at, wallTime, millisBehindLatest } = this.lastRead;
    // The monotonic clock stops while the machine sleeps.
    const elapsed = Math.max(this.clock.now() - at, this.clock.wallTime() - wallTime);
    return millisBehindLatest + elapsed;
  }

  /**
   * What the next answer may hold: at the tip as much as the shard can have taken in since, so that many shards at
   * their tips can be read at a time; far behind it the most there can be.
   *
   * @param recordLimit - the most records of one call
   */
  next(recordLimit: number): ReadSize {
    // A second's worth at least: what comes is not spread evenly.
    const seconds = Math.max(1, this.unreadAge / 1000);
    return {
      bytes: Math.min(MAX_ANSWER_BYTES, Math.ceil(seconds * SHARD_BYTES_PER_SECOND)),
      records: Math.min(recordLimit, Math.ceil(seconds * SHARD_RECORDS_PER_SECOND)),
    };
  }
}
