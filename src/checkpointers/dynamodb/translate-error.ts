import {
  CheckpointerError,
  KinesisAccessDeniedError,
  KinesisConfigurationError,
  KinesisError,
  KinesisNetworkError,
  ThrottledError,
} from '../../errors.js';

const THROTTLING = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'Throttling',
  'LimitExceededException',
]);

const ACCESS = new Set([
  'AccessDeniedException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'ExpiredTokenException',
  'MissingAuthenticationTokenException',
  'IncompleteSignatureException',
  'CredentialsProviderError',
]);

interface SdkError extends Error {
  /** Present if the service answered with an error, absent if the SDK itself failed. */
  $fault?: unknown;
  $metadata?: { httpStatusCode?: number };
  code?: unknown;
}

/** Turns what the SDK threw into an error of ours, whose message names table and operation and no values. */
export function translateError(error: unknown, operation: string, table: string): KinesisError {
  if (error instanceof KinesisError) return error;
  const cause = error;
  const call = `${operation} on DynamoDB table "${table}"`;
  if (!(error instanceof Error)) return new KinesisNetworkError(`${call} failed.`, { cause });
  const { name, $metadata, $fault, code }: SdkError = error;
  if (THROTTLING.has(name)) {
    return new ThrottledError(
      `${call} was throttled (${name}). Give the table more capacity, or on-demand billing.`,
      { cause },
    );
  }
  if (ACCESS.has(name)) {
    return new KinesisAccessDeniedError(
      `${call} was refused (${name}). Check the credentials in use and their IAM policy for dynamodb:${operation}.`,
      { cause },
    );
  }
  if (name === 'ResourceNotFoundException') return tableMissing(table, cause);
  if (/region is missing/i.test(error.message)) {
    return new KinesisConfigurationError(
      'No AWS region is configured for DynamoDB. Set "client.region" of DynamoDbCheckpointer, or AWS_REGION.',
      { cause },
    );
  }
  const status = $metadata?.httpStatusCode;
  if (status === undefined || $fault === undefined) {
    const reason = typeof code === 'string' ? code : name;
    return new KinesisNetworkError(`${call} got no answer that can be read (${reason}).`, { cause });
  }
  return new CheckpointerError('dynamodb', `${call} failed: ${name} (HTTP ${status}).`, {
    cause,
    retryable: status >= 500,
  });
}

export function tableMissing(table: string, cause?: unknown): KinesisConfigurationError {
  return new KinesisConfigurationError(
    `The DynamoDB table "${table}" does not exist in this account and region. Create it (key "leaseKey", a string), ` +
      'set "createTable" of DynamoDbCheckpointer, or correct "tableName", region or endpoint.',
    { cause },
  );
}
