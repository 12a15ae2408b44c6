import type { KinesisClient, KinesisClientConfig } from '@aws-sdk/client-kinesis';
import type { Aggregator } from './aggregators/aggregator.js';
import type { Checkpointer } from './checkpointers/checkpointer.js';
import type { DeadLetterSinkOption } from './delivery/dead-letters/create-dead-letter-sink.js';
import type { Deduplicator } from './delivery/deduplication/deduplicator.js';
import type { KinesisConsumerOptions } from './options/consumer.options.js';
import type { KinesisProducerOptions } from './options/producer.options.js';

export type {
  KinesisBackoffOptions,
  KinesisConsumerOptions,
  KinesisDeliveryOptions,
  KinesisRetryOptions,
} from './options/consumer.options.js';
export type {
  KinesisBatchOptions,
  KinesisHandlerOptions,
  KinesisWindowOptions,
} from './options/handler.options.js';
export type { KinesisProducerOptions } from './options/producer.options.js';

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
   * Where records go that no handler could handle, for handlers with `onExhausted: 'dead-letter'`: a stream of the
   * module, `{ stream: 'orders-dead' }`, a `FileDeadLetterSink`, an `SqsDeadLetterSink` (`nestjs-kinesis/sqs`), or your
   * own. The provider `DEAD_LETTER_SINK`, if the app has one, is used when absent.
   *
   * @defaultValue none
   */
  deadLetterSink?: DeadLetterSinkOption;

  /**
   * Remembers which records were handled, for handlers with `deduplicate`: a `MemoryDeduplicator`, a
   * `RedisDeduplicator` (`nestjs-kinesis/redis`), or your own. The provider `DEDUPLICATOR`, if the app has one, is used
   * when absent.
   *
   * @defaultValue none
   */
  deduplicator?: Deduplicator;

  /**
   * Whether bootstrap checks the configured streams and starts the consumers. Without it the module does nothing on
   * the network but what the app's own `send` and `put` ask for, until `KinesisConsumerRegistry` starts a consumer.
   *
   * @defaultValue `true`
   */
  autoStart?: boolean;

  /**
   * Whether this process consumes. With `false` it only puts: the handlers of this connection are not looked at, and
   * `KinesisConsumerRegistry` does not know them.
   *
   * @defaultValue `true`
   */
  consumers?: boolean;

  /**
   * Whether the guards, pipes, interceptors and filters of the whole application apply to handlers, too: `APP_GUARD` and
   * its like, and what `app.useGlobalGuards()` and its like add. Most are made for HTTP; those that are not must tell
   * contexts apart with `isKinesisContext`.
   *
   * @defaultValue `false`, as in Nest's own microservices
   */
  applyGlobalEnhancers?: boolean;

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

  /**
   * How this stream's values become bytes, and back.
   *
   * @defaultValue the module's `aggregator`
   */
  aggregator?: Aggregator;

  /**
   * Whether to create the stream where it is missing, by its name, in provisioned mode.
   *
   * @defaultValue `false`: a missing stream fails bootstrap
   */
  createStream?: boolean;

  /**
   * The shards that a stream made by `createStream` begins with; 1 to 10 000.
   *
   * @defaultValue `1`
   */
  createStreamShards?: number;

  /**
   * For apps that only put to the stream and may not describe it: bootstrap asks nothing about it, and its records may
   * have 1 MiB, whatever the stream takes.
   *
   * @defaultValue `false`
   */
  skipDescribeStream?: boolean;
}

/** Provides the module's options from a class: `forRootAsync({ useClass })`. */
export interface KinesisOptionsFactory {
  createKinesisOptions(): KinesisModuleOptions | Promise<KinesisModuleOptions>;
}
