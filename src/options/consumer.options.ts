import type { OnDataLoss } from '../observability/kinesis-event.js';
import type { StartingPosition } from '../scheduler/consumer-settings.js';

/** What to do when a record cannot be handled. */
export interface KinesisDeliveryOptions {
  /** When and how often a failed record is tried again. */
  retry?: KinesisRetryOptions;

  /**
   * How long one call of a handler may take, in milliseconds; 1 to 86 400 000. Then `context.signal` aborts and the attempt
   * has failed with a `HandlerTimeoutError`, however it ends. Nothing is started beside the late call that must come
   * after it, unless it goes on for as long again: then it is left behind.
   *
   * @defaultValue none: a call may take any time, and `stallTimeout` tells of it
   */
  timeout?: number;

  /**
   * Whether a batch whose handler throws is tried in halves, down to the record that makes it fail, so that only that one
   * uses up attempts. As Lambda's `BisectBatchOnFunctionError`; splitting does not count as an attempt.
   *
   * @defaultValue `false`
   */
  bisectOnError?: boolean;

  /**
   * When no attempt is left, or a record cannot be decoded: `halt` stands still at the record, keeps the shard's
   * lease and says so, while other shards go on and a restart tries again; `dead-letter` stores the record in the
   * `deadLetterSink` and goes on, and waits while that fails; `skip` reports the record and goes on. The handler may
   * throw a `HaltShard`, `DeadLetter` or `SkipRecord` to have that at once.
   *
   * @defaultValue `'halt'`
   */
  onExhausted?: 'halt' | 'dead-letter' | 'skip';
}

/** When and how often a failed record is tried again. Order holds: what must come after the record waits. */
export interface KinesisRetryOptions {
  /**
   * Attempts in all, the first included; 1 or more, `Infinity` allowed. From the third failure on they are errors in the
   * log. They count anew when a shard that stood still is resumed. A `RetryLater` is none.
   *
   * @defaultValue `Infinity`: as many as `maxAge` allows
   */
  attempts?: number;

  /** The waits between attempts. */
  backoff?: KinesisBackoffOptions;

  /**
   * A record that fails when it is older than this is not tried again, in milliseconds since it arrived, the oldest of a
   * batch deciding; 0 or more. It is tried once in any case. With `'retention'` that is when the stream no longer has it:
   * its retention as described last, once a minute. With `Infinity` a record is tried as long as this process has it.
   *
   * @defaultValue `'retention'` (Lambda's `MaximumRecordAgeInSeconds`: -1, until the record expires)
   */
  maxAge?: number | 'retention';

  /**
   * Whether another attempt may help. Records that cannot be decoded, validated or allowed in are never tried again.
   *
   * @defaultValue every error may pass
   */
  retryable?: (error: unknown) => boolean;
}

/** Waits double from `initial` on up to `max`, and are drawn from the upper half of that. */
export interface KinesisBackoffOptions {
  /**
   * The longest wait before the first retry, in milliseconds; 0 to 3 600 000.
   *
   * @defaultValue `200`
   */
  initial?: number;

  /**
   * The longest wait between two attempts, in milliseconds; 0 to 3 600 000.
   *
   * @defaultValue `30_000`
   */
  max?: number;
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
   * Who says that a record is done: `auto` when its handler has finished; `manual` when `context.checkpoint()` was called
   * for it or a later one, so that records can be collected and written together. What was not marked is handled again
   * after a restart or hand-off, and a shard ends only when its last record is marked.
   *
   * @defaultValue `'auto'`
   */
  checkpointMode?: 'auto' | 'manual';

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
   * @defaultValue `3_000`, or what the checkpointer says: `3_333` with that of DynamoDB, where each renewal is paid for
   */
  heartbeatFrequency?: number;

  /**
   * When another worker asks for a shard, to share the load: how long a handler that runs may go on, in milliseconds, before
   * its signal aborts and its record is left to the other; 0 to 3 600 000.
   *
   * @defaultValue `30_000` (KCL `gracefulLeaseHandoffTimeoutMillis`)
   */
  handOffTimeout?: number;

  /**
   * A shard that could not be read, or a record that was being handled, for so long is reported in the log, once
   * until it moves again; nothing else happens to it. In milliseconds; 1 000 to 86 400 000.
   *
   * @defaultValue `60_000`
   */
  stallTimeout?: number;

  /**
   * The most shards of one stream this process reads at a time; 1 or more, `Infinity` allowed.
   *
   * @defaultValue `Infinity`
   */
  maxShardConsumers?: number;

  /**
   * The most records that all shards of all streams together hold read and not yet handled; 1 or more, `Infinity`
   * allowed. Never exceeded: it is the `Limit` of the calls. A record kept costs about 1 KiB beside its data.
   *
   * @defaultValue `100_000`: ten of the largest answers (10 000 records, AWS limit; KCL: 30 000 a shard, unbounded in
   *   all)
   */
  maxQueueSize?: number;

  /**
   * The most bytes of data and partition keys that they hold; 10 485 760, which is one answer of GetRecords (AWS
   * limit), or more; `Infinity` allowed. Readers wait for room before they ask. An answer at the tip of a shard may
   * be larger than can be expected (the shard took in more than its 1 MiB/s): what is above holds later reads back. In
   * the worst case, 32 such answers of 10 MiB at once, there are 288 MiB above.
   *
   * @defaultValue `67_108_864` (64 MiB; KCL: 8 MiB a shard, unbounded in all)
   */
  maxQueueBytes?: number;

  /**
   * What happens when retention has passed a shard's checkpoint, so that records nobody handled may be gone, or when the
   * lease of a shard was deleted from the store and no worker knows where it stood. It is always reported as an error. `oldest` goes on with the oldest record there is; `latest` with what arrives from now
   * on; `fail` stands still with a `DataLossError` and keeps the lease, while other shards go on.
   *
   * Whether records were lost cannot be told from a shard that had none for longer than its retention: that counts,
   * too, when its reading starts.
   *
   * @defaultValue `'oldest'`
   */
  onDataLoss?: OnDataLoss;
}
