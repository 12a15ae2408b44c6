import { KinesisClient } from '@aws-sdk/client-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';

/** Where the demo's streams are. */
export interface KinesisTarget {
  /** For people. */
  description: string;
  client: KinesisClient;
  streamName: string;
  deadLetterStreamName: string;
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
  const deadLetterStreamName = `${streamName}-dead`;
  if (endpoint !== undefined || env['FLIGHTS_STREAM'] !== undefined) {
    const client = new KinesisClient(endpoint === undefined ? {} : { endpoint });
    return {
      description: `streams "${streamName}" and "${deadLetterStreamName}" at ${endpoint ?? 'AWS'}`,
      client,
      streamName,
      deadLetterStreamName,
      close: async () => client.destroy(),
    };
  }
  const kinesis = await LocalKinesis.start({
    streams: { [streamName]: { shards: SHARDS }, [deadLetterStreamName]: { shards: 1 } },
    limits: 'aws',
  });
  return {
    description: `local Kinesis at ${kinesis.endpoint}, ${SHARDS} shards, and one for dead letters`,
    client: kinesis.client(),
    streamName,
    deadLetterStreamName,
    close: () => kinesis.stop(),
  };
}
