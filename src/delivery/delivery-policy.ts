import type { BackoffOptions } from '../runtime/backoff.js';

/** What happens when a handler fails. */
export interface DeliveryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  readonly backoff: BackoffOptions;
  readonly onExhausted: 'halt' | 'skip';
}
