import { KinesisClient } from '@aws-sdk/client-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';

/** Where the demo's stream is. */
export interface KinesisTarget {
  /** For people. */
  description: string;
  client: KinesisClient;
  streamName: string;
  close(): Promise<void>;
}

const SHARDS = 4;

/**
 * The Kinesis the environment names: a real account or another endpoint when `FLIGHTS_STREAM` or `KINESIS_ENDPOINT`
 * is set, with region and credentials as the AWS SDK finds them; else a local Kinesis of our own, with the real
 * service's limits.
 */
export async function openKinesis(env: NodeJS.ProcessEnv): Promise<KinesisTarget> {
  const endpoint = env['KINESIS_ENDPOINT'];
  const streamName = env['FLIGHTS_STREAM'] ?? 'flights';
  if (endpoint !== undefined || env['FLIGHTS_STREAM'] !== undefined) {
    const client = new KinesisClient(endpoint === undefined ? {} : { endpoint });
    return {
      description: `stream "${streamName}" at ${endpoint ?? 'AWS'}`,
      client,
      streamName,
      close: async () => client.destroy(),
    };
  }
  const kinesis = await LocalKinesis.start({ streams: { [streamName]: { shards: SHARDS } }, limits: 'aws' });
  return {
    description: `local Kinesis at ${kinesis.endpoint}, ${SHARDS} shards`,
    client: kinesis.client(),
    streamName,
    close: () => kinesis.stop(),
  };
}
