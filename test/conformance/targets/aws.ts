import { KinesisClient } from '@aws-sdk/client-kinesis';
import { type ConformanceTarget } from '../harness/target.js';
import { realTime } from './real-time.js';

/** The service itself, with the credentials and region of the environment. */
export async function startAws(): Promise<ConformanceTarget> {
  const client = new KinesisClient({ maxAttempts: 1 });
  return { client, wait: realTime, stop: async () => client.destroy() };
}
