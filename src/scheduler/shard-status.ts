import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { Lease } from '../checkpointers/checkpointer.js';
import type { ReaderStatus } from './shard-reader.js';
import type { ShardWorker } from './shard-worker.js';

/**
 * What becomes of a shard: it waits for its parents to end; nobody has its lease; another worker has it; this one reads it,
 * stands still at what it cannot pass, or is about to give it up; or it has ended.
 */
export type ShardState = 'waiting' | 'free' | 'elsewhere' | 'reading' | 'halted' | 'stopping' | 'ended';

/** One shard of a stream, as one worker sees it. */
export interface ShardStatus {
  readonly shardId: string;
  readonly parentShardIds: readonly string[];
  readonly state: ShardState;
  /** The worker that has the lease. */
  readonly owner?: string;
  /** The worker that asked for the lease. */
  readonly handOffTo?: string;
  /** What is stored. */
  readonly checkpoint: Checkpoint;
  /** Only for a shard this worker has. */
  readonly reading?: ShardReadingStatus;
}

/** How a worker does on a shard it has. */
export interface ShardReadingStatus extends Pick<
  ReaderStatus,
  'bufferedRecords' | 'bufferedBytes' | 'millisBehindLatest'
> {
  /** Up to where everything is finished, stored or not. */
  readonly position: Checkpoint;
  /** Whether the reader has found its starting position. */
  readonly ready: boolean;
  readonly fencingToken: number;
  /** Milliseconds until the lease is lost unless it is renewed. */
  readonly leaseRemaining: number;
  /** What has not moved for `stallTimeout`. */
  readonly stalled?: 'reader' | 'handler';
}

/** A loop that failed and is tried again. */
export interface LoopFailure {
  readonly loop: string;
  readonly message: string;
}

/** A stream's consumer in this process: plain data, as `JSON.stringify` takes it. */
export interface SchedulerStatus {
  readonly stream: string;
  readonly application: string;
  readonly workerId: string;
  readonly state: 'idle' | 'running' | 'paused' | 'stopped';
  /** Whether {@link ShardScheduler.ready} would resolve at once. */
  readonly ready: boolean;
  /** The largest of the shards this worker reads, in milliseconds; undefined while none is known. */
  readonly millisBehindLatest?: number;
  readonly shards: readonly ShardStatus[];
  /** What does not work at present. */
  readonly failures: readonly LoopFailure[];
}

/** A shard that this worker has. */
export interface HeldShard {
  /** The lease as this worker last wrote it. */
  readonly lease: Lease;
  readonly worker: ShardWorker;
  readonly fencingToken: number;
  readonly leaseRemaining: number;
  readonly stalled: 'reader' | 'handler' | undefined;
}

/**
 * @param listed - the lease as of the last look at all
 * @param isWaiting - whether the shard's parents have not ended
 */
export function shardStatus(listed: Lease, held: HeldShard | undefined, isWaiting: boolean): ShardStatus {
  const lease = held?.lease ?? listed;
  const { shardId, parentShardIds, owner, handOffTo, checkpoint } = lease;
  return {
    shardId,
    parentShardIds,
    state: stateOf(lease, held, isWaiting),
    checkpoint,
    ...(owner === undefined ? {} : { owner }),
    ...(handOffTo === undefined ? {} : { handOffTo }),
    ...(held ? { reading: readingStatus(held) } : {}),
  };
}

function stateOf(lease: Lease, held: HeldShard | undefined, isWaiting: boolean): ShardState {
  if (held) return held.worker.state;
  if (lease.checkpoint.type === 'SHARD_END') return 'ended';
  if (lease.owner !== undefined) return 'elsewhere';
  return isWaiting ? 'waiting' : 'free';
}

function readingStatus({ worker, fencingToken, leaseRemaining, stalled }: HeldShard): ShardReadingStatus {
  const {
    bufferedRecords = 0,
    bufferedBytes = 0,
    millisBehindLatest,
    hasIterator = false,
  } = worker.readerStatus ?? {};
  return {
    position: worker.position,
    ready: hasIterator,
    bufferedRecords,
    bufferedBytes,
    millisBehindLatest,
    fencingToken,
    leaseRemaining,
    ...(stalled === undefined ? {} : { stalled }),
  };
}
