import { KinesisError } from '../errors.js';
import { Backoff } from '../runtime/backoff.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';

/** Milliseconds: the first wait between two tries, and the longest. */
const BACKOFF = { initial: 250, max: 5_000 };

export interface RetryUntilOptions {
  clock: Clock;
  random: Random;
  /** No try starts later, on the monotonic clock. */
  deadline: number;
  signal: AbortSignal;
}

/**
 * Tries a call again while it fails with what may mend.
 *
 * @throws what the call failed with: at once if no retry mends it, else when the deadline has come; the reason of
 *   `signal` when that aborts
 */
export async function retryUntil<T>(
  { clock, random, deadline, signal }: RetryUntilOptions,
  call: () => Promise<T>,
): Promise<T> {
  const backoff = new Backoff(BACKOFF, random);
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof KinesisError) || !error.retryable) throw error;
      const wait = backoff.next();
      if (clock.now() + wait > deadline) throw error;
      await clock.sleep(wait, signal);
    }
  }
}
