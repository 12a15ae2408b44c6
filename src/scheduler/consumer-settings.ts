/** Where an application starts on a stream it has no checkpoint for. */
export type StartingPosition = 'TRIM_HORIZON' | 'LATEST' | { timestamp: Date | number };

/** What a reader does when retention has passed the place where it was to go on. */
export type OnDataLoss = 'fail' | 'oldest' | 'latest';

/** The scheduler's settings, all present; `KinesisConsumerOptions` has their defaults and sources. */
export interface ConsumerSettings {
  readonly startingPosition: StartingPosition;
  readonly recordLimit: number;
  readonly shardFetchRate: number;
  readonly sleepTimeNoRecords: number;
  readonly checkpointInterval: number;
  readonly sessionTimeout: number;
  readonly heartbeatFrequency: number;
  readonly maxShardConsumers: number;
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
  readonly onDataLoss: OnDataLoss;
}
