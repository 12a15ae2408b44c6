import { KinesisError } from '../errors.js';

/** What a handler throws to say itself what is to become of a record, or of what is left of a batch. */
export abstract class ControlFlow extends KinesisError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('KINESIS_CONTROL_FLOW', message, options);
  }
}

/** Thrown by a handler: the record is passed over, and reported. */
export class SkipRecord extends ControlFlow {
  /** @param reason - for the log; no payloads */
  constructor(reason = 'its handler asked for that', options: { cause?: unknown } = {}) {
    super(`The record is skipped: ${reason}.`, options);
  }
}

/**
 * Thrown by a handler: the record is to come again later. That is no failed attempt, but `retry.maxAge` holds; what must
 * come after the record waits with it.
 */
export class RetryLater extends ControlFlow {
  /** @param delay - milliseconds; 0 or more. What is no number waits as after a failure */
  constructor(
    readonly delay: number,
    options: { cause?: unknown } = {},
  ) {
    super(`The record is to come again in ${delay} ms.`, options);
  }
}

/** Thrown by a handler: the record goes to the `deadLetterSink` at once. Without one, the shard stands still. */
export class DeadLetter extends ControlFlow {
  /** @param reason - kept in the dead letter; no payloads */
  constructor(
    readonly reason: string,
    options: { cause?: unknown } = {},
  ) {
    super(`The record is a dead letter: ${reason}.`, options);
  }
}

/** Thrown by a handler: the shard stands still at the record, until it is resumed or the app restarts. */
export class HaltShard extends ControlFlow {
  /** @param reason - for the log; no payloads */
  constructor(reason = 'its handler asked for that', options: { cause?: unknown } = {}) {
    super(`The shard is halted: ${reason}.`, options);
  }
}
