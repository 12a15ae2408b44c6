import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { ChildShard, IteratorPosition, KinesisGateway, StreamRef } from '../client/kinesis-gateway.js';
import { ExpiredIteratorError, KinesisError } from '../errors.js';
import { Backoff } from '../runtime/backoff.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import type { ShardRead, ShardReader } from './shard-reader.js';

/** Milliseconds: the first wait after a failed call, and the longest. */
const BACKOFF = { initial: 250, max: 10_000 };

export interface PollingReaderOptions {
  gateway: KinesisGateway;
  stream: StreamRef;
  shardId: string;
  clock: Clock;
  random: Random;
  /** Where to start. */
  checkpoint: Checkpoint;
  /** The most records of one call. */
  recordLimit: number;
  /** Calls per second. */
  shardFetchRate: number;
  /** Milliseconds to wait after a call that brought nothing. */
  sleepTimeNoRecords: number;
  /**
   * Asked when the service ends the shard without naming its children: those the topology knows, or undefined if it
   * does not confirm the end.
   */
  confirmEnd: (signal: AbortSignal) => Promise<readonly ChildShard[] | undefined>;
}

/** Reads a shard with GetRecords. */
export class PollingReader implements ShardReader {
  private readonly backoff: Backoff;
  private position: IteratorPosition;
  private iterator: string | undefined;
  private nextFetchAt: number;

  constructor(private readonly options: PollingReaderOptions) {
    this.backoff = new Backoff(BACKOFF, options.random);
    this.position = positionAt(options.checkpoint);
    this.nextFetchAt = options.clock.now();
  }

  async read(signal: AbortSignal): Promise<ShardRead> {
    const { clock } = this.options;
    for (;;) {
      await clock.sleep(this.nextFetchAt - clock.now(), signal);
      try {
        const read = await this.fetch(signal);
        this.backoff.reset();
        return read;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof ExpiredIteratorError) {
          this.iterator = undefined;
        } else if (error instanceof KinesisError && error.retryable) {
          this.nextFetchAt = clock.now() + this.backoff.next();
        } else {
          throw error;
        }
      }
    }
  }

  private async fetch(signal: AbortSignal): Promise<ShardRead> {
    const { gateway, stream, shardId, clock, recordLimit, shardFetchRate, sleepTimeNoRecords } = this.options;
    this.iterator ??= await gateway.getShardIterator(stream, shardId, this.position, signal);
    const startedAt = clock.now();
    this.nextFetchAt = startedAt + 1000 / shardFetchRate;
    const page = await gateway.getRecords(stream, this.iterator, recordLimit, signal);
    const last = page.records.at(-1);
    if (last) {
      this.position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last.sequenceNumber };
    } else if (page.millisBehindLatest === 0) {
      this.nextFetchAt = Math.max(this.nextFetchAt, startedAt + sleepTimeNoRecords);
    }
    this.iterator = page.nextIterator;
    const { records, millisBehindLatest } = page;
    if (page.nextIterator !== undefined) return { records, millisBehindLatest };
    const ended = page.childShards.length > 0 ? page.childShards : await this.options.confirmEnd(signal);
    // Without confirmation the next turn asks for a new iterator behind what was read.
    return ended ? { records, millisBehindLatest, ended } : { records, millisBehindLatest };
  }
}

/** A checkpoint may lie inside an aggregate, so its own record is read again; the delivery skips what is done. */
function positionAt(checkpoint: Checkpoint): IteratorPosition {
  switch (checkpoint.type) {
    case 'TRIM_HORIZON':
    case 'AT_TIMESTAMP':
      return checkpoint;
    case 'SEQUENCE':
      return { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: checkpoint.sequenceNumber };
    case 'SHARD_END':
      throw new RangeError('a shard at its end has nothing to read');
  }
}
