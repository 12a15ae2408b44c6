export { KinesisModule } from './kinesis.module.js';
export type { KinesisModuleExtras } from './kinesis.module-definition.js';
export type {
  KinesisConsumerOptions,
  KinesisDeliveryOptions,
  KinesisModuleOptions,
  KinesisOptionsFactory,
  KinesisProducerOptions,
  KinesisRetryOptions,
  KinesisStreamOptions,
} from './kinesis.options.js';
export { AGGREGATOR, CHECKPOINTER } from './kinesis.constants.js';

export {
  KinesisConsumer,
  type KinesisConsumerHandlerOptions,
} from './decorators/kinesis-consumer.decorator.js';
export { KinesisCtx, KinesisPayload } from './decorators/handler-parameters.decorator.js';
export { KinesisContext } from './delivery/kinesis-context.js';
export type { OnDataLoss } from './observability/kinesis-event.js';
export type { StartingPosition } from './scheduler/consumer-settings.js';

export { KinesisProducer } from './producer/kinesis-producer.js';
export type { PutReceipt } from './producer/pending-record.js';
export type { ProducerStats } from './producer/producer-stats.js';
export type { PutFailure } from './producer/put-failure.js';
export type { PutFlush } from './producer/put-flush.js';
export type { PutOptions } from './producer/put-options.js';
export type { PutOrdering } from './producer/producer-settings.js';

export * from './aggregators/index.js';

export { type Checkpoint, compareCheckpoints } from './checkpointers/checkpoint.js';
export type { Checkpointer, Lease, LeaseScope, NewLease } from './checkpointers/checkpointer.js';
export { MemoryCheckpointer } from './checkpointers/memory-checkpointer.js';

export * from './errors.js';
