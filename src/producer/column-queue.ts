import { Deque } from '../runtime/deque.js';
import { PendingBlock } from './pending-block.js';
import type { PendingQueue } from './pending-queue.js';
import type { PendingUserRecord } from './pending-record.js';

/** First come, first served, for user records that are Kinesis records of their own: there may be very many. */
export class ColumnQueue implements PendingQueue {
  bytes = 0;
  private count = 0;
  /** Those that were taken once, ahead of all others. */
  private readonly returned = new Deque<PendingUserRecord>();
  private readonly blocks = new Deque<PendingBlock>();
  private last: PendingBlock | undefined;

  get length(): number {
    return this.count;
  }

  push(record: PendingUserRecord): void {
    if (!this.last || this.last.isFull) {
      this.last = new PendingBlock();
      this.blocks.push(this.last);
    }
    this.last.push(record);
    this.count++;
    this.bytes += record.size;
  }

  putBack(records: readonly PendingUserRecord[]): void {
    for (let i = records.length - 1; i >= 0; i--) {
      const record = records[i] as PendingUserRecord;
      this.returned.unshift(record);
      this.count++;
      this.bytes += record.size;
    }
  }

  next(): PendingUserRecord | undefined {
    const record = this.returned.shift() ?? this.shift();
    if (!record) return undefined;
    this.count--;
    this.bytes -= record.size;
    return record;
  }

  accepts(): boolean {
    return true;
  }

  sealRequest(): void {}

  takeExpired(now: number): PendingUserRecord[] {
    const expired: PendingUserRecord[] = [];
    while (this.count > 0 && now >= this.expiresAt) {
      const record = this.next();
      if (record) expired.push(record);
    }
    return expired;
  }

  drain(): PendingUserRecord[] {
    const drained: PendingUserRecord[] = [];
    for (let record = this.next(); record; record = this.next()) drained.push(record);
    return drained;
  }

  /** When the next record expires. */
  private get expiresAt(): number {
    return this.returned.peek()?.expiresAt ?? this.blocks.peek()?.expiresAt ?? Infinity;
  }

  private shift(): PendingUserRecord | undefined {
    const block = this.blocks.peek();
    const record = block?.shift();
    if (!block?.isEmpty) return record;
    if (block === this.last) block.reset();
    else this.blocks.shift();
    return record;
  }
}
