import type { KinesisGateway, PutEntry, PutResult, StreamRef } from '../../client/kinesis-gateway.js';
import { isRetryableEntryCode, isThrottlingEntryCode } from '../../client/translate-error.js';
import { type KinesisError, PutFailedError, ThrottledError } from '../../errors.js';

/**
 * Makes a call that puts those records that are not stored yet, and fails unless all are then: to be called again
 * until it does not. Records of a call that failed as a whole may be stored twice.
 */
export function putUntilStored(
  { gateway, stream }: { readonly gateway: KinesisGateway; readonly stream: StreamRef },
  entries: readonly PutEntry[],
  signal: AbortSignal,
): () => Promise<void> {
  let missing = entries;
  return async () => {
    const results = await gateway.putRecords(stream, missing, signal);
    missing = missing.filter((_entry, i) => !results[i]?.ok);
    const refused = results.find((result) => !result.ok);
    if (missing.length > 0) throw refusal(stream.name, missing.length, refused);
  };
}

function refusal(stream: string, count: number, refused: PutResult | undefined): KinesisError {
  const code = refused?.ok === false ? refused.errorCode : 'no result';
  const message = `The service refused ${count} records for stream "${stream}": ${code}.`;
  if (isThrottlingEntryCode(code)) return new ThrottledError(message);
  return new PutFailedError(stream, message, {
    retryable: refused === undefined || isRetryableEntryCode(code),
  });
}
