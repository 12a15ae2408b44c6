import type { PutFlush } from './put-flush.js';
import type { PutFailure } from './put-failure.js';

/** Whether records of one partition key reach their shard in the order of `put`. */
export type PutOrdering = 'none' | 'partition-key';

/** The producer's settings, all present; `KinesisProducerOptions` has their defaults and sources. */
export interface ProducerSettings {
  readonly ordering: PutOrdering;
  readonly batchSize: number;
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
  readonly maxInFlight: number;
  readonly putRateLimitPerShard: number;
  readonly putBandwidthLimitPerShard: number;
  readonly retryLimit: number;
  readonly initialBackoff: number;
  readonly maxBackoff: number;
  readonly bufferTime: number;
  readonly aggregationMaxSize: number;
  readonly recordTtl: number;
  readonly describeTimeout: number;
  readonly onFailed: ((failure: PutFailure) => void) | undefined;
  readonly afterFlush: ((flush: PutFlush) => void) | undefined;
}
