/** A Kinesis record as it was read: the input of {@link Aggregator.unpack}. */
export interface PackedRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string;
}

/** One item a caller put, as it travels: alone in a Kinesis record, or with others. */
export interface UserRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
}

/** A Kinesis record ready to be put. */
export interface SealedRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
}

/** A Kinesis record that still takes user records. */
export interface OpenAggregate {
  /** User records in it. */
  readonly count: number;

  /** Bytes of data and partition key that the Kinesis record would have now, or a bound that it will not exceed. */
  readonly size: number;

  /**
   * Adds a user record, unless the Kinesis record would then have more than `maxBytes`.
   *
   * @returns whether it was added; the first always is, since the producer has checked that it fits alone
   */
  tryAdd(record: UserRecord, maxBytes: number): boolean;

  /** Closes the aggregate; it takes no more. */
  seal(): SealedRecord;
}

/** How an aggregator puts several user records into one Kinesis record. */
export interface Packing {
  /**
   * Which user records may share one: `partition-key` only those of one partition key and explicit hash key, since
   * the format carries none inside; `shard` all that go to one shard.
   */
  readonly scope: 'partition-key' | 'shard';

  open(): OpenAggregate;
}

/**
 * How values become the bytes of Kinesis records, and back. The same aggregator must be used by those who put and
 * those who consume a stream.
 */
export interface Aggregator {
  /** For logs and error messages. */
  readonly name: string;

  /**
   * Turns a value into the bytes of one user record.
   *
   * @throws anything, for a value it cannot serialize; the caller sees a `SerializationError` with that as its cause
   */
  serialize(value: unknown): Uint8Array;

  /** Absent when every user record is a Kinesis record of its own. */
  readonly packing?: Packing;

  /**
   * Takes a Kinesis record apart into its user records, in order; their index is the sub-sequence number.
   *
   * @throws anything, for bytes that it cannot take apart; that record then goes the way of a failed one
   */
  unpack(record: PackedRecord): readonly UserRecord[];

  /**
   * Turns the bytes of one user record into its value.
   *
   * @throws anything, for bytes that it cannot read; that user record then goes the way of a failed one
   */
  deserialize(data: Uint8Array): unknown;
}
