import { Redis, type RedisOptions } from 'ioredis';
import { KinesisConfigurationError } from '../../errors.js';
import type { Random } from '../../runtime/random.js';

/** The first wait before a connection is tried again, in milliseconds: it doubles… */
const FIRST_RECONNECTION = 50;

/** …up to this. */
const LONGEST_RECONNECTION = 2_000;

/** Options of ioredis, of a single server or of one that Sentinels watch. */
export type RedisConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

export interface ConnectionSettings {
  /** Milliseconds without a byte from the server, while it owes an answer, after which the connection is given up. */
  commandTimeout: number;
  random: Random;
}

/**
 * A client that connects when it is first used, and fails rather than queueing for long: what waits for a server that
 * is gone is rejected when a second attempt to connect to it fails, and a connection gone silent is replaced.
 *
 * @param target - options of ioredis, or a URL
 */
export function createRedis(
  target: RedisConnectionOptions | string,
  { commandTimeout, random }: ConnectionSettings,
): Redis {
  const defaults: RedisConnectionOptions = {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    connectTimeout: commandTimeout,
    socketTimeout: commandTimeout,
    // Also what keeps the process alive when a client is closed whose connection is already.
    disconnectTimeout: 100,
    // With jitter, so that a fleet does not come back in one moment.
    retryStrategy: (times) =>
      Math.min(FIRST_RECONNECTION * 2 ** Math.min(times, 10), LONGEST_RECONNECTION) *
      (0.5 + random.next() / 2),
    // A primary that became a replica refuses writes, while its name may lead to the new primary by now.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
  return typeof target === 'string'
    ? new Redis(checkedUrl(target), defaults)
    : new Redis({ ...defaults, ...target });
}

/**
 * The server that `REDIS_HOST`, `REDIS_PORT`, `REDIS_PASSWORD` and `REDIS_DB` name, as async-kinesis reads them:
 * localhost, 6379, none and 0 where they are not set.
 *
 * @throws KinesisConfigurationError when port or database are no numbers
 */
export function redisOptionsFromEnvironment(environment: NodeJS.ProcessEnv): RedisConnectionOptions {
  const { REDIS_HOST, REDIS_PORT, REDIS_PASSWORD, REDIS_DB } = environment;
  return {
    host: REDIS_HOST || 'localhost',
    port: wholeNumber('REDIS_PORT', REDIS_PORT || '6379', 65_535),
    db: wholeNumber('REDIS_DB', REDIS_DB || '0', 1_000_000),
    ...(REDIS_PASSWORD ? { password: REDIS_PASSWORD } : {}),
  };
}

function wholeNumber(name: string, value: string, max: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number <= max) return number;
  throw new KinesisConfigurationError(
    `RedisCheckpointer: ${name} must be a whole number from 0 to ${max}, not "${value}".`,
  );
}

/** ioredis takes anything for a host name; and a URL may hold a password, which no message may repeat. */
function checkedUrl(url: string): string {
  if (URL.canParse(url) && ['redis:', 'rediss:'].includes(new URL(url).protocol)) return url;
  throw new KinesisConfigurationError(
    'RedisCheckpointer: option "client" must be a URL such as redis://host:6379/0 or rediss://…, where it is text.',
  );
}
