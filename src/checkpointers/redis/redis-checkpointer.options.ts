import type { Clock } from '../../runtime/clock.js';
import type { Random } from '../../runtime/random.js';
import type { RedisClient } from './redis-client.js';
import type { RedisConnectionOptions } from './redis-connection.js';
import type { RedisWait } from './script-runner.js';

/**
 * Options of {@link RedisCheckpointer}.
 *
 * How long a session lasts and how often it is renewed are options of the module's consumers, `sessionTimeout` and
 * `heartbeatFrequency`, and the namespace of leases is its `application`: workers keep time, the checkpointer does
 * not, and a second place to set these could contradict the first. The constructor refuses them with that advice.
 */
export interface RedisCheckpointerOptions {
  /**
   * An ioredis `Redis` or `Cluster`, which stays yours to close; or options of ioredis, or a URL
   * (`redis://user:password@host:6379/0`, `rediss://…` for TLS), for a client of the checkpointer's own.
   *
   * @defaultValue the server of `REDIS_HOST`, `REDIS_PORT`, `REDIS_PASSWORD` and `REDIS_DB`, or else of localhost:6379
   */
  client?: RedisClient | RedisConnectionOptions | string;

  /**
   * What logs and errors call the checkpointer.
   *
   * @defaultValue `'redis'`
   */
  name?: string;

  /**
   * What the names of all keys and channels begin with; behind a `keyPrefix` of the client's own, if it has one.
   *
   * @defaultValue `'nestjs-kinesis:'`
   */
  keyPrefix?: string;

  /**
   * How long a call waits for its answer before it rejects, in milliseconds; 100 to 600 000. Several must fit into the
   * consumers' `sessionTimeout`, or one answer that does not come costs the leases.
   *
   * @defaultValue `5_000`
   */
  commandTimeout?: number;

  /**
   * Waits after each write that changes an owner or a checkpoint until so many replicas have it (`WAIT`), and rejects
   * where they do not: fewer writes are lost in a fail-over, at the price of a round trip to the replicas.
   *
   * @defaultValue none: a write counts when the primary has it
   */
  wait?: RedisWait;

  /**
   * Whether to run on a server that may evict leases when its memory is full (`maxmemory-policy` `allkeys-…`): shards
   * then start over.
   *
   * @defaultValue `false`
   */
  allowEviction?: boolean;

  /**
   * Told what cannot be checked; Nest's `Logger` will do.
   *
   * @defaultValue none
   */
  logger?: { warn(message: string): void };

  /** For tests. */
  clock?: Clock;

  /** For tests. */
  random?: Random;
}
