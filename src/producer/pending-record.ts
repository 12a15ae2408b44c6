import type { PutEntry } from '../client/kinesis-gateway.js';
import type { KinesisError } from '../errors.js';
import type { Epoch } from './epoch.js';

/** What `send` resolves with: where the record is now. */
export interface PutReceipt {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** A record between `put` and its outcome. */
export interface PendingRecord extends PutEntry {
  /** Bytes of data and partition key, as the service counts them. */
  readonly size: number;
  /** On the monotonic clock: no attempt starts after it. */
  readonly expiresAt: number;
  readonly epoch: Epoch;
  attempts: number;
  /** Absent when nobody waits for the outcome. */
  readonly outcome?: {
    resolve(receipt: PutReceipt): void;
    reject(error: KinesisError): void;
  };
}
