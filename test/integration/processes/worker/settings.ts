import type { KinesisConsumerOptions } from 'nestjs-kinesis';
import type { LocalClientConfig } from 'nestjs-kinesis/testing';

export const APPLICATION = 'processes';
export const STREAM = 'orders';

/** Short, so that a run sees much in little time; milliseconds. */
export const CONSUMER = {
  sessionTimeout: 3_000,
  heartbeatFrequency: 500,
  checkpointInterval: 500,
  shardFetchRate: 4,
  sleepTimeNoRecords: 100,
};

/** Where the workers' shared store is. */
export type StoreAddress =
  | { readonly kind: 'redis'; readonly port: number }
  | { readonly kind: 'dynamodb'; readonly endpoint: string };

/** Milliseconds between a worker's looks at all leases, whatever the store: short, as all else here. */
export const LIST_INTERVAL = 1_000;

/** What a worker process is told, as JSON in its only argument. */
export interface WorkerSettings {
  readonly name: string;
  readonly journal: string;
  readonly kinesis: LocalClientConfig;
  readonly store: StoreAddress;
  readonly consumer: KinesisConsumerOptions;
}

/** A record of the load: the n-th of its key. */
export interface Order {
  readonly key: string;
  readonly n: number;
}
