import { KinesisError, type KinesisErrorOptions } from '../../errors.js';

/**
 * Dead letters could not be stored, or it is not known whether they are. Where `retryable` is not set, the message says
 * what to change: until then the shards that wait for the sink stand still.
 */
export class DeadLetterSinkError extends KinesisError {
  constructor(
    /** The sink's `name`. */
    readonly sink: string,
    message: string,
    options: KinesisErrorOptions = {},
  ) {
    super('KINESIS_DEAD_LETTER_SINK', `${sink}: ${message}`, options);
  }
}

/** Bytes that are no dead letter, or one of a version that this package does not know. */
export class DeadLetterFormatError extends KinesisError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('KINESIS_DEAD_LETTER_FORMAT', message, options);
  }
}
