import type { BackoffOptions } from '../runtime/backoff.js';

/** What becomes of a record for which no attempt is left. */
export type OnExhausted = 'halt' | 'skip' | 'dead-letter';

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  readonly backoff: BackoffOptions;
  /** Milliseconds since its arrival after which a record that fails is not tried again; `retention` for when the stream has lost it. */
  readonly maxAge: number | 'retention';
  /** Whether another attempt may help. */
  readonly retryable?: (error: unknown) => boolean;
}

/** What happens when a handler fails. */
export interface DeliveryPolicy {
  readonly retry: RetryPolicy;
  /** Milliseconds that a call may take; Infinity where it may take any time. */
  readonly timeout: number;
  /** Whether a batch that fails is tried in halves, down to the record that makes it fail. */
  readonly bisectOnError: boolean;
  readonly onExhausted: OnExhausted;
}
