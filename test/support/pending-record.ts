import { Epoch } from '../../src/producer/epoch.js';
import { type PendingRecord, PendingUserRecord } from '../../src/producer/pending-record.js';
import { PutMoment } from '../../src/producer/put-moment.js';

interface Traits {
  /** Bytes of data and partition key. */
  readonly size?: number;
  readonly expiresAt?: number;
}

const ZEROES = new Uint8Array(1024 * 1024);

let serial = 0;

/** A user record that waits in a producer, its data a number of its own unless it has to have a size. */
export function pendingUserRecord(
  partitionKey: string,
  { size, expiresAt = Infinity }: Traits = {},
): PendingUserRecord {
  const data = size === undefined ? String(serial++) : ZEROES.subarray(0, size - partitionKey.length);
  const moment = new PutMoment(new Epoch(), expiresAt);
  return new PendingUserRecord(data, partitionKey, undefined, moment, undefined, 0, Buffer.byteLength(data));
}

/** The same, alone in its Kinesis record. */
export function pendingRecord(partitionKey: string, traits?: Traits): PendingRecord {
  return pendingUserRecord(partitionKey, traits);
}
