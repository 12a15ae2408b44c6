import type { Checkpointer } from 'nestjs-kinesis';

/** How a process reaches a store; memory it has itself. */
export type StoreAddress =
  | { readonly kind: 'memory' }
  | { readonly kind: 'redis'; readonly port: number }
  | { readonly kind: 'dynamodb'; readonly endpoint: string };

export interface OpenStore {
  readonly checkpointer: Checkpointer;
  /** Requests that were sent so far, each of which is answered. */
  requests(): number;
  close(): void;
}

/** A checkpointer as users make it, whose requests are counted. Only who uses a store loads its client. */
export async function openStore(address: StoreAddress): Promise<OpenStore> {
  if (address.kind === 'redis') return openRedis(address.port);
  if (address.kind === 'dynamodb') return openDynamoDb(address.endpoint);
  const { MemoryCheckpointer } = await import('nestjs-kinesis');
  return { checkpointer: new MemoryCheckpointer(), requests: () => 0, close: () => undefined };
}

async function openRedis(port: number): Promise<OpenStore> {
  const { Redis } = await import('ioredis');
  const { RedisCheckpointer } = await import('nestjs-kinesis/redis');
  const client = new Redis({ host: '127.0.0.1', port });
  let requests = 0;
  const send = client.sendCommand.bind(client);
  client.sendCommand = (...args: Parameters<typeof send>) => {
    requests++;
    return send(...args);
  };
  const checkpointer = new RedisCheckpointer({ client });
  return { checkpointer, requests: () => requests, close: () => client.disconnect() };
}

async function openDynamoDb(endpoint: string): Promise<OpenStore> {
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const { DynamoDbCheckpointer } = await import('nestjs-kinesis/dynamodb');
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  let requests = 0;
  client.middlewareStack.add(
    (next) => (args) => {
      requests++;
      return next(args);
    },
    // After what makes calls again, so that each attempt counts.
    { step: 'finalizeRequest', priority: 'low' },
  );
  const checkpointer = new DynamoDbCheckpointer({ client, createTable: true });
  return { checkpointer, requests: () => requests, close: () => client.destroy() };
}
