/** A Kinesis record as it was read: the input of {@link Aggregator.unpack}. */
export interface PackedRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string;
}

/** One item a caller put, as it travels: alone in a Kinesis record, or with others. */
export interface UserRecord {
  /** The bytes {@link Aggregator.serialize} made; after {@link Aggregator.unpack} possibly a view into the record. */
  readonly data: Uint8Array;

  /** Bytes of `data`, where that is known without a look at it: a producer makes the view of them when it is asked for. */
  readonly dataBytes?: number;

  readonly partitionKey: string;

  /** Bytes of the partition key in UTF-8, where they have been counted. */
  readonly keyBytes?: number;

  /** Decimal 128-bit number. Absent when the hash of the partition key decides the shard. */
  readonly explicitHashKey?: string;

  /**
   * Copies `data` into `target`, which has room for them from `position` on: where there is this, it costs less than to ask
   * for `data`, which a producer may still have to encode.
   */
  writeData?(target: Buffer, position: number): void;

  /**
   * The value, where it is known without `data`: formats that hold all user records in one document decode it as a
   * whole, and make `data` only when it is asked for. Whoever has this needs no {@link Aggregator.deserialize}.
   */
  readonly decoded?: { readonly value: unknown };
}

/** A Kinesis record ready to be put. */
export interface SealedRecord {
  /**
   * Possibly made of the user records each time it is asked for, so that it is not kept besides them: a copy of the record made
   * by spreading may lack it.
   */
  readonly data: Uint8Array;

  /** Bytes of `data`, where that is known without making it. */
  readonly dataBytes?: number;

  readonly partitionKey: string;
  readonly explicitHashKey?: string;

  /** User records in it: 1 or more. */
  readonly count: number;

  /**
   * Takes the user records out of `data` again, with their keys, in the order in which they were added, and keeps nothing of
   * them itself. Where a format can do this, a producer lets go of the user records and of this object once it has
   * `data`, and asks when they have to be packed anew, or have failed.
   */
  readonly takeApart?: (data: Uint8Array) => readonly UserRecord[];
}

/** A Kinesis record that still takes user records. */
export interface OpenAggregate {
  /** User records in it. */
  readonly count: number;

  /**
   * Bytes of data and partition key that the Kinesis record would have if it were sealed now, as the service counts
   * them: exact, except that a compressing aggregator tells what it expects.
   */
  readonly size: number;

  /**
   * Adds a user record, unless a Kinesis record would then have more than `maxBytes`.
   *
   * Once it has refused a record that {@link Packing.fits} accepts, the aggregate is full: seal it, and open another.
   *
   * @param maxBytes - bytes of data and partition key together. It may differ from call to call: a Kinesis record of
   *   several user records keeps to the last under which one was added, a user record alone to its own.
   * @returns whether it was added
   */
  tryAdd(record: UserRecord, maxBytes: number): boolean;

  /**
   * Closes the aggregate; it takes no more.
   *
   * @returns usually one Kinesis record; none if nothing was added; several when a compressing aggregator expected too
   *   much. Together they hold the user records in the order they were added, each keeps to `maxBytes`, and they must be
   *   put in this order.
   */
  seal(): readonly SealedRecord[];
}

/** Which user records may share a Kinesis record. */
export type PackingScope = 'partition-key' | 'shard';

/** How an aggregator puts several user records into one Kinesis record. */
export interface Packing {
  /**
   * `partition-key`: only those of one partition key and explicit hash key, since the format carries none inside;
   * `shard`: all that go to one shard.
   */
  readonly scope: PackingScope;

  /** Whether the consumer gets back the partition key and explicit hash key of each user record. */
  readonly carriesKeys: boolean;

  /**
   * Whether a user record, alone, makes a Kinesis record of at most `maxBytes`: framing may add to its bytes, and
   * compression take from them.
   */
  fits(record: UserRecord, maxBytes: number): boolean;

  open(): OpenAggregate;
}

/**
 * How values become the bytes of Kinesis records, and back. The same aggregator must be used by those who put and
 * those who consume a stream. One instance may serve any number of streams at a time: what belongs to one Kinesis
 * record is kept in its {@link OpenAggregate}.
 */
export interface Aggregator {
  /** For logs and error messages. */
  readonly name: string;

  /**
   * Turns a value into the bytes of one user record, or into text that stands for its UTF-8.
   *
   * @throws anything, for a value it cannot serialize; the caller sees a `SerializationError` with that as its cause
   */
  serialize(value: unknown): Uint8Array | string;

  /** Absent when every user record is a Kinesis record of its own. */
  readonly packing?: Packing;

  /**
   * Takes a Kinesis record apart into its user records, in order; their index is the sub-sequence number. A record
   * that this aggregator did not write, but its serializer could have, is one user record.
   *
   * @returns a list of its own each time: they are handed over one by one, while other records are taken apart
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
