import { Epoch } from '../../src/producer/epoch.js';
import {
  type PendingRecord,
  PendingUserRecord,
  type PendingUserRecordFields,
} from '../../src/producer/pending-record.js';

let serial = 0;

/** A user record that waits in a producer, its data a number of its own. */
export function pendingUserRecord(
  partitionKey: string,
  more: Partial<PendingUserRecordFields> = {},
): PendingUserRecord {
  const { data = Buffer.from(String(serial++)) } = more;
  return new PendingUserRecord({
    data,
    dataBytes: Buffer.byteLength(data),
    partitionKey,
    explicitHashKey: undefined,
    keyless: false,
    size: 10,
    expiresAt: Infinity,
    epoch: new Epoch(),
    settle: undefined,
    place: 0,
    ...more,
  });
}

/** The same, alone in its Kinesis record. */
export function pendingRecord(
  partitionKey: string,
  more: Partial<PendingUserRecordFields> = {},
): PendingRecord {
  return pendingUserRecord(partitionKey, more);
}
