import { abortReason, createSharedAbort, onAbort } from '../runtime/abort.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import type { KinesisGateway } from './kinesis-gateway.js';
import { retryUntil } from './retry-until.js';
import { findUsable, type StreamTarget } from './usable-stream.js';

export interface VerifyStreamsOptions {
  gateway: KinesisGateway;
  clock: Clock;
  random: Random;
  /** How long to try again what may mend, in milliseconds. */
  timeout: number;
  /** Ends it earlier. */
  signal?: AbortSignal;
}

/**
 * Makes sure every stream is there and may be described; waits for one that is being created.
 *
 * @throws KinesisError at once for what no retry mends, and the last failure once `timeout` has passed; the reason of
 *   `signal` when that aborts
 */
export async function verifyStreams(
  streams: Iterable<StreamTarget>,
  { gateway, clock, random, timeout, signal: ended }: VerifyStreamsOptions,
): Promise<void> {
  const deadline = clock.now() + timeout;
  // Once one has failed for good, nobody waits for the others.
  const failed = createSharedAbort();
  const { signal } = failed;
  const forget = onAbort(ended, () => ended && failed.abort(abortReason(ended)));
  try {
    signal.throwIfAborted();
    await Promise.all(
      [...streams].map((stream) =>
        retryUntil({ clock, random, deadline, signal }, () => findUsable(stream, gateway, signal)),
      ),
    );
  } finally {
    forget();
    failed.abort();
  }
}
