import type { Checkpointer } from 'nestjs-kinesis';
import { LIST_INTERVAL, type StoreAddress } from './settings.js';

export interface OpenStore {
  readonly checkpointer: Checkpointer;
  close(): void;
}

/** Connects to the store that all workers share. Only who uses a store loads its client. */
export function openStore(address: StoreAddress): Promise<OpenStore> {
  return address.kind === 'redis' ? openRedis(address.port) : openDynamoDb(address.endpoint);
}

async function openRedis(port: number): Promise<OpenStore> {
  const [{ Redis }, { RedisCheckpointer }] = await Promise.all([
    import('ioredis'),
    import('nestjs-kinesis/redis'),
  ]);
  const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 200 });
  // Said with every attempt while the server is away; the commands' own rejections are what counts.
  client.on('error', () => undefined);
  return { checkpointer: new RedisCheckpointer({ client }), close: () => client.disconnect() };
}

async function openDynamoDb(endpoint: string): Promise<OpenStore> {
  const { DynamoDbCheckpointer } = await import('nestjs-kinesis/dynamodb');
  const checkpointer = new DynamoDbCheckpointer({
    client: {
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    },
    createTable: true,
    listInterval: LIST_INTERVAL,
  });
  return { checkpointer, close: () => void checkpointer.close() };
}
