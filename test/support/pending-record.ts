import { Epoch } from '../../src/producer/epoch.js';
import {
  type PendingRecord,
  type PendingUserRecord,
  singleRecord,
} from '../../src/producer/pending-record.js';

let serial = 0;

/** A user record that waits in a producer, its data a number of its own. */
export function pendingUserRecord(
  partitionKey: string,
  more: Partial<PendingUserRecord> = {},
): PendingUserRecord {
  const data = Buffer.from(String(serial++));
  return {
    data,
    partitionKey,
    keyless: false,
    size: 10,
    expiresAt: Infinity,
    epoch: new Epoch(),
    ...more,
  };
}

/** The same, alone in its Kinesis record. */
export function pendingRecord(partitionKey: string, more: Partial<PendingUserRecord> = {}): PendingRecord {
  return singleRecord(pendingUserRecord(partitionKey, more));
}
