import { type KinesisClient } from '@aws-sdk/client-kinesis';
import { SystemClock } from '../../../src/runtime/system-clock.js';
import { LocalKinesisEngine } from '../../../src/testing/local-kinesis/engine/engine.js';
import { KinesisServer } from '../../../src/testing/local-kinesis/server/kinesis-server.js';
import { SeededRandom } from '../../../src/testing/seeded-random.js';
import { type ConformanceTarget } from '../harness/target.js';
import { realTime } from './real-time.js';

/** Our server in real time, with the limits of the service, spoken to by the client given. */
export async function startLocalKinesisServer(
  connect: (endpoint: string) => KinesisClient,
): Promise<ConformanceTarget> {
  const engine = new LocalKinesisEngine({ clock: new SystemClock(), random: new SeededRandom(1) });
  const server = await KinesisServer.start({ executor: engine });
  const client = connect(`http://127.0.0.1:${server.port}`);
  return {
    client,
    wait: realTime,
    async stop() {
      client.destroy();
      await server.stop();
      engine.close();
    },
  };
}
