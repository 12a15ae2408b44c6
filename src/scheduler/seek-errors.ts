import { KinesisError } from '../errors.js';

/** A consumer that has to be stopped, everywhere, for what was asked of it. */
export class ConsumerRunningError extends KinesisError {
  /** @param where - who runs it, for the message */
  constructor(
    readonly consumer: string,
    where: string,
  ) {
    super(
      'KINESIS_CONSUMER_RUNNING',
      `Consumer "${consumer}" is at work: ${where}. Stop it in every process, then try again.`,
    );
  }
}

/** A position in a stream that a consumer cannot be sent to. Nothing was written. */
export class InvalidPositionError extends KinesisError {
  constructor(message: string) {
    super('KINESIS_INVALID_POSITION', message);
  }
}
