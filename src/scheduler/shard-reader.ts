import type { ChildShard, KinesisRecord } from '../client/kinesis-gateway.js';

/** What one read of a shard brought. */
export interface ShardRead {
  readonly records: readonly KinesisRecord[];
  readonly millisBehindLatest: number;
  /** Present when this is the end of a closed shard: the shards that go on from here. */
  readonly ended?: readonly ChildShard[];
}

/** A source of one shard's records, in order, from a given position on. */
export interface ShardReader {
  /**
   * Waits for the next records, or for the shard's end; a read may also be empty. Faults that pass are the reader's
   * own business; it rejects only with what will not pass, and when `signal` aborts.
   */
  read(signal: AbortSignal): Promise<ShardRead>;
}
