import type { FilterPattern } from '../delivery/filter/filter-pattern.js';
import type { KinesisContext } from '../delivery/kinesis-context.js';
import type { KinesisDeliveryOptions } from './consumer.options.js';

/** How a handler gets its records. */
export interface KinesisHandlerOptions extends KinesisDeliveryOptions {
  /**
   * Records in batches: the handler is called with an array of `ReceivedRecord` and a `KinesisBatchContext`. An empty object
   * stands for the defaults.
   *
   * @defaultValue none: one call for each record
   */
  batch?: KinesisBatchOptions;

  /**
   * Records in tumbling windows by their time of arrival, as Lambda has them: the handler is called as with `batch`, with a
   * `KinesisWindowContext`. What it returns as `{ state }` comes again in the context of its next call for the window; when
   * the window is over it is called once more, without records (`isFinalInvokeForWindow`). The state is kept in memory: the
   * checkpoint stays before the window until it is over, and the next owner of the shard begins the window again. In order
   * of the shard, one call at a time.
   *
   * @defaultValue none
   */
  window?: KinesisWindowOptions;

  /**
   * How many calls of this handler run at a time for one shard; 1 to 1 000.
   *
   * @defaultValue `1` (as Lambda's `ParallelizationFactor`, which may be 10 at most)
   */
  concurrency?: number;

  /**
   * What is handled in order, one call at a time: all of a shard; the records of each partition key; those of each key that
   * a function finds in the payload; or nothing. Order holds across retries: a record that is tried again holds up those
   * that must come after it. With keys, each belongs to one of `concurrency` lanes, and may share it with others.
   *
   * @defaultValue `'shard'`; with a `concurrency` above 1 `'partition-key'`
   */
  // A payload is of whatever type the app says it is.
  orderBy?: 'shard' | 'partition-key' | 'none' | ((payload: never) => unknown);

  /**
   * Which records are for this handler; the others count as finished without it. A function of payload and context, or
   * patterns as in the filters of Lambda's event source mappings, `{ data: { type: ['order'] } }`, of several of which one
   * must match. Batches hold only what matches. A record for which the function throws goes the way of one that failed.
   *
   * @defaultValue every record
   */
  filter?: ((payload: never, context: KinesisContext) => boolean) | FilterPattern | readonly FilterPattern[];

  /**
   * Whether records that the `deduplicator` remembers are passed over, so that a replay after a crash does not call the
   * handler again. It costs a call of the deduplicator before and after each call of the handler. While the deduplicator
   * fails, records are handled as if there were none. Not with `checkpointMode: 'manual'`, where a handler may return before
   * its records are done; and each such handler of a stream has a `name` of its own.
   *
   * @defaultValue `false`
   */
  deduplicate?: boolean;
}

/** How long windows are, and when a part of one is handed over. */
export interface KinesisWindowOptions extends KinesisBatchOptions {
  /** How long a window is, in milliseconds; 1 000 to 900 000 (Lambda's `TumblingWindowInSeconds`: at most 900). */
  length: number;
}

/** When records make a batch: as soon as one of these is reached. */
export interface KinesisBatchOptions {
  /**
   * The most records of one call; 1 to 10 000.
   *
   * @defaultValue `100` (Lambda's `BatchSize` for Kinesis: 100, at most 10 000)
   */
  maxRecords?: number;

  /**
   * The most bytes of data of one call; 1 to 10 485 760. A larger record comes alone; those of a list that is decoded as a
   * whole count as equal shares of its bytes.
   *
   * @defaultValue `6_291_456` (6 MiB, the most that Lambda takes in one call)
   */
  maxBytes?: number;

  /**
   * How long a batch that is not full waits for more records, in milliseconds; 0 to 300 000. With 0 a call gets what
   * there is. It does not wait while reading waits for room (`maxQueueSize`, `maxQueueBytes`).
   *
   * @defaultValue `0` (Lambda's `MaximumBatchingWindowInSeconds`: 0, at most 300)
   */
  maxWait?: number;
}
