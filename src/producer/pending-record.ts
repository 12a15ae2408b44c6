import type { UserRecord } from '../aggregators/aggregator.js';
import { bytesOf } from '../aggregators/serializers/utf8.js';
import type { PutEntry } from '../client/kinesis-gateway.js';
import type { KinesisError } from '../errors.js';
import type { DataSlab } from './data-slab.js';
import type { Epoch } from './epoch.js';
import { PutRejection, type Settle } from './outcome.js';

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

export interface PendingUserRecordFields {
  readonly data: Uint8Array | string;
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  /** The caller gave no partition key: the present one is random, and may be any other. */
  readonly keyless: boolean;
  readonly dataBytes: number;
  /** Bytes of data and partition key, as the service counts them. */
  readonly size: number;
  /** On the monotonic clock: no attempt starts after it. */
  readonly expiresAt: number;
  readonly epoch: Epoch;
  /** Absent when nobody waits for the outcome. */
  readonly settle: Settle | undefined;
  /** Which of the records it is that its caller waits for. */
  readonly place: number;
}

/**
 * A user record between `put` and its outcome; without aggregation it is the Kinesis record, too. There are thousands of
 * them: one object each, and no closures.
 */
export class PendingUserRecord implements UserRecord, PendingRecord {
  partitionKey: string;
  readonly explicitHashKey?: string;
  readonly keyless: boolean;
  readonly size: number;
  readonly expiresAt: number;
  readonly epoch: Epoch;
  retries = 0;
  private readonly settle: Settle | undefined;
  private readonly place: number;
  /** The data, or what they are in. */
  private serialized: Uint8Array | string;
  private start = 0;
  readonly dataBytes: number;

  constructor(fields: PendingUserRecordFields) {
    this.partitionKey = fields.partitionKey;
    if (fields.explicitHashKey !== undefined) this.explicitHashKey = fields.explicitHashKey;
    this.keyless = fields.keyless;
    this.size = fields.size;
    this.expiresAt = fields.expiresAt;
    this.epoch = fields.epoch;
    this.settle = fields.settle;
    this.place = fields.place;
    this.serialized = fields.data;
    this.dataBytes = fields.dataBytes;
  }

  get data(): Uint8Array {
    const bytes = bytesOf(this.serialized);
    this.serialized = bytes;
    const { start, dataBytes } = this;
    return dataBytes === bytes.byteLength ? bytes : bytes.subarray(start, start + dataBytes);
  }

  get members(): readonly PendingUserRecord[] {
    return [this];
  }

  /** Keeps the data in `slab`, where they are small. */
  storeIn(slab: DataSlab): void {
    const data = typeof this.serialized === 'string' ? this.serialized : this.data;
    ({ bytes: this.serialized, start: this.start } = slab.store(data, this.dataBytes));
  }

  delivered(shardId: string, sequenceNumber: string, subSequenceNumber: number | undefined): void {
    this.settle?.(
      subSequenceNumber === undefined
        ? { shardId, sequenceNumber }
        : { shardId, sequenceNumber, subSequenceNumber },
      this.place,
    );
  }

  failed(error: KinesisError): void {
    this.settle?.(new PutRejection(error), this.place);
  }
}
