import type { KinesisError } from '../errors.js';

/** What is done when records are lost beyond saving: stand still, or go on from the oldest there are, or from now. */
export type OnDataLoss = 'fail' | 'oldest' | 'latest';

/** Where in a stream something happened. */
export interface ShardPlace {
  /** The stream's name in the module's options. */
  stream: string;
  application: string;
  shardId: string;
}

/** One user record's place. */
export interface RecordPlace extends ShardPlace {
  sequenceNumber: string;
  /** Index of the user record in its aggregate; 0 for a plain record. */
  subSequenceNumber: number;
}

/** What the engine reports. Events carry places, counts and errors, never payloads or keys. */
export type KinesisEvent =
  /** This worker now holds the shard's lease and reads from its checkpoint on. */
  | ({ type: 'shard-assigned' } & ShardPlace)
  /**
   * This worker has handled all that the shard had, up to its tip: for the first time since it took the lease, or again
   * after it had fallen behind by half a minute. Seen with the next heartbeat.
   */
  | ({ type: 'caught-up' } & ShardPlace)
  /** Another worker took the lease, or it could not be renewed in time. */
  | ({ type: 'shard-lost'; reason: string } & ShardPlace)
  /** Another worker asked for the lease: what runs is finished and checkpointed, then the lease is that worker's. */
  | ({ type: 'hand-off-started'; to: string } & ShardPlace)
  /** The lease was given up, after what had started was finished and checkpointed. `to` is the worker that asked for it. */
  | ({ type: 'shard-released'; to?: string } & ShardPlace)
  /** Nothing of the shard was read or handled for `stallTimeout`, in milliseconds. Reported once until it moves again. */
  | ({ type: 'shard-stalled'; what: 'reader' | 'handler'; duration: number } & ShardPlace)
  /** The shard's lease, unfinished, was deleted from the store. `policy` says where it is read again, if at all. */
  | ({ type: 'lease-missing'; policy: 'kept-position' | OnDataLoss } & ShardPlace)
  /** The service no longer has the shard: retention passed it before all its records were handled. */
  | ({ type: 'shard-expired'; policy: OnDataLoss } & ShardPlace)
  /** Every record of the shard is handled; its children may be read. */
  | ({ type: 'shard-ended'; children: readonly string[] } & ShardPlace)
  /**
   * A handler threw, or a record could not be decoded. `final` when no further attempt follows; `records` is how many
   * records that is about, the place that of the first. At a window's last call, which brings none, that is 0, and the
   * place that of the last record before.
   */
  | ({
      type: 'record-failed';
      handler: string;
      attempt: number;
      final: boolean;
      records: number;
      error: unknown;
    } & RecordPlace)
  /** A handler asked for a record to come again after `delay` milliseconds (`RetryLater`). */
  | ({ type: 'record-delayed'; handler: string; delay: number; records: number } & RecordPlace)
  /** A record was given up and stored as a dead letter, and the shard goes on behind it. */
  | ({ type: 'record-dead-lettered'; handler: string; error: unknown } & RecordPlace)
  /** The memory of handled records failed: what it would have known may be handled twice. */
  | ({ type: 'deduplicator-failed'; handler: string; error: unknown } & ShardPlace)
  /** The sink of dead letters failed: what waits for it stands still, and it is tried again in `retryIn` milliseconds. */
  | ({
      type: 'dead-letter-failed';
      sink: string;
      letters: number;
      retryIn: number;
      error: unknown;
    } & ShardPlace)
  /** A record was given up, and the shard goes on behind it (`onExhausted: 'skip'`, `SkipRecord`). */
  | ({ type: 'record-skipped'; handler: string; error: unknown } & RecordPlace)
  /**
   * A window's last call was given up, and the shard goes on: the records were handled, what came of them in the window is
   * lost. Times in milliseconds since the Unix epoch; the place is that of the window's last record.
   */
  | ({
      type: 'window-skipped';
      handler: string;
      windowStart: number;
      windowEnd: number;
      error: unknown;
    } & RecordPlace)
  /**
   * A record was given up, and the shard stands still at it (`onExhausted: 'halt'`, `HaltShard`). `expired` when the
   * stream no longer has it, so that only this process can try it again.
   */
  | ({ type: 'shard-halted'; handler: string; expired: boolean; error: unknown } & RecordPlace)
  /**
   * Retention has passed the record at which the shard was to go on (`checkpoint`, a sequence number), and maybe records
   * behind it that nobody has handled. `firstAvailable` is the oldest there is, absent when there is none; `policy` what
   * is done about it (`onDataLoss`). A shard without records for longer than retention looks the same to a consumer that
   * starts: the service does not say what it has trimmed.
   */
  | ({
      type: 'records-trimmed';
      checkpoint: string;
      firstAvailable?: string;
      policy: OnDataLoss;
    } & ShardPlace)
  /** A call of a reader had no answer for `timeout` milliseconds: it was given up, and is made again. */
  | ({ type: 'call-stuck'; operation: string; timeout: number } & ShardPlace)
  /** The stream is not the one the leases were made for: it was deleted and created again. They are removed. */
  | { type: 'stream-recreated'; stream: string; application: string; leases: number }
  /** The drain deadline passed with handlers still running: their records will be handled again. */
  | ({ type: 'drain-timeout' } & ShardPlace)
  /** A loop of the scheduler failed unexpectedly and is started again. */
  | {
      type: 'loop-failed';
      loop: string;
      stream: string;
      application: string;
      retryIn: number;
      error: unknown;
    }
  /** A record put to the stream failed for good. */
  | { type: 'put-failed'; stream: string; error: KinesisError }
  /** A function the app passed as an option threw. */
  | { type: 'hook-failed'; hook: string; stream: string; error: unknown }
  /** Records the service refused for now, about to be tried again. */
  | { type: 'put-retried'; stream: string; records: number; error: KinesisError };

/** Told of every event, synchronously; it must not throw. */
export type KinesisEventListener = (event: KinesisEvent) => void;
