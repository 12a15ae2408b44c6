import {
  ExpiredIteratorError,
  KinesisAbortedError,
  KinesisAccessDeniedError,
  KinesisConfigurationError,
  KinesisError,
  KinesisNetworkError,
  KinesisServiceError,
  StreamNotFoundError,
  ThrottledError,
} from '../errors.js';

const THROTTLING = new Set([
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'KMSThrottlingException',
  'ThrottlingException',
  'Throttling',
  'RequestLimitExceeded',
]);

const ACCESS = new Set([
  'AccessDeniedException',
  'AccessDenied',
  'KMSAccessDeniedException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'ExpiredTokenException',
  'MissingAuthenticationTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'OptInRequired',
  'CredentialsProviderError',
]);

/** Their messages may quote the input they refuse, a key for instance: they stay in the cause. */
const QUOTING = new Set(['ValidationException', 'InvalidArgumentException', 'SerializationException']);

interface SdkError extends Error {
  /** Present if the service answered with an error, absent if the SDK itself failed. */
  $fault?: unknown;
  $metadata?: { httpStatusCode?: number; clockSkewCorrected?: boolean };
  code?: unknown;
}

/**
 * Turns what the SDK threw into an error of ours.
 *
 * @param operation - the API operation, for the message
 * @param stream - the stream as the app names it
 */
export function translateError(error: unknown, operation: string, stream: string): KinesisError {
  if (error instanceof KinesisError) return error;
  if (!(error instanceof Error)) {
    return new KinesisNetworkError(`${operation} on stream "${stream}" failed.`, { cause: error });
  }
  const sdkError: SdkError = error;
  const { name } = sdkError;
  const cause = error;
  const call = `${operation} on stream "${stream}"`;
  if (name === 'AbortError') return new KinesisAbortedError(`${call} was aborted.`, { cause });
  if (name === 'ResourceNotFoundException') return new StreamNotFoundError(stream, { cause });
  if (name === 'ExpiredIteratorException') return new ExpiredIteratorError({ cause });
  if (THROTTLING.has(name)) return new ThrottledError(`${call} was throttled: ${error.message}`, { cause });
  if (sdkError.$metadata?.clockSkewCorrected) {
    return new KinesisServiceError(
      name,
      `${call} was refused (${name}): this machine's clock is off. The next call is signed with the service's time.`,
      { cause, retryable: true },
    );
  }
  if (ACCESS.has(name)) {
    return new KinesisAccessDeniedError(
      `${call} was refused (${name}). Check the credentials in use and their IAM policy for kinesis:${operation}.`,
      { cause },
    );
  }
  if (/region is missing/i.test(error.message)) {
    return new KinesisConfigurationError(
      'No AWS region is configured. Set "client.region" in the options of KinesisModule, or AWS_REGION.',
      { cause },
    );
  }
  const status = sdkError.$metadata?.httpStatusCode;
  if (status === undefined || sdkError.$fault === undefined) {
    // An answer cut short, or not the service's own: the call may have taken effect, as if none had come.
    const reason = typeof sdkError.code === 'string' ? sdkError.code : name;
    const answer = status === undefined ? 'no answer' : `an answer (HTTP ${status}) that cannot be read`;
    return new KinesisNetworkError(`${call} got ${answer} (${reason}).`, { cause });
  }
  const detail = QUOTING.has(name) ? '' : `: ${error.message}`;
  return new KinesisServiceError(name, `${call} failed: ${name} (HTTP ${status})${detail}`, {
    cause,
    retryable: status >= 500,
  });
}

/** The codes of a PutRecords entry that may succeed when tried again. */
export function isRetryableEntryCode(errorCode: string): boolean {
  return THROTTLING.has(errorCode) || errorCode === 'InternalFailure' || errorCode === 'ServiceUnavailable';
}

/** Whether the code of a PutRecords entry speaks of a rate limit. */
export function isThrottlingEntryCode(errorCode: string): boolean {
  return THROTTLING.has(errorCode);
}
