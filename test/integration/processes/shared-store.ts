import { Redis } from 'ioredis';
import type { Lease } from '../../../src/checkpointers/checkpointer.js';
import { DynamoDbCheckpointer } from '../../../src/checkpointers/dynamodb/index.js';
import { RedisCheckpointer } from '../../../src/checkpointers/redis/index.js';
import { Dynalite } from '../../support/dynalite.js';
import { findRedisServer, RedisServer } from '../../support/redis-server.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { APPLICATION, STREAM, type StoreAddress } from './worker/settings.js';

/** The store that all workers share, behind a port of its own. */
export interface SharedStore {
  readonly address: StoreAddress;
  /** The leases as they are; rejects while the server is away. */
  list(): Promise<Lease[]>;
  /** Takes the server away, without a word to its clients. */
  kill(): Promise<void>;
  /** Brings it back, with all it had. */
  launch(): Promise<void>;
  stop(): Promise<void>;
}

/** What is needed to start a store, or what to do about its absence. */
export type StoreSource = { readonly start: () => Promise<SharedStore> } | { readonly missing: string };

const SCOPE = { application: APPLICATION, streamName: STREAM };

export async function findRedis(): Promise<StoreSource> {
  const binary = await findRedisServer();
  return 'missing' in binary ? binary : { start: () => startRedis(binary) };
}

async function startRedis(binary: { readonly path: string }): Promise<SharedStore> {
  const server = await RedisServer.start(binary, {
    // Every write is on disk before it is answered, so that a server that was killed comes back with it.
    appendonly: 'yes',
    appendfsync: 'always',
  });
  const { port } = server;
  const client = new Redis({
    host: '127.0.0.1',
    port,
    retryStrategy: () => 200,
    enableOfflineQueue: false,
  });
  client.on('error', () => undefined);
  const checkpointer = new RedisCheckpointer({ client });
  return {
    address: { kind: 'redis', port },
    list: () => checkpointer.list(SCOPE),
    kill: () => server.kill(),
    launch: () => server.restart(),
    stop: async () => {
      client.disconnect();
      await server.stop();
    },
  };
}

/** In this process, so that it is not the server that is killed but the port it is reached by. */
export async function findDynamoDb(): Promise<StoreSource> {
  return { start: startDynamoDb };
}

async function startDynamoDb(): Promise<SharedStore> {
  const dynalite = await Dynalite.start();
  const proxy = await TcpProxy.start(Number(new URL(dynalite.endpoint).port));
  const checkpointer = new DynamoDbCheckpointer({ client: dynalite.client(), createTable: true });
  return {
    address: { kind: 'dynamodb', endpoint: proxy.endpoint },
    list: () => checkpointer.list(SCOPE),
    kill: () => proxy.stop(),
    launch: () => proxy.restart(),
    stop: async () => {
      await checkpointer.close();
      await proxy.stop();
      await dynalite.stop();
    },
  };
}
