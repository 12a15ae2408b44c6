import type { StartingPosition } from '../scheduler/consumer-settings.js';

/** What to do when a record cannot be handled. */
export interface KinesisDeliveryOptions {
  /** When and how often a failed record is tried again. */
  retry?: KinesisRetryOptions;

  /**
   * When no attempt is left, or a record cannot be decoded: `halt` stands still at the record, keeps the shard's
   * lease and says so, while other shards go on and a restart tries again; `skip` reports the record and goes on.
   *
   * @defaultValue `'halt'`
   */
  onExhausted?: 'halt' | 'skip';
}

/** When and how often a failed record is tried again. Order holds: the shard waits. */
export interface KinesisRetryOptions {
  /**
   * Attempts in all, the first included; 1 or more, `Infinity` allowed.
   *
   * @defaultValue `Infinity`, as Lambda retries until the record expires
   */
  attempts?: number;

  /**
   * The wait before the first retry, in milliseconds; it doubles with each and is drawn with jitter. 0 to 3 600 000.
   *
   * @defaultValue `200`
   */
  initialBackoff?: number;

  /**
   * The longest wait between two attempts, in milliseconds. 0 to 3 600 000.
   *
   * @defaultValue `30_000`
   */
  maxBackoff?: number;
}

/** How consumers read. */
export interface KinesisConsumerOptions extends KinesisDeliveryOptions {
  /**
   * Where to start on a shard for which the application has no checkpoint: the oldest record there is, what arrives
   * from now on, or a time. `LATEST` is made durable as a time of the service's clock when the application first
   * sees the stream, so that a restart before the first checkpoint skips nothing.
   *
   * @defaultValue `'TRIM_HORIZON'`
   */
  startingPosition?: StartingPosition;

  /**
   * The most records of one GetRecords call; 1 to 10 000 (AWS limit).
   *
   * @defaultValue `10_000`
   */
  recordLimit?: number;

  /**
   * GetRecords calls per second and shard; above 0, at most 5 (AWS limit, shared by all that read the shard).
   *
   * @defaultValue `1`
   */
  shardFetchRate?: number;

  /**
   * The wait after a call that brought nothing at the tip of a shard, in milliseconds, if longer than
   * `shardFetchRate` makes it; 0 to 60 000.
   *
   * @defaultValue `1_000`
   */
  sleepTimeNoRecords?: number;

  /**
   * The time between checkpoints of a shard, in milliseconds: a crash replays no more than was handled in it. 10 to
   * 600 000.
   *
   * @defaultValue `1_000`
   */
  checkpointInterval?: number;

  /**
   * A worker that has not renewed a lease for so long has lost it, in milliseconds; 1 000 to 3 600 000, and at least
   * three times `heartbeatFrequency`.
   *
   * @defaultValue `15_000` (KCL `failoverTimeMillis`: 10 000)
   */
  sessionTimeout?: number;

  /**
   * The time between renewals of a lease, in milliseconds; 100 to 600 000.
   *
   * @defaultValue `3_000`
   */
  heartbeatFrequency?: number;

  /**
   * The most shards of one stream this process reads at a time; 1 or more, `Infinity` allowed.
   *
   * @defaultValue `Infinity`
   */
  maxShardConsumers?: number;
}
