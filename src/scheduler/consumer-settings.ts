import type { OnDataLoss } from '../observability/kinesis-event.js';

/** Where an application starts on a stream it has no checkpoint for. */
export type StartingPosition = 'TRIM_HORIZON' | 'LATEST' | { timestamp: Date | number };

/** The scheduler's settings, all present; `KinesisConsumerOptions` has their defaults and sources. */
export interface ConsumerSettings {
  readonly startingPosition: StartingPosition;
  readonly recordLimit: number;
  readonly shardFetchRate: number;
  readonly sleepTimeNoRecords: number;
  readonly checkpointMode: 'auto' | 'manual';
  readonly checkpointInterval: number;
  readonly sessionTimeout: number;
  readonly heartbeatFrequency: number;
  readonly handOffTimeout: number;
  readonly stallTimeout: number;
  readonly maxShardConsumers: number;
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
  readonly onDataLoss: OnDataLoss;
}
