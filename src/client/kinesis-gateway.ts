/** A stream as the app names it and as the service finds it. An ARN, where given, wins over the name. */
export interface StreamRef {
  /** The stream's name in the module's options; used in messages and events. */
  readonly name: string;
  /** The service's name of the stream. */
  readonly streamName: string;
  readonly streamArn?: string;
}

export interface StreamDescription {
  readonly streamName: string;
  readonly streamArn: string;
  readonly status: 'CREATING' | 'DELETING' | 'ACTIVE' | 'UPDATING';
  readonly openShardCount: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** For how long a record can be read, in milliseconds since it arrived; Infinity where the service does not say. */
  readonly retention: number;
  /** Bytes of data and partition key that one record may have. */
  readonly maxRecordBytes: number;
  /** The service's own wall time when it answered, in milliseconds since the Unix epoch; whole seconds. */
  readonly serviceTime: number;
}

export interface ShardDescription {
  readonly shardId: string;
  /** Absent parents are those of a stream's first shards, or beyond retention. */
  readonly parentShardIds: readonly string[];
  /** First 128-bit hash key of the shard, inclusive. */
  readonly startingHashKey: bigint;
  /** Last 128-bit hash key of the shard, inclusive. */
  readonly endingHashKey: bigint;
  /** A closed shard takes no more records: it was split or merged. */
  readonly closed: boolean;
}

export interface PutEntry {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  readonly explicitHashKey?: string;

  /** Whether the entry can do without its data while they are in the body of a request: it then has {@link encoded}. */
  readonly movable?: boolean;

  /**
   * Tells where `data` are now: as base64 in `body`, from `start` up to `end`. They may have been replaced by others since they
   * were asked for.
   */
  encoded?(data: Uint8Array, body: Buffer, start: number, end: number): void;
}

/** What became of one entry of a PutRecords call. */
export type PutResult =
  | { readonly ok: true; readonly shardId: string; readonly sequenceNumber: string }
  | { readonly ok: false; readonly errorCode: string; readonly errorMessage: string };

/** Where a shard iterator starts. */
export type IteratorPosition =
  | { readonly type: 'TRIM_HORIZON' }
  | { readonly type: 'LATEST' }
  /** `timestamp` in milliseconds since the Unix epoch. */
  | { readonly type: 'AT_TIMESTAMP'; readonly timestamp: number }
  | {
      readonly type: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER';
      readonly sequenceNumber: string;
    };

export interface KinesisRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** When the service received it, in milliseconds since the Unix epoch. */
  readonly arrivalTime: number;
}

export interface ChildShard {
  readonly shardId: string;
  readonly parentShardIds: readonly string[];
}

export interface RecordsPage {
  readonly records: readonly KinesisRecord[];
  /** Of the data and partition keys; absent where that would have to be counted. */
  readonly bytes?: number;
  /**
   * All records are finished: what their data are in may be written to, unless somebody has asked for a record's `data`, and may
   * keep them. Whoever asks afterwards gets a `DataReleasedError`. All else that is known of the records stays.
   */
  readonly takeBack?: () => void;
  /** Absent at the end of a closed shard. */
  readonly nextIterator?: string;
  /** How far behind the shard's tip this page ends, in milliseconds. */
  readonly millisBehindLatest: number;
  /** The shards that go on where this one ends; empty before its end. */
  readonly childShards: readonly ChildShard[];
}

/**
 * All the engine asks of Kinesis. Implementations reject with `KinesisError`s only, and do not retry: the engine
 * knows better when to.
 */
export interface KinesisGateway {
  describeStream(stream: StreamRef, signal?: AbortSignal): Promise<StreamDescription>;

  /**
   * Creates a stream by name; it is usable some time later.
   *
   * @param shards - how many open shards it begins with
   */
  createStream(stream: StreamRef, shards: number, signal?: AbortSignal): Promise<void>;

  /**
   * Every shard within retention, open and closed, all pages.
   *
   * @param openSince - leaves out shards that were closed before this time, in milliseconds since the Unix epoch; not after
   * the service's own time
   */
  listShards(stream: StreamRef, signal?: AbortSignal, openSince?: number): Promise<ShardDescription[]>;

  /** One result per entry, in their order. */
  putRecords(stream: StreamRef, entries: readonly PutEntry[], signal?: AbortSignal): Promise<PutResult[]>;

  getShardIterator(
    stream: StreamRef,
    shardId: string,
    position: IteratorPosition,
    signal?: AbortSignal,
  ): Promise<string>;

  /** @param limit - the most records to return, 1 to 10 000 */
  getRecords(stream: StreamRef, iterator: string, limit: number, signal?: AbortSignal): Promise<RecordsPage>;
}
