import { createHash } from 'node:crypto';
import type { RedisScript } from '../../checkpointers/redis/lease-scripts.js';
import type { RedisClient } from '../../checkpointers/redis/redis-client.js';
import {
  createRedis,
  type RedisConnectionOptions,
  redisOptionsFromEnvironment,
} from '../../checkpointers/redis/redis-connection.js';
import { ScriptRunner } from '../../checkpointers/redis/script-runner.js';
import { type CheckpointerError, DeduplicatorError, KinesisConfigurationError } from '../../errors.js';
import type { Clock } from '../../runtime/clock.js';
import { SystemClock } from '../../runtime/system-clock.js';
import { SystemRandom } from '../../runtime/system-random.js';
import type { Deduplicator } from './deduplicator.js';
import { DEFAULT_WINDOW, isWindow } from './window.js';

/** Options of {@link RedisDeduplicator}. */
export interface RedisDeduplicatorOptions {
  /**
   * An ioredis `Redis` or `Cluster`, which stays yours to close; or options of ioredis, or a URL, for a client of the
   * deduplicator's own.
   *
   * @defaultValue the server of `REDIS_HOST`, `REDIS_PORT`, `REDIS_PASSWORD` and `REDIS_DB`, or else of localhost:6379
   */
  client?: RedisClient | RedisConnectionOptions | string;

  /**
   * How long a record is remembered, in milliseconds; 1 000 to 86 400 000. Redis keeps some 200 bytes for each: a
   * thousand records a second are 120 MB in 10 minutes.
   *
   * @defaultValue `600_000` (10 minutes)
   */
  window?: number;

  /**
   * What the names of all keys begin with; behind a `keyPrefix` of the client's own, if it has one.
   *
   * @defaultValue `'nestjs-kinesis:'`
   */
  keyPrefix?: string;

  /**
   * How long a call waits for its answer before it rejects, in milliseconds; 100 to 600 000.
   *
   * @defaultValue `5_000`
   */
  commandTimeout?: number;

  /** For tests. */
  clock?: Clock;
}

/**
 * Both keep a sorted set by the time of the server's own clock. KEYS[1] is the scope's set, ARGV[1] the window in
 * milliseconds; the rest are ids.
 */
const COMMON = `
local key, window = KEYS[1], tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** Returns, for each id, 1 or 0. */
const SEEN = script(`
local seen = {}
for i = 2, #ARGV do
  local at = redis.call('ZSCORE', key, ARGV[i])
  seen[i - 1] = at and tonumber(at) > now - window and 1 or 0
end
return seen
`);

const REMEMBER = script(`
redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
for i = 2, #ARGV do redis.call('ZADD', key, 'NX', now, ARGV[i]) end
redis.call('PEXPIRE', key, window)
return 1
`);

/** Ids of one script: it takes a millisecond or two, in which Redis does nothing else. */
const SCRIPT_SIZE = 1_000;

/**
 * Remembers in Redis, so that every replica knows: one sorted set for each scope, one atomic script and round trip for
 * each call of up to 1 000 records. A Redis that restarts without its data, or evicts, has forgotten.
 */
export class RedisDeduplicator implements Deduplicator {
  private readonly keyPrefix: string;
  private readonly window: number;
  private readonly scripts: ScriptRunner;
  private readonly closeClient: () => void;
  private lastError: Error | undefined;

  /** @throws KinesisConfigurationError for options out of range; nothing is sent before the first call */
  constructor(options: RedisDeduplicatorOptions = {}) {
    const { window = DEFAULT_WINDOW, commandTimeout = 5_000, clock = new SystemClock() } = options;
    checkOptions(window, commandTimeout);
    this.window = window;
    this.keyPrefix = options.keyPrefix ?? 'nestjs-kinesis:';
    const { client, close } = this.connect(options.client, commandTimeout);
    this.closeClient = close;
    this.scripts = new ScriptRunner({
      name: 'redis',
      client,
      clock,
      commandTimeout,
      wait: undefined,
      lastError: () => this.lastError,
    });
  }

  async seen(scope: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const answers = await this.run(SEEN, scope, ids);
    const flags = answers.flat();
    return new Set(ids.filter((_id, i) => Number(flags[i]) === 1));
  }

  async remember(scope: string, ids: readonly string[]): Promise<void> {
    await this.run(REMEMBER, scope, ids);
  }

  /** Closes the connection that the deduplicator itself has opened. */
  async close(): Promise<void> {
    this.closeClient();
  }

  private async run(script: RedisScript, scope: string, ids: readonly string[]): Promise<unknown[]> {
    const key = `${this.keyPrefix}{${encodeURIComponent(scope)}}:handled`;
    const parts: Promise<unknown>[] = [];
    for (let start = 0; start < ids.length; start += SCRIPT_SIZE) {
      const part = ids.slice(start, start + SCRIPT_SIZE);
      parts.push(this.scripts.run(script, key, [String(this.window), ...part]));
    }
    try {
      return await Promise.all(parts);
    } catch (cause) {
      const { message, retryable } = cause as CheckpointerError;
      throw new DeduplicatorError(message, { cause, retryable });
    }
  }

  private connect(
    client: RedisDeduplicatorOptions['client'],
    commandTimeout: number,
  ): { client: RedisClient; close: () => void } {
    if (isClient(client)) return { client, close: () => undefined };
    const own = createRedis(client ?? redisOptionsFromEnvironment(process.env), {
      commandTimeout,
      random: new SystemRandom(),
    });
    own.on('error', (error) => (this.lastError = error));
    own.on('ready', () => (this.lastError = undefined));
    return { client: own, close: () => own.disconnect() };
  }
}

function script(body: string): RedisScript {
  const text = `${COMMON}${body}`;
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

function isClient(client: RedisDeduplicatorOptions['client']): client is RedisClient {
  return typeof client === 'object' && 'evalsha' in client;
}

function checkOptions(window: number, commandTimeout: number): void {
  if (!isWindow(window)) {
    throw new KinesisConfigurationError(
      'RedisDeduplicator: option "window" must be a number of milliseconds from 1000 to 86400000.',
    );
  }
  if (!(commandTimeout >= 100 && commandTimeout <= 600_000)) {
    throw new KinesisConfigurationError(
      'RedisDeduplicator: option "commandTimeout" must be a number from 100 to 600000.',
    );
  }
}
