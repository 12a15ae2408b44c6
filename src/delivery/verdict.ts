import { KinesisError, type KinesisErrorCode } from '../errors.js';
import { ControlFlow, DeadLetter, HaltShard, RetryLater, SkipRecord } from './control-flow.js';
import type { DeliveryPolicy, OnExhausted } from './delivery-policy.js';

/** What is to become of records whose handler failed. */
export type Verdict =
  /** `after` is a wait in milliseconds that the handler chose itself. */
  | { readonly type: 'retry'; readonly after?: number }
  | { readonly type: 'give-up'; readonly how: OnExhausted; readonly reason?: string };

export interface FailedAttempts {
  readonly error: unknown;
  /** How many have failed. */
  readonly failures: number;
  /** Milliseconds since the oldest of the records arrived. */
  readonly age: number;
  /** Whether the stream no longer has that one. */
  readonly isExpired: boolean;
}

/** Errors that lie in the record itself: another attempt ends the same way. */
const HOPELESS: ReadonlySet<KinesisErrorCode> = new Set([
  'KINESIS_DESERIALIZATION',
  'KINESIS_VALIDATION',
  'KINESIS_FORBIDDEN',
  'KINESIS_CONFIGURATION',
  'KINESIS_SERIALIZATION',
  'KINESIS_INVALID_RECORD',
  'KINESIS_RECORD_TOO_LARGE',
]);

/** Applies a handler's policy to a failure. */
export function judge({ retry, onExhausted }: DeliveryPolicy, failed: FailedAttempts): Verdict {
  const { error, failures, age, isExpired } = failed;
  const isTooOld = retry.maxAge === 'retention' ? isExpired : age >= retry.maxAge;
  if (error instanceof SkipRecord) return { type: 'give-up', how: 'skip' };
  if (error instanceof HaltShard) return { type: 'give-up', how: 'halt' };
  if (error instanceof DeadLetter) return { type: 'give-up', how: 'dead-letter', reason: error.reason };
  if (error instanceof RetryLater && !isTooOld) return retryAfter(error);
  const isExhausted = failures >= retry.attempts || isTooOld;
  if (isExhausted || !isRetryable(error, retry.retryable)) return { type: 'give-up', how: onExhausted };
  return { type: 'retry' };
}

/** What is no number is no time to wait: it would be none at all, again and again. */
function retryAfter({ delay }: RetryLater): Verdict {
  return Number.isNaN(Number(delay)) ? { type: 'retry' } : { type: 'retry', after: Math.max(0, delay) };
}

/** Whether the handler chose what is to happen, and nothing has failed. */
export function isChosen(error: unknown): boolean {
  return error instanceof ControlFlow;
}

function isRetryable(error: unknown, asked: ((error: unknown) => boolean) | undefined): boolean {
  if (error instanceof KinesisError && HOPELESS.has(error.code)) return false;
  if (!asked) return true;
  try {
    return asked(error);
  } catch {
    // One attempt too many loses nothing.
    return true;
  }
}
