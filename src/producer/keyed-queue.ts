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
  private served: string[] = [];

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
    const key = this.ready.shift();
    if (key === undefined) return undefined;
    const lane = this.lanes.get(key);
    const record = lane?.shift();
    if (!lane || !record) return undefined;
    this.count--;
    this.bytes -= record.size;
    this.served.push(key);
    return record;
  }

  sealRequest(): void {
    for (const key of this.served) {
      if (this.lanes.get(key)?.length === 0) this.lanes.delete(key);
      else this.ready.push(key);
    }
    this.served = [];
  }

  drain(): PendingRecord[] {
    const drained = [...this.lanes.values()].flatMap((lane) => [...lane]);
    this.lanes.clear();
    while (this.ready.length > 0) this.ready.shift();
    this.served = [];
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
