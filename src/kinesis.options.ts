import type { KinesisClient, KinesisClientConfig } from '@aws-sdk/client-kinesis';
import type { Aggregator } from './aggregators/aggregator.js';
import type { Checkpointer } from './checkpointers/checkpointer.js';
import type { PutFailure } from './producer/put-failure.js';
import type { PutFlush } from './producer/put-flush.js';
import type { PutOrdering } from './producer/producer-settings.js';
import type { StartingPosition } from './scheduler/consumer-settings.js';

/** Options of `KinesisModule.forRoot`. */
export interface KinesisModuleOptions {
  /**
   * The namespace of leases and checkpoints, as the KCL's application name: replicas of one app share it, apps that
   * each want every record have their own. 1 to 128 letters, digits, `.`, `_` and `-`.
   */
  application: string;

  /**
   * The streams this app puts to or consumes: the name used in the code, and what the service calls the stream. An
   * empty object stands for a stream of that very name.
   */
  streams: Record<string, KinesisStreamOptions>;

  /**
   * A ready-made client, which stays yours to destroy; or the configuration of one, which gets a transport that
   * reuses connections (the SDK's default opens one per request) and leaves retries to this package.
   *
   * @defaultValue `{}`: region and credentials from the environment, as the SDK finds them
   */
  client?: KinesisClient | KinesisClientConfig;

  /**
   * Where leases and checkpoints are kept. The provider `CHECKPOINTER`, if the app has one, is used when absent.
   *
   * @defaultValue `new MemoryCheckpointer()`, which shares nothing between replicas and forgets at exit; with
   *   `NODE_ENV=production` it must be passed explicitly
   */
  checkpointer?: Checkpointer;

  /**
   * How values become bytes, and back; producers and consumers of a stream must agree on it. The provider
   * `AGGREGATOR`, if the app has one, is used when absent.
   *
   * @defaultValue `new JsonAggregator()`
   */
  aggregator?: Aggregator;

  /**
   * Whether bootstrap checks the configured streams and starts the consumers. Without it the module does nothing on
   * the network but what the app's own `send` and `put` ask for.
   *
   * @defaultValue `true`
   */
  autoStart?: boolean;

  /** How consumers read; each `@KinesisConsumer` may differ in what its own options offer. */
  consumer?: KinesisConsumerOptions;

  /** How the producer sends. */
  producer?: KinesisProducerOptions;

  /**
   * How long bootstrap retries to reach the configured streams when the service throttles or the network fails, in
   * milliseconds; 0 to 600 000. What no retry mends (no such stream, access denied, no region) fails at once.
   *
   * @defaultValue `60_000`
   */
  describeTimeout?: number;

  /**
   * At shutdown, how long running handlers may take to finish, and after that the producer to get its
   * acknowledgements, in milliseconds each; 0 to 600 000.
   *
   * @defaultValue `10_000`
   */
  shutdownTimeout?: number;
}

/** What the service calls a stream. */
export interface KinesisStreamOptions {
  /**
   * Its name in the service: 1 to 128 letters, digits, `.`, `_` and `-` (AWS limit).
   *
   * @defaultValue the name it has in `streams`
   */
  streamName?: string;

  /**
   * Its ARN, for streams of other accounts. Wins over `streamName`.
   *
   * @defaultValue none: the stream is found by name, in the client's account and region
   */
  streamArn?: string;
}

/** What to do when a record cannot be handled. */
export interface KinesisDeliveryOptions {
  /** When and how often a failed record is tried again. */
  retry?: KinesisRetryOptions;

  /**
   * When no attempt is left, or a record cannot be decoded: `halt` stands still at the record, keeps the shard's
   * lease and says so, while other shards go on and a restart tries again; `skip` reports the record and goes on.
   *
   * @defaultValue `'halt'`
   */
  onExhausted?: 'halt' | 'skip';
}

/** When and how often a failed record is tried again. Order holds: the shard waits. */
export interface KinesisRetryOptions {
  /**
   * Attempts in all, the first included; 1 or more, `Infinity` allowed.
   *
   * @defaultValue `Infinity`, as Lambda retries until the record expires
   */
  attempts?: number;

  /**
   * The wait before the first retry, in milliseconds; it doubles with each and is drawn with jitter. 0 to 3 600 000.
   *
   * @defaultValue `200`
   */
  initialBackoff?: number;

  /**
   * The longest wait between two attempts, in milliseconds. 0 to 3 600 000.
   *
   * @defaultValue `30_000`
   */
  maxBackoff?: number;
}

/** How consumers read. */
export interface KinesisConsumerOptions extends KinesisDeliveryOptions {
  /**
   * Where to start on a shard for which the application has no checkpoint: the oldest record there is, what arrives
   * from now on, or a time. `LATEST` is made durable as a time of the service's clock when the application first
   * sees the stream, so that a restart before the first checkpoint skips nothing.
   *
   * @defaultValue `'TRIM_HORIZON'`
   */
  startingPosition?: StartingPosition;

