/** What a handler's failure looked like, as far as it can be written down. */
export interface DeadLetterError {
  /** Its class. */
  readonly name: string;
  /** Its code, if it has one: of a `KinesisError`, of a system call, of a database driver. */
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
}

/**
 * A user record that a handler could not handle, kept somewhere else so that its shard can go on: all that is needed
 * to see why, and to put it back.
 */
export interface DeadLetter {
  /** Of this form. Fields that are added do not change it: readers pass over what they do not know. */
  readonly version: 1;
  /** The same for each letter of this user record: `stream/shard/sequence number/sub-sequence number`. */
  readonly id: string;
  /** The namespace of the lease under which the record was read. */
  readonly application: string;
  /** Who could not handle it: with several handlers of a stream, the others may have. */
  readonly handler: string;
  /** The stream's name in the module's options. */
  readonly stream: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Index of the user record in its aggregate; 0 for a plain record. */
  readonly subSequenceNumber: number;
  readonly partitionKey: string;
  /** Present only if the producer set one and the aggregator carries it. */
  readonly explicitHashKey?: string;
  /** When the service received the record, in milliseconds since the Unix epoch. */
  readonly arrivalTime: number;
  /** How often the handler was called with it. */
  readonly attempts: number;
  /** When the last of these failed, in milliseconds since the Unix epoch. */
  readonly failedAt: number;
  /** What the handler said itself when it asked for a dead letter. */
  readonly reason?: string;
  readonly error: DeadLetterError;
  /** The user record's bytes: what the aggregator's `serialize` made; of a record that cannot be taken apart, all of it. */
  readonly data: Uint8Array;
}
