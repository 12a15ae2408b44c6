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
}

/**
 * Makes sure every stream is there and may be described; waits for one that is being created.
 *
 * @throws KinesisError at once for what no retry mends, and the last failure once `timeout` has passed
 */
export async function verifyStreams(
  streams: Iterable<StreamTarget>,
  { gateway, clock, random, timeout }: VerifyStreamsOptions,
): Promise<void> {
  const deadline = clock.now() + timeout;
  // Once one has failed for good, nobody waits for the others.
  const failed = new AbortController();
  const { signal } = failed;
  try {
    await Promise.all(
      [...streams].map((stream) =>
        retryUntil({ clock, random, deadline, signal }, () => findUsable(stream, gateway, signal)),
      ),
    );
  } finally {
    failed.abort();
  }
}
