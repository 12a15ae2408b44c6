import {
  AccessDeniedException,
  ExpiredIteratorException,
  ExpiredNextTokenException,
  InternalFailureException,
  InvalidArgumentException,
  KinesisServiceException,
  KMSAccessDeniedException,
  KMSDisabledException,
  KMSInvalidStateException,
  KMSNotFoundException,
  KMSOptInRequired,
  KMSThrottlingException,
  LimitExceededException,
  ProvisionedThroughputExceededException,
  ResourceInUseException,
  ResourceNotFoundException,
  ValidationException,
} from '@aws-sdk/client-kinesis';

import { ConnectionCut, ServiceError } from './engine/service-error.js';
import { metadataOf } from './sdk-metadata.js';

const EXCEPTIONS = {
  AccessDeniedException,
  ExpiredIteratorException,
  ExpiredNextTokenException,
  InternalFailureException,
  InvalidArgumentException,
  KMSAccessDeniedException,
  KMSDisabledException,
  KMSInvalidStateException,
  KMSNotFoundException,
  KMSOptInRequired,
  KMSThrottlingException,
  LimitExceededException,
  ProvisionedThroughputExceededException,
  ResourceInUseException,
  ResourceNotFoundException,
  ValidationException,
};

/** What the SDK's client would have thrown for an error of the engine. Other errors stay what they are. */
export function sdkErrorOf(error: unknown): unknown {
  if (error instanceof ConnectionCut) return connectionReset(error);
  if (!(error instanceof ServiceError)) return error;
  const { code, message, statusCode } = error;
  const $metadata = metadataOf(statusCode);
  if (isModelled(code)) return new EXCEPTIONS[code]({ message, $metadata });
  // The SDK has no class for these either: UnknownOperationException, SerializationException, InternalFailure …
  return new KinesisServiceException({
    name: code,
    message,
    $metadata,
    $fault: statusCode < 500 ? 'client' : 'server',
  });
}

function isModelled(code: string): code is keyof typeof EXCEPTIONS {
  return Object.hasOwn(EXCEPTIONS, code);
}

function connectionReset(cause: ConnectionCut): Error {
  const error = new Error('read ECONNRESET', { cause });
  return Object.assign(error, { code: 'ECONNRESET', syscall: 'read' });
}

/** As the SDK rejects a call whose signal has aborted. */
export function requestAborted(): Error {
  const error = new Error('Request aborted');
  error.name = 'AbortError';
  return error;
}
