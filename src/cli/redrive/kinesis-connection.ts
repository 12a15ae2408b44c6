import { createClient } from '../../client/create-client.js';
import { type KinesisGateway, type StreamRef } from '../../client/kinesis-gateway.js';
import { retryUntil } from '../../client/retry-until.js';
import { SdkKinesisGateway } from '../../client/sdk-kinesis-gateway.js';
import { SystemClock } from '../../runtime/system-clock.js';
import { SystemRandom } from '../../runtime/system-random.js';

/** How long a call that may mend is repeated, in milliseconds. */
const RETRY_TIME = 60_000;

/** Kinesis as the environment leads to it. */
export class KinesisConnection {
  readonly clock = new SystemClock();
  private readonly random = new SystemRandom();
  private readonly client = createClient({});
  readonly gateway: KinesisGateway = new SdkKinesisGateway(this.client, this.clock);

  /** Repeats a call while it fails with what may mend, for a minute. */
  retried<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    const { clock, random } = this;
    return retryUntil({ clock, random, signal, deadline: clock.now() + RETRY_TIME }, call);
  }

  close(): void {
    this.client.destroy();
  }
}

/** @param stream - a stream's name, or its ARN */
export function streamRef(stream: string): StreamRef {
  const [, nameInArn] = /^arn:[^/]+:stream\/(.+)$/.exec(stream) ?? [];
  return nameInArn === undefined
    ? { name: stream, streamName: stream }
    : { name: nameInArn, streamName: nameInArn, streamArn: stream };
}
