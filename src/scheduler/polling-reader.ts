import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { ChildShard, KinesisGateway, RecordsPage, StreamRef } from '../client/kinesis-gateway.js';
import { DataLossError, ExpiredIteratorError, KinesisError, ThrottledError } from '../errors.js';
import type { KinesisEventListener, OnDataLoss, ShardPlace } from '../observability/kinesis-event.js';
import { Backoff } from '../runtime/backoff.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import { CALL_TIMEOUT, watchCall } from './call-watchdog.js';
import type { PageSource } from './prefetching-reader.js';
import type { ReadBudget, ReadReservation } from './read-budget.js';
import { ReadEstimate, sizeOfPage } from './read-estimate.js';
import { ShardPosition, type TrimmedRecord } from './shard-position.js';
import { emptyRead, type ShardRead } from './shard-reader.js';
import { UnnamedEnd } from './unnamed-end.js';

/** Milliseconds: the first wait after a failed call, and the longest. */
const BACKOFF = { initial: 250, max: 10_000 };

/** From this age on an iterator is not used any more: the service lets it expire at 300 000 ms (AWS limit). */
const ITERATOR_LIFETIME = 270_000;

/** What is younger cannot have been trimmed, in milliseconds: no stream keeps its records for less (AWS limit). */
const MIN_RETENTION = 24 * 3_600_000;

/** AWS limit: after a large answer a shard refuses reads until what it gave is made up for at this rate. */
const SHARD_READ_BYTES_PER_SECOND = 2 * 1024 * 1024;

interface ShardIterator {
  readonly token: string;
  /** When it was asked for, on the monotonic clock. */
  readonly since: number;
}

export interface PollingReaderOptions {
  gateway: KinesisGateway;
  stream: StreamRef;
  place: ShardPlace;
  clock: Clock;
  random: Random;
  report: KinesisEventListener;
  /** What this reader may hold together with all others. */
  budget: ReadBudget;
  /** Where to start. */
  checkpoint: Checkpoint;
  /** The most records of one call. */
  recordLimit: number;
  /** Calls per second. */
  shardFetchRate: number;
  /** Milliseconds to wait after a call that brought nothing. */
  sleepTimeNoRecords: number;
  onDataLoss: OnDataLoss;
  /** The children that the list of shards knows of this shard; none while it is open. */
  listChildren: (signal: AbortSignal) => Promise<readonly ChildShard[]>;
}

/** Reads a shard with GetRecords, one page at a time. */
export class PollingReader implements PageSource {
  private readonly backoff: Backoff;
  private readonly position: ShardPosition;
  private readonly estimate: ReadEstimate;
  private iterator: ShardIterator | undefined;
  private nextFetchAt: number;
  /** When the shard's read rate has made up for the last answer. */
  private paidBackAt = -Infinity;
  private lastSuccess: number | undefined;
  private readonly unnamedEnd = new UnnamedEnd();
  /** The last record is being read again, to see whether the shard really ends there. */
  private provingEnd = false;

  constructor(private readonly options: PollingReaderOptions) {
    const { random, clock, checkpoint } = options;
    this.backoff = new Backoff(BACKOFF, random);
    this.position = new ShardPosition(checkpoint);
    this.estimate = new ReadEstimate(clock);
    this.nextFetchAt = clock.now();
  }

  get status() {
    return {
      millisBehindLatest: this.estimate.millisBehindLatest,
      hasIterator: this.iterator !== undefined,
      lastSuccess: this.lastSuccess,
    };
  }

  async read(signal: AbortSignal, ahead: () => boolean): Promise<ShardRead> {
    const { clock, budget, recordLimit } = this.options;
    for (;;) {
      await clock.sleep(this.nextFetchAt - clock.now(), signal);
      const room = await budget.reserve(this.estimate.next(recordLimit), { signal, ahead });
      try {
        const read = await this.fetch(room, signal);
        this.backoff.reset();
        return read;
      } catch (error) {
        room.release();
        signal.throwIfAborted();
        this.waitAfter(error);
      }
    }
  }

  /** @throws what will not pass */
  private waitAfter(error: unknown): void {
    const { clock } = this.options;
    this.unnamedEnd.interrupted();
    if (error instanceof ExpiredIteratorError) {
      this.iterator = undefined;
      return;
    }
    if (!(error instanceof KinesisError) || !error.retryable) throw error;
    const from = error instanceof ThrottledError ? Math.max(clock.now(), this.paidBackAt) : clock.now();
    // Calls keep their distance across errors, too.
    this.nextFetchAt = Math.max(this.nextFetchAt, from + this.backoff.next());
  }

