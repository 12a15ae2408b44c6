import type { PutFailure } from '../producer/put-failure.js';
import type { PutFlush } from '../producer/put-flush.js';
import type { PutOrdering } from '../producer/producer-settings.js';

/** How the producer sends. */
export interface KinesisProducerOptions {
  /**
   * `'partition-key'` keeps the order of `put` among the records of each partition key, whatever fails and is sent
   * again: one request at a time per shard, and at most one record of a key in it, since the service promises no
   * order within a request. `'none'` sends again only what failed, behind what was sent meanwhile.
   *
   * @defaultValue `'none'`
   */
  ordering?: PutOrdering;

  /**
   * The most records of one PutRecords call; 1 to 500 (AWS limit).
   *
   * @defaultValue `500`
   */
  batchSize?: number;

  /**
   * The most records of one stream that wait for their outcome; then `put` and `send` wait for room. 1 or more.
   *
   * @defaultValue `10_000`
   */
  maxQueueSize?: number;

  /**
   * The most bytes (data and partition keys) of one stream that wait for their outcome. 1 024 or more.
   *
   * @defaultValue `67_108_864` (64 MiB)
   */
  maxQueueBytes?: number;

  /**
   * PutRecords calls of one stream under way at a time; while fewer are, a record leaves at once. Up to twice as many,
   * after a millisecond, while there are so few records that each can have a call of its own. 1 to 256.
   *
   * @defaultValue `4`
   */
  maxInFlight?: number;

  /**
   * The longest a record waits only because `maxInFlight` calls are under way, in milliseconds; then more calls are
   * made, up to 24 (KPL `MaxConnections`). 0 to 600 000.
   *
   * @defaultValue `500` (async-kinesis `buffer_time`; KPL `RecordMaxBufferedTime`: 100)
   */
  bufferTime?: number;

  /**
   * Bytes at which an aggregate is full; 64 to 10 485 760, and never more than the stream takes. A larger user record
   * has a Kinesis record to itself.
   *
   * @defaultValue `51_200` (KPL `AggregationMaxSize`)
   */
  aggregationMaxSize?: number;

  /**
   * The most records per second sent to a shard; 1 or more. Where the service refuses records, because others write to
   * the shard, too, the pace falls below this and recovers.
   *
   * @defaultValue `1_000` (AWS limit per shard)
   */
  putRateLimitPerShard?: number;

  /**
   * KiB per second sent to a shard; 1 or more.
   *
   * @defaultValue `1_024` (AWS limit per shard)
   */
  putBandwidthLimitPerShard?: number;

  /**
   * How often a record is sent again at most after the first time, within `recordTtl`; 0 or more, `Infinity` allowed.
   *
   * @defaultValue `Infinity`
   */
  retryLimit?: number;

  /**
   * The wait after a shard first refused a record, in milliseconds; it doubles with each refusal and is drawn with
   * jitter. 1 to 60 000.
   *
   * @defaultValue `50`
   */
  initialBackoff?: number;

  /**
   * The longest such wait, in milliseconds. 1 to 600 000.
   *
   * @defaultValue `2_000`
   */
  maxBackoff?: number;

  /**
   * How long a record may wait for its acknowledgement, in milliseconds: no attempt starts later, and it fails. 100
   * to 86 400 000.
   *
   * @defaultValue `30_000` (KPL `RecordTtl`)
   */
  recordTtl?: number;

  /**
   * Told once of each record that failed for good; `send` rejects as well.
   *
   * @defaultValue none: failures are logged
   */
  onFailed?: (failure: PutFailure) => void;

  /**
   * Told of each PutRecords call that came back.
   *
   * @defaultValue none
   */
  afterFlush?: (flush: PutFlush) => void;
}
