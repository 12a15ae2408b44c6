import type { UserRecord } from '../aggregators/aggregator.js';
import { bytesOf } from '../aggregators/serializers/utf8.js';
import type { PutEntry } from '../client/kinesis-gateway.js';
import type { KinesisError } from '../errors.js';
import type { DataSlab } from './data-slab.js';
import type { Epoch } from './epoch.js';
import { PutRejection, type Settle } from './outcome.js';
import type { PutOptions } from './put-options.js';

/** A Kinesis record between its packing and its outcome, with the user records in it. */
export interface PendingRecord extends PutEntry {
  /** Bytes of data and partition key, as the service counts them. */
  readonly size: number;
  /** When the first of its user records expires. */
  readonly expiresAt: number;
  /** User records in it. */
  readonly count: number;
  /** In the order of their sub-sequence numbers. */
  readonly members: readonly PendingUserRecord[];
  /** How often it has been sent again. */
  retries: number;
}

/**
 * A user record between `put` and its outcome; without aggregation it is the Kinesis record, too. There are thousands of
 * them: one object each, and no closures.
 */
export class PendingUserRecord implements UserRecord, PendingRecord {
  readonly explicitHashKey?: string;
  /** The caller gave no key: the present one is random, and may be any other. */
  readonly keyless: boolean;
  readonly dataBytes: number;
  readonly size: number;
  retries = 0;
  private start = 0;

  /**
   * Not with an object of its arguments, which would be as large as what is made of them.
   *
   * @param serialized - the data, or what they are in
   * @param keys - as the caller gave them
   * @param expiresAt - on the monotonic clock: no attempt starts after it
   * @param settle - absent when nobody waits for the outcome
   * @param place - which of the records it is that its caller waits for
   */
  constructor(
    private serialized: Uint8Array | string,
    keys: PutOptions,
    public partitionKey: string,
    readonly expiresAt: number,
    readonly epoch: Epoch,
    private readonly settle: Settle | undefined,
    private readonly place: number,
  ) {
    const { explicitHashKey } = keys;
    if (explicitHashKey !== undefined) this.explicitHashKey = explicitHashKey;
    this.keyless = keys.partitionKey === undefined && explicitHashKey === undefined;
    this.dataBytes = Buffer.byteLength(serialized);
    this.size = this.dataBytes + Buffer.byteLength(partitionKey);
  }

  get data(): Uint8Array {
    const bytes = bytesOf(this.serialized);
    this.serialized = bytes;
    const { start, dataBytes } = this;
    if (dataBytes === bytes.byteLength) return bytes;
    // Half the cost of "subarray", whose result would be a Buffer, too.
    return new Uint8Array(bytes.buffer, bytes.byteOffset + start, dataBytes);
  }

  get keyBytes(): number {
    return this.size - this.dataBytes;
  }

  get count(): number {
    return 1;
  }

  get members(): readonly PendingUserRecord[] {
    return [this];
  }

  /** Keeps the data in `slab`, where they are small. */
  storeIn(slab: DataSlab): void {
    const { serialized, dataBytes } = this;
    if (!slab.takes(dataBytes)) return;
    this.start = slab.store(typeof serialized === 'string' ? serialized : this.data, dataBytes);
    this.serialized = slab.bytes;
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
