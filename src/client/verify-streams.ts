import { KinesisServiceError } from '../errors.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import type { KinesisGateway, StreamRef } from './kinesis-gateway.js';
import { retryUntil } from './retry-until.js';

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
  streams: Iterable<StreamRef>,
  options: VerifyStreamsOptions,
): Promise<void> {
  const deadline = options.clock.now() + options.timeout;
  // Once one has failed for good, nobody waits for the others.
  const failed = new AbortController();
  try {
    await Promise.all([...streams].map((stream) => verifyStream(stream, deadline, options, failed.signal)));
  } finally {
    failed.abort();
  }
}

async function verifyStream(
  stream: StreamRef,
  deadline: number,
  { gateway, clock, random }: VerifyStreamsOptions,
  signal: AbortSignal,
): Promise<void> {
  await retryUntil({ clock, random, deadline, signal }, async () => {
    const { status } = await gateway.describeStream(stream, signal);
    if (status === 'ACTIVE' || status === 'UPDATING') return;
    throw new KinesisServiceError(
      'ResourceInUseException',
      `Stream "${stream.name}" is not usable: its status is ${status}.`,
      { retryable: status === 'CREATING' },
    );
  });
}
