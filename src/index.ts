export { KinesisModule } from './kinesis.module.js';
export type { KinesisModuleExtras } from './kinesis.module-definition.js';
export type {
  KinesisBackoffOptions,
  KinesisBatchOptions,
  KinesisConsumerOptions,
  KinesisDeliveryOptions,
  KinesisHandlerOptions,
  KinesisModuleOptions,
  KinesisOptionsFactory,
  KinesisProducerOptions,
  KinesisRetryOptions,
  KinesisStreamOptions,
  KinesisWindowOptions,
} from './kinesis.options.js';
export { AGGREGATOR, CHECKPOINTER, DEAD_LETTER_SINK, DEDUPLICATOR } from './kinesis.constants.js';

export {
  KinesisConsumer,
  type KinesisConsumerHandlerOptions,
} from './decorators/kinesis-consumer.decorator.js';
export { getProducerToken, InjectKinesisProducer } from './decorators/inject-kinesis-producer.decorator.js';
export { OnKinesisEvent } from './decorators/on-kinesis-event.decorator.js';
export {
  KinesisCtx,
  KinesisPayload,
  type KinesisPayloadSchema,
  type ParameterPipe,
} from './decorators/handler-parameters.decorator.js';
export type { StandardIssue, StandardResult, StandardSchema } from './decorators/standard-schema.js';
export type {
  FilterAlternative,
  FilterComparison,
  FilterFields,
  FilterPattern,
  FilterRule,
} from './delivery/filter/filter-pattern.js';
export { ControlFlow, DeadLetter, HaltShard, RetryLater, SkipRecord } from './delivery/control-flow.js';
export type { HandlerContext } from './delivery/handler.js';
export { HandlerTimeoutError, PartialFailureError } from './delivery/handler-errors.js';
export { KinesisBatchContext } from './delivery/kinesis-batch-context.js';
export { KinesisContext } from './delivery/kinesis-context.js';
export { KinesisWindowContext } from './delivery/kinesis-window-context.js';
export type { BatchResult } from './delivery/partial-failure.js';
export type { Position } from './delivery/position.js';
export { ReceivedRecord } from './delivery/received-record.js';
export type { RecordView } from './delivery/record-view.js';
export type { ShardView } from './delivery/shard-view.js';
export { isKinesisContext, KinesisExecutionContext } from './handlers/kinesis-execution-context.js';
export type { ConsumerState } from './handlers/consumer.js';
export {
  type KinesisConsumerInfo,
  KinesisConsumerRegistry,
  type KinesisConsumerStatus,
} from './handlers/consumer-registry.js';
export {
  DATA_LOSS_EVENTS,
  type KinesisEventOf,
  KinesisEvents,
  type KinesisEventType,
} from './handlers/kinesis-events.js';
export type { KinesisEvent, OnDataLoss, RecordPlace, ShardPlace } from './observability/kinesis-event.js';
export type { StartingPosition } from './scheduler/consumer-settings.js';
export type { ReaderStatus } from './scheduler/shard-reader.js';
export type { SeekPosition, ShardSeekPosition } from './scheduler/seek-position.js';
export type { LoopFailure, ShardReadingStatus, ShardState, ShardStatus } from './scheduler/shard-status.js';

export type { PutItems } from './producer/each-of.js';
export { KinesisProducer } from './producer/kinesis-producer.js';
export type { PutOutcome } from './producer/outcome.js';
export type { PutReceipt } from './producer/put-receipt.js';
export type { ProducerStats } from './producer/producer-stats.js';
export type { PutFailure } from './producer/put-failure.js';
export type { PutFlush } from './producer/put-flush.js';
export type { PutOptions, PutOptionsOf } from './producer/put-options.js';
export type { PutOrdering } from './producer/producer-settings.js';

export * from './aggregators/index.js';

export { type Checkpoint, compareCheckpoints } from './checkpointers/checkpoint.js';
export type { Checkpointer, Lease, LeaseScope, NewLease } from './checkpointers/checkpointer.js';
export { MemoryCheckpointer } from './checkpointers/memory-checkpointer.js';

export type {
  DeadLetter as DeadLetterEnvelope,
  DeadLetterError,
} from './delivery/dead-letters/dead-letter.js';
export type {
  DeadLetterSinkOption,
  DeadLetterStream,
} from './delivery/dead-letters/create-dead-letter-sink.js';
export { decodeDeadLetter, encodeDeadLetter } from './delivery/dead-letters/dead-letter-codec.js';
export type { DeadLetterSink } from './delivery/dead-letters/dead-letter-sink.js';
export {
  FileDeadLetterSink,
  type FileDeadLetterSinkOptions,
} from './delivery/dead-letters/file-dead-letter-sink.js';
export type { Deduplicator } from './delivery/deduplication/deduplicator.js';
export {
  MemoryDeduplicator,
  type MemoryDeduplicatorOptions,
} from './delivery/deduplication/memory-deduplicator.js';

export * from './delivery/dead-letters/letter-errors.js';
export * from './errors.js';
export * from './handlers/consumer-errors.js';
export * from './scheduler/lease-errors.js';
export * from './scheduler/seek-errors.js';
