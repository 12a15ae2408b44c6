import type { UserRecord } from '../aggregators/aggregator.js';
import type { PutEntry } from '../client/kinesis-gateway.js';
import type { KinesisError } from '../errors.js';
import type { Epoch } from './epoch.js';

/** What `send` resolves with: where the record is now. */
export interface PutReceipt {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Its index among the user records of its Kinesis record; absent when it is the only one. */
  readonly subSequenceNumber?: number;
}

/** A user record between `put` and its outcome. */
export interface PendingUserRecord extends UserRecord {
  /** The caller gave no partition key: the present one is random, and may be any other. */
  readonly keyless: boolean;
  /** Bytes of data and partition key, as the service counts them. */
  readonly size: number;
  /** On the monotonic clock: no attempt starts after it. */
  readonly expiresAt: number;
  readonly epoch: Epoch;
  /** Absent when nobody waits for the outcome. */
  readonly outcome?: {
    resolve(receipt: PutReceipt): void;
    reject(error: KinesisError): void;
  };
}

/** A Kinesis record between its packing and its outcome, with the user records in it. */
export interface PendingRecord extends PutEntry {
  /** Bytes of data and partition key, as the service counts them. */
  readonly size: number;
  /** When the first of its user records expires. */
  readonly expiresAt: number;
  /** In the order of their sub-sequence numbers. */
  readonly members: readonly PendingUserRecord[];
  /** How often it has been sent again. */
  retries: number;
}

/** A Kinesis record with one user record, whose bytes it has. */
export function singleRecord(member: PendingUserRecord): PendingRecord {
  const { data, partitionKey, explicitHashKey, size, expiresAt } = member;
  const keys = explicitHashKey === undefined ? { partitionKey } : { partitionKey, explicitHashKey };
  return { data, ...keys, size, expiresAt, members: [member], retries: 0 };
}
