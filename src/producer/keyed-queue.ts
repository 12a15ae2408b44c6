import { Deque } from '../runtime/deque.js';
import type { PendingQueue } from './pending-queue.js';
import type { PendingRecord } from './pending-record.js';

/**
 * A queue that gives a request at most one record of each partition key, because the service promises no order
 * among the records of one request. Keys take turns.
 */
export class KeyedQueue implements PendingQueue {
  bytes = 0;
  private count = 0;
  private readonly lanes = new Map<string, Deque<PendingRecord>>();
  /** Keys whose first record the present request may have. */
  private readonly ready = new Deque<string>();
  /** Keys that have given the present request theirs; what comes for them meanwhile is for the next one. */
  private readonly served = new Set<string>();

  get length(): number {
    return this.count;
  }

  push(record: PendingRecord): void {
    this.laneOf(record.partitionKey).push(record);
    this.count++;
    this.bytes += record.size;
  }

  putBack(records: readonly PendingRecord[]): void {
    for (let i = records.length - 1; i >= 0; i--) {
      const record = records[i] as PendingRecord;
      this.laneOf(record.partitionKey).unshift(record);
      this.count++;
      this.bytes += record.size;
    }
  }

  next(): PendingRecord | undefined {
    for (let key = this.ready.shift(); key !== undefined; key = this.ready.shift()) {
      this.served.add(key);
      const record = this.lanes.get(key)?.shift();
      // A key whose records have all expired has none left.
      if (!record) continue;
      this.count--;
      this.bytes -= record.size;
      return record;
    }
    return undefined;
  }

  accepts(partitionKey: string): boolean {
    return !this.served.has(partitionKey);
  }

  sealRequest(): void {
    for (const key of this.served) {
      if (this.lanes.get(key)?.length === 0) this.lanes.delete(key);
      else this.ready.push(key);
    }
    this.served.clear();
  }

  takeExpired(now: number): PendingRecord[] {
    const expired: PendingRecord[] = [];
    for (const lane of this.lanes.values()) {
      for (let first = lane.peek(); first && now >= first.expiresAt; first = lane.peek()) {
        expired.push(first);
        lane.shift();
        this.count--;
        this.bytes -= first.size;
      }
    }
    return expired;
  }

  drain(): PendingRecord[] {
    const drained = [...this.lanes.values()].flatMap((lane) => [...lane]);
    this.lanes.clear();
    while (this.ready.length > 0) this.ready.shift();
    this.served.clear();
    this.count = 0;
    this.bytes = 0;
    return drained;
  }

  private laneOf(key: string): Deque<PendingRecord> {
    let lane = this.lanes.get(key);
    if (!lane) {
      lane = new Deque();
      this.lanes.set(key, lane);
      this.ready.push(key);
    }
    return lane;
  }
}
