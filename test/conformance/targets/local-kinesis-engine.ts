import { LocalKinesisClient } from '../../../src/testing/local-kinesis/client.js';
import { LocalKinesisEngine } from '../../../src/testing/local-kinesis/engine/engine.js';
import { SeededRandom } from '../../../src/testing/seeded-random.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';
import { type ConformanceTarget } from '../harness/target.js';
import { virtualTime } from './virtual-time.js';

/** Our engine behind the client that needs no network, with the limits of the service. */
export async function startLocalKinesisEngine(): Promise<ConformanceTarget> {
  const clock = new VirtualClock();
  const engine = new LocalKinesisEngine({ clock, random: new SeededRandom(1) });
  return {
    client: new LocalKinesisClient(engine),
    wait: virtualTime(clock, 0),
    stop: async () => engine.close(),
  };
}
