import type { ChildShard, KinesisRecord } from '../client/kinesis-gateway.js';

/** What one read of a shard brought. */
export interface ShardRead {
  readonly records: readonly KinesisRecord[];
  /** Bytes of data and partition keys. */
  readonly bytes: number;
  readonly millisBehindLatest: number;
  /** Present when this is the end of a closed shard: the shards that go on from here. */
  readonly ended?: readonly ChildShard[];
  /**
   * Gives back the room that the records take of what all readers may hold: when they are finished, or dropped. A second
   * call does nothing.
   */
  release(): void;
  /** All records are finished: `takeBack` of the gateway's page they are from. */
  takeBack?: (() => void) | undefined;
}

/** A read that brought nothing. */
export function emptyRead(millisBehindLatest: number): ShardRead {
  return { records: [], bytes: 0, millisBehindLatest, release: () => undefined };
}

/** How a reader is doing. */
export interface ReaderStatus {
  /** Records read and not handed out yet. */
  readonly bufferedRecords: number;
  /** Their bytes of data and partition keys. */
  readonly bufferedBytes: number;
  /** Whether all that was read has been handed out and delivered. */
  readonly isDrained: boolean;
  /** How far the last page read ended behind the shard's tip, in milliseconds; undefined before the first. */
  readonly millisBehindLatest: number | undefined;
  /** Whether it knows where in the shard to read next: it has found its starting position. */
  readonly hasIterator: boolean;
  /** When records were last asked for with success, on the monotonic clock; undefined before the first time. */
  readonly lastSuccess: number | undefined;
}

/** A source of one shard's records, in order, from a given position on. */
export interface ShardReader {
  /**
   * Waits for the next records, or for the shard's end. Faults that pass are the reader's own business; it rejects only
   * with what will not pass, after the records before it, and when `signal` aborts. Nothing follows the end.
   *
   * @throws DataLossError when retention has passed the position and `onDataLoss` is `'fail'`
   */
  read(signal: AbortSignal): Promise<ShardRead>;

  /** Ends the calls under way and drops what is buffered; what was handed out is not touched. Nothing can be read after. */
  close(): void;

  readonly status: ReaderStatus;
}
