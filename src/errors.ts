/** Every code an error of this package can have. Codes are stable: they may gain members, never change meaning. */
export const KINESIS_ERROR_CODES = [
  'KINESIS_CONFIGURATION',
  'KINESIS_UNKNOWN_STREAM',
  'KINESIS_STREAM_NOT_FOUND',
  'KINESIS_ACCESS_DENIED',
  'KINESIS_INVALID_RECORD',
  'KINESIS_RECORD_TOO_LARGE',
  'KINESIS_SERIALIZATION',
  'KINESIS_DESERIALIZATION',
  'KINESIS_DATA_RELEASED',
  'KINESIS_VALIDATION',
  'KINESIS_FORBIDDEN',
  'KINESIS_THROTTLED',
  'KINESIS_SERVICE',
  'KINESIS_NETWORK',
  'KINESIS_EXPIRED_ITERATOR',
  'KINESIS_DATA_LOSS',
  'KINESIS_PUT_FAILED',
  'KINESIS_PRODUCER_CLOSED',
  'KINESIS_STALE_SHARD_LIST',
  'KINESIS_LEASE_CONFLICT',
  'KINESIS_TURN_TIMEOUT',
  'KINESIS_CHECKPOINTER',
  'KINESIS_UNKNOWN_CONSUMER',
  'KINESIS_CONSUMER_RUNNING',
  'KINESIS_CONSUMER_STOPPED',
  'KINESIS_INVALID_POSITION',
  'KINESIS_DEAD_LETTER_SINK',
  'KINESIS_DEAD_LETTER_FORMAT',
  'KINESIS_DEDUPLICATOR',
  'KINESIS_HANDLER_TIMEOUT',
  'KINESIS_PARTIAL_FAILURE',
  'KINESIS_CONTROL_FLOW',
  'KINESIS_ABORTED',
] as const;

export type KinesisErrorCode = (typeof KINESIS_ERROR_CODES)[number];

/** What {@link KinesisError} takes beside its message. */
export interface KinesisErrorOptions {
  /** The same call may succeed when tried again unchanged. */
  retryable?: boolean;
  /** The error beneath this one. */
  cause?: unknown;
}

/** The base of every error this package throws or rejects with. Its `code` is stable; its message is for people. */
export class KinesisError extends Error {
  /** What went wrong, for programs. */
  readonly code: KinesisErrorCode;

  /** Whether the same call may succeed when tried again unchanged. */
  readonly retryable: boolean;

  constructor(code: KinesisErrorCode, message: string, options: KinesisErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** An option, a decorator or a combination of them that cannot work. Thrown at bootstrap, before any I/O. */
export class KinesisConfigurationError extends KinesisError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('KINESIS_CONFIGURATION', message, options);
  }
}

/** A stream name that the module's `streams` option does not know. */
export class UnknownStreamError extends KinesisError {
  constructor(
    readonly stream: string,
    known: readonly string[],
  ) {
    const configured = known.length === 0 ? 'none is configured' : `configured: ${known.join(', ')}`;
    super(
      'KINESIS_UNKNOWN_STREAM',
      `Stream "${stream}" is not configured (${configured}). Add it to the "streams" option of KinesisModule.`,
    );
  }
}

/** The service has no stream of that name in this account and region. */
export class StreamNotFoundError extends KinesisError {
  constructor(
    readonly stream: string,
    options: { cause?: unknown } = {},
  ) {
    super(
      'KINESIS_STREAM_NOT_FOUND',
      `Stream "${stream}" does not exist in this account and region. ` +
        'Create it, or correct its name, ARN, region or endpoint in the options of KinesisModule.',
      options,
    );
  }
}

/** The credentials in use may not do this, or there are none. */
export class KinesisAccessDeniedError extends KinesisError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('KINESIS_ACCESS_DENIED', message, options);
  }
}

/** A partition key or explicit hash key the service would refuse. Nothing was sent. */
export class InvalidRecordError extends KinesisError {
  constructor(message: string) {
    super('KINESIS_INVALID_RECORD', message);
  }
}

/** A record larger than its stream takes. Nothing was sent. */
export class RecordTooLargeError extends KinesisError {
  /**
   * @param size - bytes of data and partition key together, as the service counts them
   * @param limit - bytes the stream takes
   */
  constructor(
    readonly stream: string,
    readonly size: number,
    readonly limit: number,
  ) {
    super(
      'KINESIS_RECORD_TOO_LARGE',
      `A record for stream "${stream}" has ${size} bytes (data and partition key); the stream takes ${limit}. ` +
        "Split or compress it, or raise the stream's MaxRecordSizeInKiB (UpdateMaxRecordSize, up to 10240).",
    );
  }
}

/** The aggregator could not turn a value into bytes. Nothing was sent. */
export class SerializationError extends KinesisError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('KINESIS_SERIALIZATION', message, options);
  }
}

/** A record's bytes could not be turned into a value: it is not what this consumer's aggregator writes. */
export class DeserializationError extends KinesisError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('KINESIS_DESERIALIZATION', message, options);
  }
}

/**
 * A record's bytes were asked for when all handlers had finished with it: the buffer they came in may be used for other
 * records by then.
 */
