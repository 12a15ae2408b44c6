import type { Checkpointer } from 'nestjs-kinesis';
import { RedisCheckpointer } from 'nestjs-kinesis/redis';
import { Redis } from 'ioredis';
import type { StoreAddress } from './settings.js';

export interface OpenStore {
  readonly checkpointer: Checkpointer;
  close(): void;
}

/** Connects to the store that all workers share. */
export function openStore({ port }: StoreAddress): OpenStore {
  const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 200 });
  // Said with every attempt while the server is away; the commands' own rejections are what counts.
  client.on('error', () => undefined);
  return { checkpointer: new RedisCheckpointer({ client }), close: () => client.disconnect() };
}
