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
  /** The user record's bytes, before the aggregator made a value of them. */
  readonly data: Uint8Array;
  /** 1 for the first time this worker hands the record to this handler, 2 for the first retry, and so on. */
  readonly attempt: number;
  /**
   * Grows with every owner of the shard's lease: a store that keeps the highest token it saw, and refuses lower ones,
   * is safe from a worker that lost its lease without knowing.
   */
  readonly fencingToken: number;
  /** Aborts when the result no longer counts: the lease is lost, or the drain deadline has passed. */
  readonly signal: AbortSignal;

  constructor(fields: KinesisContextFields) {
    this.stream = fields.stream;
    this.application = fields.application;
    this.shardId = fields.shardId;
    this.partitionKey = fields.partitionKey;
    this.explicitHashKey = fields.explicitHashKey;
    this.sequenceNumber = fields.sequenceNumber;
    this.subSequenceNumber = fields.subSequenceNumber;
    this.approximateArrival = new Date(fields.arrivalTime);
    this.data = fields.data;
    this.attempt = fields.attempt;
    this.fencingToken = fields.fencingToken;
    this.signal = fields.signal;
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
  data: Uint8Array;
  attempt: number;
  fencingToken: number;
  signal: AbortSignal;
}
