import type { UserRecord } from '../aggregators/aggregator.js';

/** What a handler can know about the user record it is given, beside its payload. */
export class KinesisContext {
  /** The stream's name in the module's options. */
  readonly stream: string;
  /** The namespace of the lease under which the record was read. */
  readonly application: string;
  readonly shardId: string;
  readonly partitionKey: string;
  /** Present only if the producer set one and the aggregator carries it. */
  readonly explicitHashKey: string | undefined;
  readonly sequenceNumber: string;
  /** Index of the user record in its aggregate; 0 for a plain record. */
  readonly subSequenceNumber: number;
  /** When the service received the record. */
  readonly approximateArrival: Date;
  /** 1 for the first time this worker hands the record to this handler, 2 for the first retry, and so on. */
  readonly attempt: number;
  /**
   * Grows with every owner of the shard's lease: a store that keeps the highest token it saw, and refuses lower ones,
   * is safe from a worker that lost its lease without knowing.
   */
  readonly fencingToken: number;
  /** Aborts when the result no longer counts: the lease is lost, or the drain deadline has passed. */
  readonly signal: AbortSignal;

  private readonly userRecord: UserRecord;
  private readonly markDone: () => void;

  constructor(fields: KinesisContextFields) {
    this.stream = fields.stream;
    this.application = fields.application;
    this.shardId = fields.shardId;
    this.partitionKey = fields.partitionKey;
    this.explicitHashKey = fields.explicitHashKey;
    this.sequenceNumber = fields.sequenceNumber;
    this.subSequenceNumber = fields.subSequenceNumber;
    this.approximateArrival = new Date(fields.arrivalTime);
    this.userRecord = fields.userRecord;
    this.attempt = fields.attempt;
    this.fencingToken = fields.fencingToken;
    this.signal = fields.signal;
    this.markDone = fields.markDone;
  }

  /**
   * With `checkpointMode: 'manual'`: says that this record and all before it in the shard are done. The checkpoint is stored
   * within `checkpointInterval`, and never passes a record whose handler has not finished. May be called after the handler
   * has returned, so that records can be collected and written together. With `'auto'` it does nothing.
   */
  checkpoint(): void {
    this.markDone();
  }

  /** The user record's bytes, before the aggregator made a value of them. */
  get data(): Uint8Array {
    // Formats that decode all their user records at once make the bytes of one only when asked.
    return this.userRecord.data;
  }
}

/** @internal */
export interface KinesisContextFields {
  stream: string;
  application: string;
  shardId: string;
  partitionKey: string;
  explicitHashKey: string | undefined;
  sequenceNumber: string;
  subSequenceNumber: number;
  arrivalTime: number;
  userRecord: UserRecord;
  attempt: number;
  fencingToken: number;
  signal: AbortSignal;
  markDone: () => void;
}