export class DataReleasedError extends KinesisError {
  constructor() {
    super(
      'KINESIS_DATA_RELEASED',
      'The bytes of this record were released when its handlers had finished with it. Take "data" while the handler ' +
        'runs: what has been taken may be kept.',
    );
  }
}

/** What is wrong in a payload, by its place; without words of the schema library's, which may quote the payload. */
export interface ValidationIssue {
  /** The keys that lead to the value; empty for the payload as a whole. */
  readonly path: readonly PropertyKey[];
}

/**
 * A payload that is not what its handler takes: a schema or a pipe refused it. It is never tried again; the handler's
 * `onExhausted` applies at once. What a pipe threw is the `cause`.
 */
export class ValidationError extends KinesisError {
  constructor(
    message: string,
    /** Where the payload is wrong; empty when a pipe refused it, which says so in its own words only. */
    readonly issues: readonly ValidationIssue[] = [],
    options: { cause?: unknown } = {},
  ) {
    super('KINESIS_VALIDATION', message, options);
  }
}

/** Records of a batch whose payloads their handler does not take. The handler was not called, for any of the batch. */
export class BatchValidationError extends ValidationError {
  /** @param failures - each record that is wrong, by its `id`, with what is wrong with it */
  constructor(readonly failures: ReadonlyMap<string, KinesisError>) {
    super(
      `${failures.size} records of the batch are not what the handler takes: ${[...failures.keys()].join(', ')}.`,
    );
  }
}

/** A guard of the handler refused the record. It is never tried again; the handler's `onExhausted` applies at once. */
export class ForbiddenError extends KinesisError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('KINESIS_FORBIDDEN', message, options);
  }
}

/** The service refused a call or a record because a shard or the account is over its rate. */
export class ThrottledError extends KinesisError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('KINESIS_THROTTLED', message, { ...options, retryable: true });
  }
}

/** The service answered with an error that none of the other classes names. */
export class KinesisServiceError extends KinesisError {
  constructor(
    /** The service's own name of the error, as in its API reference. */
    readonly serviceCode: string,
    message: string,
    options: KinesisErrorOptions = {},
  ) {
    super('KINESIS_SERVICE', message, options);
  }
}

/** No answer came: the connection failed, was cut, or timed out. Whether the call took effect is not known. */
export class KinesisNetworkError extends KinesisError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('KINESIS_NETWORK', message, { ...options, retryable: true });
  }
}

/** A shard iterator outlived its five minutes. A new one can be had for the position it stood at. */
export class ExpiredIteratorError extends KinesisError {
  constructor(options: { cause?: unknown } = {}) {
    super('KINESIS_EXPIRED_ITERATOR', 'The shard iterator has expired; a new one is needed.', options);
  }
}

/** Retention has passed a shard's checkpoint: records behind it may be lost unhandled. The shard stands still. */
export class DataLossError extends KinesisError {
  /** @param checkpoint - the sequence number of the last record that was done */
  constructor(
    readonly stream: string,
    readonly shardId: string,
    readonly checkpoint: string,
  ) {
    super(
      'KINESIS_DATA_LOSS',
      `Shard ${shardId} of stream "${stream}" no longer has the record of its checkpoint, ${checkpoint}: retention has ` +
        'passed it, and records behind it may be lost unhandled. To go on, set "onDataLoss" to "oldest" or "latest"; ' +
        "to keep it from happening again, raise the stream's retention above the longest time its consumers may be behind.",
    );
  }
}

/** A record for which the producer gave up. */
export class PutFailedError extends KinesisError {
  constructor(
    readonly stream: string,
    message: string,
    options: KinesisErrorOptions = {},
  ) {
    super('KINESIS_PUT_FAILED', message, options);
  }
}

/** A record offered to a producer that no longer accepts, or still waiting in one when it had to stop. */
export class ProducerClosedError extends KinesisError {
  constructor(message: string) {
    super('KINESIS_PRODUCER_CLOSED', message);
  }
}

/**
 * The store of leases and checkpoints failed, or did not answer in time: whether the call took effect is then not
 * known. `retryable` says whether the store may do it when asked again; where not, the message says what to change.
 */
export class CheckpointerError extends KinesisError {
  constructor(
    /** The checkpointer's `name`. */
    readonly store: string,
    message: string,
    options: KinesisErrorOptions = {},
  ) {
    super('KINESIS_CHECKPOINTER', `${store}: ${message}`, options);
  }
}

/** The memory of handled records failed, or did not answer in time: whether the call took effect is then not known. */
export class DeduplicatorError extends KinesisError {
  constructor(message: string, options: KinesisErrorOptions = {}) {
    super('KINESIS_DEDUPLICATOR', message, options);
  }
}

/** The caller's own signal, or a shutdown, ended the wait. */
export class KinesisAbortedError extends KinesisError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('KINESIS_ABORTED', message, options);
  }
}

/** A turn of one of the scheduler's loops did not end in time; the loop has left it behind and goes on. */
export class TurnTimeoutError extends KinesisError {
  constructor(timeout: number) {
    super(
      'KINESIS_TURN_TIMEOUT',
      `It did not end within ${timeout} ms: Kinesis or the store of leases does not answer.`,
      { retryable: true },
    );
  }
}
