import { Cluster, Redis } from 'ioredis';
import { UsageError } from '../../command.js';
import { flagOf } from './url.js';

/** Milliseconds: long enough for a command of a person's, and no longer. */
const COMMAND_TIMEOUT = 30_000;

/**
 * Connects once and gives up where that fails. A password may be left out of the address, where others see it, and be
 * in `REDIS_PASSWORD` instead.
 */
export async function connectRedis(url: URL): Promise<Redis | Cluster> {
  const { REDIS_PASSWORD } = process.env;
  const password = decodeURIComponent(url.password) || REDIS_PASSWORD;
  const options = {
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(password ? { password } : {}),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    commandTimeout: COMMAND_TIMEOUT,
    maxRetriesPerRequest: 1,
    // Otherwise the process lives two seconds longer than a connection that failed.
    disconnectTimeout: 100,
  };
  // A URL has IPv6 addresses in brackets.
  const node = { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port || '6379') };
  const db = databaseOf(url);
  const client = flagOf(url, 'cluster')
    ? new Cluster([node], { redisOptions: options, clusterRetryStrategy: () => null, lazyConnect: true })
    : new Redis({
        ...options,
        ...node,
        db,
        retryStrategy: () => null,
        lazyConnect: true,
      });
  // A connection that fails says why here, and only that it is closed to whoever waits for it.
  let complaint: Error | undefined;
  client.on('error', (error: Error) => (complaint ??= error));
  try {
    await client.connect();
    await client.ping();
  } catch (cause) {
    client.disconnect();
    const { message } = complaint ?? (cause as Error);
    throw new Error(`${url.protocol}//${url.host} cannot be reached: ${message}`, { cause });
  }
  return client;
}

function databaseOf({ protocol, pathname }: URL): number {
  const database = /^\/?(\d*)$/.exec(pathname)?.[1];
  if (database !== undefined) return Number(database);
  throw new UsageError(
    `${protocol} after the port comes the number of a database, not "${pathname.slice(1)}"`,
  );
}
