import type { Aggregator } from '../aggregators/aggregator.js';
import type { StreamTarget } from '../client/usable-stream.js';
import type { DeadLetterSinkOption } from '../delivery/dead-letters/create-dead-letter-sink.js';
import type { DeliveryPolicy } from '../delivery/delivery-policy.js';
import { KinesisConfigurationError } from '../errors.js';
import type {
  KinesisConsumerOptions,
  KinesisModuleOptions,
  KinesisProducerOptions,
  KinesisStreamOptions,
} from '../kinesis.options.js';
import type { LeaseTimeOptions, LeaseTimes } from './lease-times.js';
import { OptionReader } from './option-reader.js';
import { resolveDelivery } from './resolve-handler.js';
import type { ProducerSettings } from '../producer/producer-settings.js';
import type { ConsumerSettings, StartingPosition } from '../scheduler/consumer-settings.js';

/** A stream of the module, and the aggregator it has to itself. */
export interface ResolvedStream extends StreamTarget {
  readonly aggregator?: Aggregator;
}

/** How consumers read, but for what their checkpointer has a say in. */
export type ResolvedConsumer = Omit<ConsumerSettings, keyof LeaseTimes> & LeaseTimeOptions;

/** The module's options with every default filled in and every value checked. */
export interface ResolvedOptions {
  readonly application: string;
  readonly streams: ReadonlyMap<string, ResolvedStream>;
  readonly consumer: ResolvedConsumer;
  readonly delivery: DeliveryPolicy;
  readonly producer: ProducerSettings;
  readonly autoStart: boolean;
  readonly consumers: boolean;
  readonly applyGlobalEnhancers: boolean;
  readonly describeTimeout: number;
  readonly shutdownTimeout: number;
}

/** AWS limit: stream names; the KCL's table names are as strict about applications. */
export const NAME = /^[a-zA-Z0-9_.-]{1,128}$/;
export const NAME_RULE = '1 to 128 letters, digits, ".", "_" and "-"';
const STREAM_ARN = /^arn:[\w-]+:kinesis:[\w-]+:\d{12}:stream\/([a-zA-Z0-9_.-]{1,128})$/;

const CHECKPOINTER_METHODS = ['create', 'list', 'acquire', 'renew', 'checkpoint', 'release', 'delete'];
const AGGREGATOR_METHODS = ['serialize', 'unpack', 'deserialize'];

const HOUR = 3_600_000;

const MEBIBYTE = 1024 * 1024;

/**
 * Checks the module's options and fills in the defaults.
 *
 * @throws KinesisConfigurationError that names the option, what it is and what it may be
 */
export function resolveOptions(options: KinesisModuleOptions): ResolvedOptions {
  const reader = new OptionReader('KinesisModule', options);
  const describeTimeout = reader.number('describeTimeout', { default: 60_000, min: 0, max: 600_000 });
  const resolved = {
    application: reader.text('application', NAME, NAME_RULE),
    streams: resolveStreams(reader.required<Record<string, KinesisStreamOptions>>('streams', 'object')),
    consumer: resolveConsumer(reader.optional('consumer', 'object') ?? {}),
    delivery: resolveDelivery(
      'consumer',
      reader.optional<KinesisConsumerOptions>('consumer', 'object') ?? {},
    ),
    producer: resolveProducer(reader.optional('producer', 'object') ?? {}, describeTimeout),
    autoStart: reader.flag('autoStart', true),
    consumers: reader.flag('consumers', true),
    applyGlobalEnhancers: reader.flag('applyGlobalEnhancers', false),
    describeTimeout,
    shutdownTimeout: reader.number('shutdownTimeout', { default: 10_000, min: 0, max: 600_000 }),
  };
  reader.optional('client', 'object');
  reader.withMethods('checkpointer', CHECKPOINTER_METHODS);
  reader.withMethods('aggregator', AGGREGATOR_METHODS);
  checkDeadLetterSink(reader, resolved.streams);
  reader.withMethods('deduplicator', ['seen', 'remember']);
  reader.refuseUnknown();
  return resolved;
}

/** The name of a stream, or an instance of somebody's class. */
function checkDeadLetterSink(reader: OptionReader, streams: ReadonlyMap<string, ResolvedStream>): void {
  const option = reader.optional<DeadLetterSinkOption>('deadLetterSink', 'object');
  if (!option || !('stream' in option)) {
    reader.withMethods('deadLetterSink', ['send']);
    return;
  }
  const stream = new OptionReader('deadLetterSink', option);
  const names = [...streams.keys()];
  stream.checked(
    'stream',
    '',
    (name) => names.includes(name as string),
    `one of the module's streams: ${names.join(', ')}`,
  );
  stream.refuseUnknown();
}

