import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { CreateStreamCommand, KinesisClient, waitUntilStreamExists } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const kinesalite = createRequire(import.meta.url)('kinesalite') as (options: object) => Server;

export interface TestKinesis {
  createClient(): KinesisClient;
  stop(): Promise<void>;
}

/** An emulator that is not ours, in this process, with one stream. It speaks HTTP/1.1 only. */
export async function startKinesalite(streamName: string, shards: number): Promise<TestKinesis> {
  const server = kinesalite({ createStreamMs: 1, shardLimit: 100 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const createClient = (): KinesisClient =>
    new KinesisClient({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestHandler: new NodeHttpHandler(),
      maxAttempts: 1,
    });
  const client = createClient();
  await client.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: shards }));
  await waitUntilStreamExists(
    { client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 },
    { StreamName: streamName },
  );
  client.destroy();
  return {
    createClient,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
