import type { PutResult } from '../client/kinesis-gateway.js';
import { isRetryableEntryCode, isThrottlingEntryCode } from '../client/translate-error.js';
import {
  KinesisAbortedError,
  KinesisError,
  KinesisNetworkError,
  KinesisServiceError,
  PutFailedError,
  ThrottledError,
} from '../errors.js';

/** Where a Kinesis record was stored. */
export interface StoredAt {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** What the result of one entry means: where the record is, or why it is not there. */
export function judge(result: PutResult | KinesisError | undefined, stream: string): StoredAt | KinesisError {
  if (result === undefined) {
    return new PutFailedError(stream, 'The service left a record without a result.', { retryable: true });
  }
  if (result instanceof KinesisError) return result;
  if (result.ok) return { shardId: result.shardId, sequenceNumber: result.sequenceNumber };
  if (isThrottlingEntryCode(result.errorCode)) return new ThrottledError(result.errorMessage);
  return new PutFailedError(stream, `The service refused a record: ${result.errorCode}.`, {
    retryable: isRetryableEntryCode(result.errorCode),
  });
}

/** What a request that failed as a whole means for each of its records. */
export function asPutError(error: unknown, stream: string): KinesisError {
  if (error instanceof KinesisAbortedError) {
    return new PutFailedError(stream, 'The producer was closed before the service answered.', {
      cause: error,
    });
  }
  if (error instanceof KinesisError) return error;
  return new PutFailedError(stream, 'Sending failed unexpectedly.', { cause: error });
}

/**
 * Whether records may be stored although their request failed: no reply came, or the service's own failure in its
 * place. An entry that the service says it refused is not.
 */
export function mayBeStored(error: KinesisError): boolean {
  return error instanceof KinesisNetworkError || (error instanceof KinesisServiceError && error.retryable);
}
