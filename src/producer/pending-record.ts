import type { UserRecord } from '../aggregators/aggregator.js';
import { bytesOf } from '../aggregators/serializers/utf8.js';
import { EncodedData } from '../client/encoded-data.js';
import type { PutEntry } from '../client/kinesis-gateway.js';
import type { KinesisError } from '../errors.js';
import { type DataSlab, fitsSlab } from './data-slab.js';
import { PutRejection, type Settle } from './outcome.js';
import type { StoredAt } from './put-judgement.js';
import type { PutMoment } from './put-moment.js';

/** A Kinesis record between its packing and its outcome, with the user records in it. */
export interface PendingRecord extends PutEntry {
  /** Bytes of data and partition key, as the service counts them. */
  readonly size: number;
  /** When the first of its user records expires. */
  readonly expiresAt: number;
  /** User records in it. */
  readonly count: number;
  /** Bytes of data and partition key of all of these, as they count in the producer's queue. */
  readonly userBytes: number;
  /** In the order of their sub-sequence numbers; possibly made of the data each time they are asked for. */
  readonly members: readonly PendingUserRecord[];
  /** How often it has been sent again. */
  retries: number;
  /** Tells those who wait for its user records where these are. */
  delivered(at: StoredAt): void;
  /** Takes its user records out of their epochs. */
  leave(): void;
  /** Takes back data that were {@link encoded}, and lets go of the request: it has to be sent again. */
  recover(): void;
}

/** The data of a user record, or what they are in. */
export type PendingData = Uint8Array | string | EncodedData;

/** A user record between `put` and its outcome; without aggregation it is the Kinesis record, too. */
export class PendingUserRecord implements UserRecord, PendingRecord {
  declare readonly explicitHashKey?: string;
  readonly size: number;
  /** The caller gave no key: the present one is random, and may be any other. */
  keyless = false;
  retries = 0;

  /**
   * Not with an object of its arguments, which would be as large as what is made of them.
   *
   * @param settle - absent when nobody waits for the outcome
   * @param place - which of the records it is that its caller waits for
   * @param start - where in `source` the data begin
   */
  constructor(
    public source: PendingData,
    public partitionKey: string,
    explicitHashKey: string | undefined,
    readonly moment: PutMoment,
    readonly settle: Settle | undefined,
    readonly place: number,
    readonly dataBytes: number,
    public start = 0,
  ) {
    if (explicitHashKey !== undefined) this.explicitHashKey = explicitHashKey;
    this.size = dataBytes + Buffer.byteLength(partitionKey);
  }

  get data(): Uint8Array {
    const { source } = this;
    const bytes = source instanceof EncodedData ? source.decode() : bytesOf(source);
    this.source = bytes;
    const { start, dataBytes } = this;
    if (dataBytes === bytes.byteLength) return bytes;
    // Half the cost of "subarray", whose result would be a Buffer, too.
    return new Uint8Array(bytes.buffer, bytes.byteOffset + start, dataBytes);
  }

  /** Copies the data, and encodes text: without the view of them that {@link data} makes. */
  writeData(target: Buffer, position: number): void {
    const { source } = this;
    if (typeof source === 'string') target.write(source, position);
    else target.set(this.data, position);
  }

  /** Whether the data are not encoded yet. */
  get isText(): boolean {
    return typeof this.source === 'string';
  }

  get keyBytes(): number {
    return this.size - this.dataBytes;
  }

  get expiresAt(): number {
    return this.moment.expiresAt;
  }

  get count(): number {
    return 1;
  }

  get userBytes(): number {
    return this.size;
  }

  get members(): readonly PendingUserRecord[] {
    return [this];
  }

  /** Keeps the data in `slab`, where they are small. */
  storeIn(slab: DataSlab): void {
    const { source, dataBytes } = this;
    if (!fitsSlab(dataBytes)) return;
    const start = slab.store(typeof source === 'string' ? source : this.data, dataBytes);
    this.start = start;
    this.source = slab.bytes;
  }

  delivered({ shardId, sequenceNumber }: StoredAt): void {
    this.settle?.({ shardId, sequenceNumber }, this.place);
  }

  failed(error: KinesisError): void {
    this.settle?.(new PutRejection(error), this.place);
  }

  leave(): void {
    this.moment.epoch.leave();
  }

  /** Data in a slab stay there, with those of others. */
  get movable(): boolean {
    return !fitsSlab(this.dataBytes);
  }

  encoded(data: Uint8Array, body: Buffer, start: number, end: number): void {
    if (data === this.source) this.source = new EncodedData(body, start, end);
  }

  recover(): void {
    if (this.source instanceof EncodedData) this.source = this.source.decode();
  }
}
