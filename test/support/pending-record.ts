import { Epoch } from '../../src/producer/epoch.js';
import type { PendingRecord } from '../../src/producer/pending-record.js';

let serial = 0;

/** A record that waits in a producer, its data a number of its own. */
export function pendingRecord(partitionKey: string, more: Partial<PendingRecord> = {}): PendingRecord {
  const data = Buffer.from(String(serial++));
  return {
    data,
    partitionKey,
    size: 10,
    expiresAt: Infinity,
    epoch: new Epoch(),
    attempts: 0,
    ...more,
  };
}
