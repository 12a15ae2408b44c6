/** The interfaces of which `docs/defaults.md` has a table. */
export interface TableSource {
  readonly heading: string;
  readonly about: string;
  readonly file: string;
  readonly interfaceName: string;
}

const MODULE = 'src/kinesis.options.ts';
const CONSUMER = 'src/options/consumer.options.ts';
const HANDLER = 'src/options/handler.options.ts';

export const TABLES: readonly TableSource[] = [
  {
    heading: 'Module',
    about: 'Options of `KinesisModule.forRoot({ … })`, and what `useFactory` of `forRootAsync` returns.',
    file: MODULE,
    interfaceName: 'KinesisModuleOptions',
  },
  {
    heading: 'Module: beside the options',
    about: 'Beside them in `forRoot`, and beside `useFactory` in `forRootAsync`.',
    file: 'src/kinesis.module-definition.ts',
    interfaceName: 'KinesisModuleExtras',
  },
  {
    heading: 'Streams',
    about: 'Options of each stream in `streams`.',
    file: MODULE,
    interfaceName: 'KinesisStreamOptions',
  },
  {
    heading: 'Consumers',
    about: 'Options in `consumer`, for all handlers of the module.',
    file: CONSUMER,
    interfaceName: 'KinesisConsumerOptions',
  },
  {
    heading: 'Failures',
    about: 'Options in `consumer`, and of each `@KinesisConsumer`, whose own win.',
    file: CONSUMER,
    interfaceName: 'KinesisDeliveryOptions',
  },
  {
    heading: 'Retries',
    about: 'Options in `retry`.',
    file: CONSUMER,
    interfaceName: 'KinesisRetryOptions',
  },
  {
    heading: 'Back-off',
    about: 'Options in `retry.backoff`.',
    file: CONSUMER,
    interfaceName: 'KinesisBackoffOptions',
  },
  {
    heading: 'Handlers',
    about: 'Options of `@KinesisConsumer(stream, { … })`.',
    file: HANDLER,
    interfaceName: 'KinesisHandlerOptions',
  },
  {
    heading: 'Handlers: name and place',
    about: 'More options of `@KinesisConsumer(stream, { … })`.',
    file: 'src/decorators/kinesis-consumer.decorator.ts',
    interfaceName: 'KinesisConsumerHandlerOptions',
  },
  {
    heading: 'Batches',
    about: 'Options in `batch`, and in `window`.',
    file: HANDLER,
    interfaceName: 'KinesisBatchOptions',
  },
  {
    heading: 'Windows',
    about: 'Options in `window`.',
    file: HANDLER,
    interfaceName: 'KinesisWindowOptions',
  },
  {
    heading: 'Producer',
    about: 'Options in `producer`.',
    file: 'src/options/producer.options.ts',
    interfaceName: 'KinesisProducerOptions',
  },
  {
    heading: 'One put',
    about: 'The last parameter of `send` and `put`.',
    file: 'src/producer/put-options.ts',
    interfaceName: 'PutOptions',
  },
  {
    heading: 'RedisCheckpointer',
    about: 'From `nestjs-kinesis/redis`.',
    file: 'src/checkpointers/redis/redis-checkpointer.options.ts',
    interfaceName: 'RedisCheckpointerOptions',
  },
  {
    heading: 'DynamoDbCheckpointer',
    about: 'From `nestjs-kinesis/dynamodb`.',
    file: 'src/checkpointers/dynamodb/dynamodb-options.ts',
    interfaceName: 'DynamoDbCheckpointerOptions',
  },
  {
    heading: 'RedisDeduplicator',
    about: 'From `nestjs-kinesis/redis`.',
    file: 'src/delivery/deduplication/redis-deduplicator.ts',
    interfaceName: 'RedisDeduplicatorOptions',
  },
  {
    heading: 'MemoryDeduplicator',
    about: '',
    file: 'src/delivery/deduplication/memory-deduplicator.ts',
    interfaceName: 'MemoryDeduplicatorOptions',
  },
  {
    heading: 'SqsDeadLetterSink',
    about: 'From `nestjs-kinesis/sqs`.',
    file: 'src/delivery/dead-letters/sqs/sqs-dead-letter-sink.ts',
    interfaceName: 'SqsDeadLetterSinkOptions',
  },
  {
    heading: 'FileDeadLetterSink',
    about: '',
    file: 'src/delivery/dead-letters/file-dead-letter-sink.ts',
    interfaceName: 'FileDeadLetterSinkOptions',
  },
  {
    heading: 'KplAggregator',
    about: '',
    file: 'src/aggregators/kpl/kpl-aggregator.ts',
    interfaceName: 'KplOptions',
  },
  {
    heading: 'Lines, lists and netstrings',
    about:
      'Options of `JsonLinesAggregator`, `JsonListAggregator`, `LinesAggregator`, `NetstringAggregator` and those of `nestjs-kinesis/msgpack`.',
    file: 'src/aggregators/framing/framed-packing.ts',
    interfaceName: 'FramedOptions',
  },
  {
    heading: 'compressed',
    about: 'The last parameter of `compressed`.',
    file: 'src/aggregators/compression/compressed.ts',
    interfaceName: 'CompressionOptions',
  },
  {
    heading: 'Decoding',
    about: 'Of aggregators (`maxUserRecords`) and of `compressed` (`maxDecodedBytes`).',
    file: 'src/aggregators/decode-limits.ts',
    interfaceName: 'DecodeLimits',
  },
  {
    heading: 'LocalKinesis',
    about: 'Options of `LocalKinesis.start({ … })`, from `nestjs-kinesis/testing`.',
    file: 'src/testing/local-kinesis/local-kinesis-options.ts',
    interfaceName: 'LocalKinesisOptions',
  },
];
