import type { Lease } from '../../../src/checkpointers/checkpointer.js';
import { Redis } from 'ioredis';
import { RedisCheckpointer } from '../../../src/checkpointers/redis/index.js';
import { findRedisServer, RedisServer } from '../../support/redis-server.js';
import { APPLICATION, STREAM, type StoreAddress } from './worker/settings.js';

/** The store that all workers share, as a server of its own. */
export interface SharedStore {
  readonly address: StoreAddress;
  /** The leases as they are; rejects while the server is away. */
  list(): Promise<Lease[]>;
  kill(): Promise<void>;
  launch(): Promise<void>;
  stop(): Promise<void>;
}

/** What is needed to start a store, or what to do about its absence. */
export type StoreSource = { readonly start: () => Promise<SharedStore> } | { readonly missing: string };

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
  const client = new Redis({
    host: '127.0.0.1',
    port: server.port,
    retryStrategy: () => 200,
    enableOfflineQueue: false,
  });
  client.on('error', () => undefined);
  const checkpointer = new RedisCheckpointer({ client });
  return {
    address: { kind: 'redis', port: server.port },
    list: () => checkpointer.list({ application: APPLICATION, streamName: STREAM }),
    kill: () => server.kill(),
    launch: () => server.restart(),
    stop: async () => {
      client.disconnect();
      await server.stop();
    },
  };
}
