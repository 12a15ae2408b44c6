import { Deque } from '../runtime/deque.js';
import type { PendingRecord } from './pending-record.js';

/** The records that wait for one shard, in an order of its own. */
export interface PendingQueue {
  readonly length: number;
  /** Bytes of the records in it. */
  readonly bytes: number;
  push(record: PendingRecord): void;
  /** Takes back records that have to be sent again, given in the order they were taken. */
  putBack(records: readonly PendingRecord[]): void;
  /** The next record of the request that is being composed; undefined when it can have no more from here. */
  next(): PendingRecord | undefined;
  /** Whether the request that is being composed may have a record of this key. */
  accepts(partitionKey: string): boolean;
  /** Ends the composition that {@link next} began: the following `next` belongs to another request. */
  sealRequest(): void;
  /** Takes the records out whose time is over, as far as they are the next ones of their kind. */
  takeExpired(now: number): PendingRecord[];
  /** Empties the queue. */
  drain(): PendingRecord[];
}

/** First come, first served. */
export class FifoQueue implements PendingQueue {
  private readonly records = new Deque<PendingRecord>();
  bytes = 0;

  get length(): number {
    return this.records.length;
  }

  push(record: PendingRecord): void {
    this.records.push(record);
    this.bytes += record.size;
  }

  putBack(records: readonly PendingRecord[]): void {
    for (let i = records.length - 1; i >= 0; i--) {
      const record = records[i] as PendingRecord;
      this.records.unshift(record);
      this.bytes += record.size;
    }
  }

  next(): PendingRecord | undefined {
    const record = this.records.shift();
    this.bytes -= record?.size ?? 0;
    return record;
  }

  accepts(): boolean {
    return true;
  }

  sealRequest(): void {}

  takeExpired(now: number): PendingRecord[] {
    const expired: PendingRecord[] = [];
    for (let first = this.records.peek(); first && now >= first.expiresAt; first = this.records.peek()) {
      expired.push(first);
      this.next();
    }
    return expired;
  }

  drain(): PendingRecord[] {
    const drained: PendingRecord[] = [];
    for (let record = this.next(); record; record = this.next()) drained.push(record);
    return drained;
  }
}