function resolveStreams(streams: Record<string, KinesisStreamOptions>): Map<string, ResolvedStream> {
  const resolved = new Map<string, ResolvedStream>();
  for (const [name, stream] of Object.entries(streams)) {
    const reader = new OptionReader(`streams.${name}`, stream);
    const streamArn = reader.optionalText('streamArn', STREAM_ARN, 'the ARN of a Kinesis stream');
    const streamName = reader.optionalText('streamName', NAME, NAME_RULE);
    const aggregator = reader.withMethods<Aggregator>('aggregator', AGGREGATOR_METHODS);
    const createStream = reader.flag('createStream', false);
    const createStreamShards = reader.integer('createStreamShards', { default: 1, min: 1, max: 10_000 });
    const skipDescribe = reader.flag('skipDescribeStream', false);
    reader.refuseUnknown();
    const nameInArn = streamArn === undefined ? undefined : STREAM_ARN.exec(streamArn)?.[1];
    if (streamArn === undefined && streamName === undefined && !NAME.test(name)) {
      throw new KinesisConfigurationError(
        `streams.${name}: without "streamName" or "streamArn" its name must be one the service takes: ${NAME_RULE}.`,
      );
    }
    resolved.set(name, {
      name,
      streamName: nameInArn ?? streamName ?? name,
      ...(skipDescribe ? { skipDescribe } : {}),
      ...(createStream ? { createShards: createStreamShards } : {}),
      ...(aggregator ? { aggregator } : {}),
      ...(streamArn === undefined ? {} : { streamArn }),
    });
  }
  return resolved;
}

function resolveConsumer(options: KinesisConsumerOptions): ResolvedConsumer {
  const reader = new OptionReader('consumer', options);
  const settings: ResolvedConsumer = {
    startingPosition: reader.checked<StartingPosition>(
      'startingPosition',
      'TRIM_HORIZON',
      isStartingPosition,
      "'TRIM_HORIZON', 'LATEST' or { timestamp: Date | milliseconds since 1970 }",
    ),
    recordLimit: reader.integer('recordLimit', { default: 10_000, min: 1, max: 10_000 }),
    shardFetchRate: reader.number('shardFetchRate', { default: 1, min: 0.001, max: 5 }),
    sleepTimeNoRecords: reader.number('sleepTimeNoRecords', { default: 1_000, min: 0, max: 60_000 }),
    checkpointInterval: reader.number('checkpointInterval', { default: 1_000, min: 10, max: 600_000 }),
    sessionTimeout: reader.number('sessionTimeout', { default: 15_000, min: 1_000, max: HOUR }),
    heartbeatFrequency: reader.optionalNumber('heartbeatFrequency', { min: 100, max: 600_000 }),
    maxShardConsumers: reader.integer('maxShardConsumers', { default: Infinity, min: 1, max: Infinity }),
    handOffTimeout: reader.number('handOffTimeout', { default: 30_000, min: 0, max: HOUR }),
    stallTimeout: reader.number('stallTimeout', { default: 60_000, min: 1_000, max: 24 * HOUR }),
    checkpointMode: reader.oneOf('checkpointMode', ['auto', 'manual'], 'auto'),
    maxQueueSize: reader.integer('maxQueueSize', { default: 100_000, min: 1, max: Infinity }),
    maxQueueBytes: reader.integer('maxQueueBytes', {
      default: 64 * MEBIBYTE,
      min: 10 * MEBIBYTE,
      max: Infinity,
    }),
    onDataLoss: reader.oneOf('onDataLoss', ['oldest', 'latest', 'fail'], 'oldest'),
  };
  reader.known('retry', 'timeout', 'bisectOnError', 'onExhausted');
  reader.refuseUnknown();
  return settings;
}

function resolveProducer(options: KinesisProducerOptions, describeTimeout: number): ProducerSettings {
  const reader = new OptionReader('producer', options);
  const settings: ProducerSettings = {
    describeTimeout,
    ordering: reader.oneOf('ordering', ['none', 'partition-key'], 'none'),
    batchSize: reader.integer('batchSize', { default: 500, min: 1, max: 500 }),
    maxQueueSize: reader.integer('maxQueueSize', { default: 10_000, min: 1, max: Infinity }),
    maxQueueBytes: reader.integer('maxQueueBytes', { default: 64 * MEBIBYTE, min: 1_024, max: Infinity }),
    maxInFlight: reader.integer('maxInFlight', { default: 4, min: 1, max: 256 }),
    putRateLimitPerShard: reader.number('putRateLimitPerShard', { default: 1_000, min: 1, max: Infinity }),
    putBandwidthLimitPerShard: reader.number('putBandwidthLimitPerShard', {
      default: 1_024,
      min: 1,
      max: Infinity,
    }),
    retryLimit: reader.integer('retryLimit', { default: Infinity, min: 0, max: Infinity }),
    initialBackoff: reader.number('initialBackoff', { default: 50, min: 1, max: 60_000 }),
    maxBackoff: reader.number('maxBackoff', { default: 2_000, min: 1, max: 600_000 }),
    bufferTime: reader.number('bufferTime', { default: 500, min: 0, max: 600_000 }),
    aggregationMaxSize: reader.integer('aggregationMaxSize', {
      default: 51_200,
      min: 64,
      max: 10 * 1024 * 1024,
    }),
    recordTtl: reader.number('recordTtl', { default: 30_000, min: 100, max: 24 * HOUR }),
    onFailed: reader.optional<NonNullable<KinesisProducerOptions['onFailed']>>('onFailed', 'function'),
    afterFlush: reader.optional<NonNullable<KinesisProducerOptions['afterFlush']>>('afterFlush', 'function'),
  };
  reader.refuseUnknown();
  return settings;
}

function isStartingPosition(value: unknown): value is StartingPosition {
  if (value === 'TRIM_HORIZON' || value === 'LATEST') return true;
  if (typeof value !== 'object' || value === null || !('timestamp' in value)) return false;
  const { timestamp } = value;
  const time = timestamp instanceof Date ? timestamp.getTime() : timestamp;
  return typeof time === 'number' && Number.isFinite(time) && time >= 0;
}
