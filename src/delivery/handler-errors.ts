import { KinesisError } from '../errors.js';

/** A handler took longer than its `timeout`. Its signal has aborted; it is tried again as its policy says. */
export class HandlerTimeoutError extends KinesisError {
  /** @param timeout - in milliseconds */
  constructor(handler: string, timeout: number) {
    super(
      'KINESIS_HANDLER_TIMEOUT',
      `${handler} did not end within ${timeout} ms. Let it end when context.signal aborts; raise "timeout" if it needs longer.`,
      { retryable: true },
    );
  }
}

/** A batch handler said that some of its records have failed, by what it returned or by `context.failFrom`. */
export class PartialFailureError extends KinesisError {
  constructor(handler: string, failed: number, records: number) {
    super('KINESIS_PARTIAL_FAILURE', `${handler}: ${failed} of ${records} records of a batch have failed.`, {
      retryable: true,
    });
  }
}