  private async fetch(room: ReadReservation, signal: AbortSignal): Promise<ShardRead> {
    const { gateway, stream, clock, shardFetchRate, sleepTimeNoRecords } = this.options;
    const iterator = await this.usableIterator(signal);
    const startedAt = clock.now();
    this.nextFetchAt = startedAt + 1000 / shardFetchRate;
    const page = await this.watch('GetRecords', signal, (abort) =>
      gateway.getRecords(stream, iterator.token, room.records, abort),
    );
    const size = sizeOfPage(page);
    room.settle(size);
    this.lastSuccess = clock.now();
    this.paidBackAt = startedAt + (size.bytes / SHARD_READ_BYTES_PER_SECOND) * 1000;

    const trimmed = this.position.trimmedBefore(page);
    if (trimmed && (await this.skipAfterLoss(trimmed, signal))) {
      room.release();
      return emptyRead(page.millisBehindLatest);
    }
    const records = this.position.pass(page);
    this.estimate.onAnswer(startedAt, page.millisBehindLatest);
    this.iterator = this.iteratorAfter(page, iterator, startedAt);
    if (records.length === 0 && page.millisBehindLatest === 0) {
      this.nextFetchAt = Math.max(this.nextFetchAt, startedAt + sleepTimeNoRecords);
    }
    const ended = await this.childrenAtEnd(page, records.length, room.records, signal);
    const { millisBehindLatest, takeBack } = page;
    const release = (): void => room.release();
    return { records, bytes: size.bytes, millisBehindLatest, release, takeBack, ...(ended ? { ended } : {}) };
  }

  private async usableIterator(signal: AbortSignal): Promise<ShardIterator> {
    const { gateway, stream, place, clock } = this.options;
    // Behind by more than the shortest retention, an iterator may jump over what is trimmed under its hands without a
    // word: only one for a known record tells.
    const mayBeTrimmed = this.position.isAtRecord && this.estimate.unreadAge >= MIN_RETENTION;
    const aged = this.iterator && clock.now() - this.iterator.since >= ITERATOR_LIFETIME;
    if (this.iterator && !aged && !(mayBeTrimmed && this.position.hasMoved)) return this.iterator;
    const since = clock.now();
    const token = await this.watch('GetShardIterator', signal, (abort) =>
      gateway.getShardIterator(stream, place.shardId, this.position.current, abort),
    );
    if (mayBeTrimmed) this.position.expectRecord();
    this.iterator = { token, since };
    return this.iterator;
  }

  /**
   * Reports that records may be lost, and does what was chosen for that.
   *
   * @returns whether the page is to be left out, since reading goes on elsewhere
   * @throws DataLossError if it is not to go on
   */
  private async skipAfterLoss(
    { sequenceNumber, firstAvailable }: TrimmedRecord,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { gateway, stream, place, onDataLoss, report } = this.options;
    const toLatest = onDataLoss === 'latest' && firstAvailable !== undefined;
    // Before the report: should this fail, the page is read again and judged as before.
    const latest = toLatest
      ? await this.watch('DescribeStreamSummary', signal, (abort) => gateway.describeStream(stream, abort))
      : undefined;
    report({
      type: 'records-trimmed',
      checkpoint: sequenceNumber,
      ...(firstAvailable === undefined ? {} : { firstAvailable }),
      policy: onDataLoss,
      ...place,
    });
    if (onDataLoss === 'fail') throw new DataLossError(stream.name, place.shardId, sequenceNumber);
    if (latest) {
      // A time, so that the place stays the same should the iterator have to be made once more.
      this.position.skipTo(latest.serviceTime);
      this.iterator = undefined;
      return true;
    }
    this.position.goOn();
    return false;
  }

  /** Where reading goes on behind a page. */
  private iteratorAfter(page: RecordsPage, asked: ShardIterator, since: number): ShardIterator | undefined {
    if (page.nextIterator !== undefined) return { token: page.nextIterator, since };
    // An end is said by the same iterator again and again; a fault is not.
    return page.records.length === 0 ? asked : undefined;
  }

  /** The shard's children if this page ends it; otherwise the next read goes on behind what was read. */
  private async childrenAtEnd(
    page: RecordsPage,
    freshRecords: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly ChildShard[] | undefined> {
    if (page.nextIterator === undefined && page.childShards.length > 0) return page.childShards;
    if (this.provingEnd) {
      this.provingEnd = false;
      this.unnamedEnd.interrupted();
      const isLast = freshRecords === 0 && page.records.length > 0 && page.records.length < limit;
      return isLast && page.millisBehindLatest === 0 ? this.listedChildren(signal) : undefined;
    }
    if (page.nextIterator !== undefined || freshRecords > 0) {
      this.unnamedEnd.interrupted();
      return undefined;
    }
    const { clock } = this.options;
    if (!this.unnamedEnd.said(clock.now())) return undefined;
    if (limit === 1 || !this.position.canBeReadAgain(clock.wallTime() - MIN_RETENTION)) {
      this.unnamedEnd.interrupted();
      return this.listedChildren(signal);
    }
    // An answer that brings the last record again, and none behind it, comes from the shard and from no fault.
    this.provingEnd = true;
    this.iterator = undefined;
    return undefined;
  }

  private async listedChildren(signal: AbortSignal): Promise<readonly ChildShard[] | undefined> {
    const children = await this.watch('ListShards', signal, this.options.listChildren);
    return children.length > 0 ? children : undefined;
  }

  private watch<T>(
    operation: string,
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { clock, report, place } = this.options;
    const onStuck = (): void => {
      // Whatever held the call up, the next one starts afresh.
      this.iterator = undefined;
      report({ type: 'call-stuck', operation, timeout: CALL_TIMEOUT, ...place });
    };
    return watchCall(operation, call, { clock, signal, onStuck });
  }
}
