import type { BackoffOptions } from '../runtime/backoff.js';
import type { KinesisContext } from './kinesis-context.js';

/** What happens when a handler fails. */
export interface DeliveryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  readonly backoff: BackoffOptions;
  readonly onExhausted: 'halt' | 'skip';
}

/** One consumer of a stream, as the engine sees it. */
export interface RecordHandler {
  /** For logs and events. */
  readonly name: string;
  readonly policy: DeliveryPolicy;
  /** Handles one user record; a throw or a rejection is a failed attempt. */
  handle(payload: unknown, context: KinesisContext): unknown;
}
