import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type {
  ChildShard,
  IteratorPosition,
  KinesisGateway,
  RecordsPage,
  StreamRef,
} from '../client/kinesis-gateway.js';
import { ExpiredIteratorError, KinesisError } from '../errors.js';
import { Backoff } from '../runtime/backoff.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import type { ShardRead, ShardReader } from './shard-reader.js';

/** Milliseconds: the first wait after a failed call, and the longest. */
const BACKOFF = { initial: 250, max: 10_000 };

/**
 * How long a shard must go on saying that it ends, without naming its children, before the list of shards is asked
 * instead, in milliseconds. The service names them; a passing fault does not, and believing it would lose records.
 * Emulators that never name children take this long at the end of a shard.
 */
const UNNAMED_END_PERIOD = 10_000;

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
  /** The children that the list of shards knows of this shard; none while it is open. */
  listChildren: (signal: AbortSignal) => Promise<readonly ChildShard[]>;
}

/** Reads a shard with GetRecords. */
export class PollingReader implements ShardReader {
  private readonly backoff: Backoff;
  private position: IteratorPosition;
  private iterator: string | undefined;
  private nextFetchAt: number;
  /** Since when the shard has been ending without naming its children. */
  private unnamedEndSince: number | undefined;

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
    const ended = await this.childrenAtEnd(page, signal);
    return ended ? { records, millisBehindLatest, ended } : { records, millisBehindLatest };
  }

  /** The shard's children if this page ends it; otherwise the next read goes on behind what was read. */
  private async childrenAtEnd(
    page: RecordsPage,
    signal: AbortSignal,
  ): Promise<readonly ChildShard[] | undefined> {
    if (page.nextIterator === undefined && page.childShards.length > 0) return page.childShards;
    if (page.nextIterator !== undefined || page.records.length > 0) {
      this.unnamedEndSince = undefined;
      return undefined;
    }
    const now = this.options.clock.now();
    this.unnamedEndSince ??= now;
    if (now - this.unnamedEndSince < UNNAMED_END_PERIOD) return undefined;
    this.unnamedEndSince = undefined;
    const children = await this.options.listChildren(signal);
    return children.length > 0 ? children : undefined;
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
