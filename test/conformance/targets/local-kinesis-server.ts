import { type KinesisClient } from '@aws-sdk/client-kinesis';
import { LocalKinesis } from '../../../src/testing/local-kinesis/local-kinesis.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';
import { type ConformanceTarget } from '../harness/target.js';
import { virtualTime } from './virtual-time.js';

/** Real milliseconds for an answer to cross the loopback network. */
const NETWORK = 5;

/** Our server with the limits of the service, spoken to by the client given. */
export async function startLocalKinesisServer(
  connect: (endpoint: string) => KinesisClient,
): Promise<ConformanceTarget> {
  const clock = new VirtualClock();
  const kinesis = await LocalKinesis.start({ clock, seed: 1 });
  const client = connect(kinesis.endpoint);
  return {
    client,
    wait: virtualTime(clock, NETWORK),
    async stop() {
      client.destroy();
      await kinesis.stop();
    },
  };
}
