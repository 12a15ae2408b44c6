import { LocalKinesisEngine } from '../../../src/testing/local-kinesis/engine/engine.js';
import { SeededRandom } from '../../../src/testing/seeded-random.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';
import { type ConformanceTarget } from '../harness/target.js';
import { inProcessSender } from './in-process-sender.js';
import { virtualTime } from './virtual-time.js';

/** Our engine without any network, with the limits of the service. */
export async function startLocalKinesisEngine(): Promise<ConformanceTarget> {
  const clock = new VirtualClock();
  const engine = new LocalKinesisEngine({ clock, random: new SeededRandom(1) });
  return { client: inProcessSender(engine), wait: virtualTime(clock, 0), stop: async () => engine.close() };
}