  /**
   * The most records of one GetRecords call; 1 to 10 000 (AWS limit).
   *
   * @defaultValue `10_000`
   */
  recordLimit?: number;

  /**
   * GetRecords calls per second and shard; above 0, at most 5 (AWS limit, shared by all that read the shard).
   *
   * @defaultValue `1`
   */
  shardFetchRate?: number;

  /**
   * The wait after a call that brought nothing at the tip of a shard, in milliseconds, if longer than
   * `shardFetchRate` makes it; 0 to 60 000.
   *
   * @defaultValue `1_000`
   */
  sleepTimeNoRecords?: number;

  /**
   * The time between checkpoints of a shard, in milliseconds: a crash replays no more than was handled in it. 10 to
   * 600 000.
   *
   * @defaultValue `1_000`
   */
  checkpointInterval?: number;

  /**
   * A worker that has not renewed a lease for so long has lost it, in milliseconds; 1 000 to 3 600 000, and at least
   * three times `heartbeatFrequency`.
   *
   * @defaultValue `15_000` (KCL `failoverTimeMillis`: 10 000)
   */
  sessionTimeout?: number;

  /**
   * The time between renewals of a lease, in milliseconds; 100 to 600 000.
   *
   * @defaultValue `3_000`
   */
  heartbeatFrequency?: number;

  /**
   * The most shards of one stream this process reads at a time; 1 or more, `Infinity` allowed.
   *
   * @defaultValue `Infinity`
   */
  maxShardConsumers?: number;
}

/** How the producer sends. */
export interface KinesisProducerOptions {
  /**
   * `'partition-key'` keeps the order of `put` among the records of each partition key, whatever fails and is sent
   * again: one request at a time per shard, and at most one record of a key in it, since the service promises no
   * order within a request. `'none'` sends again only what failed, behind what was sent meanwhile.
   *
   * @defaultValue `'none'`
   */
  ordering?: PutOrdering;

  /**
   * The most records of one PutRecords call; 1 to 500 (AWS limit).
   *
   * @defaultValue `500`
   */
  batchSize?: number;

  /**
   * The most records of one stream that wait for their outcome; then `put` and `send` wait for room. 1 or more.
   *
   * @defaultValue `10_000`
   */
  maxQueueSize?: number;

  /**
   * The most bytes (data and partition keys) of one stream that wait for their outcome. 1 024 or more.
   *
   * @defaultValue `67_108_864` (64 MiB)
   */
  maxQueueBytes?: number;

  /**
   * PutRecords calls of one stream under way at a time; while fewer are, a record leaves at once. 1 to 256.
   *
   * @defaultValue `4`
   */
  maxInFlight?: number;

  /**
   * The longest a record waits only because `maxInFlight` calls are under way, in milliseconds; then more calls are
   * made, up to 24 (KPL `MaxConnections`). 0 to 600 000.
   *
   * @defaultValue `500` (async-kinesis `buffer_time`; KPL `RecordMaxBufferedTime`: 100)
   */
  bufferTime?: number;

  /**
   * Bytes at which an aggregate is full; 64 to 10 485 760, and never more than the stream takes. A larger user record
   * has a Kinesis record to itself.
   *
   * @defaultValue `51_200` (KPL `AggregationMaxSize`)
   */
  aggregationMaxSize?: number;

  /**
   * The most records per second sent to a shard; 1 or more. Where the service refuses records, because others write to
   * the shard, too, the pace falls below this and recovers.
   *
   * @defaultValue `1_000` (AWS limit per shard)
   */
  putRateLimitPerShard?: number;

  /**
   * KiB per second sent to a shard; 1 or more.
   *
   * @defaultValue `1_024` (AWS limit per shard)
   */
  putBandwidthLimitPerShard?: number;

  /**
   * How long a record may wait for its acknowledgement, in milliseconds: no attempt starts later, and it fails. 100
   * to 86 400 000.
   *
   * @defaultValue `30_000` (KPL `RecordTtl`)
   */
  recordTtl?: number;

  /**
   * Told once of each record that failed for good; `send` rejects as well.
   *
   * @defaultValue none: failures are logged
   */
  onFailed?: (failure: PutFailure) => void;

  /**
   * Told of each PutRecords call that came back.
   *
   * @defaultValue none
   */
  afterFlush?: (flush: PutFlush) => void;
}

/** Provides the module's options from a class: `forRootAsync({ useClass })`. */
export interface KinesisOptionsFactory {
  createKinesisOptions(): KinesisModuleOptions | Promise<KinesisModuleOptions>;
}
