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
