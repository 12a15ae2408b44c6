import { KinesisConfigurationError } from '../errors.js';
import { Deque } from '../runtime/deque.js';
import { isThenable } from '../runtime/thenable.js';
import { BatchLane } from './batch-lane.js';
import { Deduplication } from './deduplication/deduplication.js';
import type { Deduplicator } from './deduplication/deduplicator.js';
import type { InFlight } from './in-flight.js';
import type { InFlightRecord } from './in-flight-record.js';
import { hashOfKey } from './key-hash.js';
import { KinesisContext } from './kinesis-context.js';
import type { Handler } from './handler.js';
import type { Lane, LaneOptions } from './lane.js';
import { type FeedSource, LaneFeed } from './lane-feed.js';
import { RecordLane } from './record-lane.js';
import type { Starts } from './starts.js';
import { WindowLane } from './window-lane.js';

/** Records that a filter refuses in one go; then the event loop has a turn. */
const REFUSALS_PER_TURN = 500;

export interface PipelineOptions extends Omit<LaneOptions, 'feed' | 'deduplication'> {
  inFlight: InFlight;
  deduplicator: Deduplicator | undefined;
  /** Whether reads wait for room that only comes when records are handled. */
  isRoomShort: () => boolean;
}

/**
 * One handler's way through a shard. It goes through the records at its own pace and spreads them over lanes: those of
 * one key always to the same lane, which is what keeps them in order; or, where nothing is to be ordered, to whichever
 * lane is free.
 */
export class Pipeline implements FeedSource {
  readonly lanes: readonly Lane[];
  /** Index of the next record to take. */
  private index = 0;
  /** The records of each lane that others have come across; only with keys. */
  private readonly queues: readonly Deque<InFlightRecord>[];
  /** Why a record cannot be handed over; empty but for the failures of the app's own functions. */
  private readonly refused = new Map<InFlightRecord, unknown>();

  private readonly deduplication: Deduplication | undefined;
  private readonly handler: Handler;
  private readonly inFlight: InFlight;
  private readonly starts: Starts;

  constructor(private readonly options: PipelineOptions) {
    const { deduplicator, handler, place, report, inFlight } = options;
    this.handler = handler;
    this.inFlight = inFlight;
    this.starts = options.starts;
    if (handler.deduplicate && deduplicator) {
      this.deduplication = new Deduplication({
        deduplicator,
        handler: handler.name,
        place,
        report,
        following: ({ index }, count) => inFlight.following(index, count),
      });
    }
    const { lanes } = handler;
    const indexes = Array.from({ length: lanes.concurrency }, (_, index) => index);
    this.queues = indexes.map(() => new Deque());
    const isKeyed = lanes.orderBy === 'partition-key' || typeof lanes.orderBy === 'function';
    this.lanes = indexes.map((index) => this.createLane(isKeyed && indexes.length > 1 ? index : undefined));
  }

  wake(): void {
    for (const lane of this.lanes) lane.wake();
  }

  /** @param index - of the lane, where records belong to lanes */
  private createLane(index: number | undefined): Lane {
    const {
      inFlight: _inFlight,
      deduplicator: _deduplicator,
      isRoomShort: _isShort,
      ...common
    } = this.options;
    const options = {
      ...common,
      deduplication: this.deduplication,
      readUpTo: () => (this.isThrough ? common.readUpTo() : -Infinity),
    };
    const feed = new LaneFeed(this, index);
    const { shape } = this.handler;
    if (shape.type === 'batch') return new BatchLane({ ...options, feed }, shape);
    if (shape.type === 'window') return new WindowLane({ ...options, feed }, shape);
    return new RecordLane({ ...options, feed });
  }

  get isDry(): boolean {
    return this.inFlight.isDry || this.options.isRoomShort();
  }

  get isEnded(): boolean {
    return this.inFlight.isEnded && this.isThrough;
  }

  next(lane: number | undefined): InFlightRecord | undefined {
    return lane === undefined ? this.take() : this.takeFor(lane);
  }

  payloadOf(record: InFlightRecord): unknown {
    if (this.refused.size > 0 && this.refused.has(record)) throw this.refused.get(record);
    return record.payload;
  }

  finish(record: InFlightRecord): void {
    if (this.refused.size > 0) this.refused.delete(record);
    this.inFlight.finish(record);
  }

  /** Whether it has taken all records there are. */
  private get isThrough(): boolean {
    const { inFlight } = this;
    return inFlight.isHungry && inFlight.at(this.index) === undefined;
  }

  /** The next record that is for the handler. */
  private take(): InFlightRecord | undefined {
    const { inFlight, starts } = this;
    for (let refusals = 0; refusals < REFUSALS_PER_TURN; refusals++) {
      if (starts.isStopped && this.index > starts.reached) return undefined;
      const record = inFlight.at(this.index);
      if (!record) return undefined;
      this.index++;
      if (this.isWanted(record)) return record;
      inFlight.finish(record);
    }
    void this.options.clock.nextTurn().then(() => this.wake());
    return undefined;
  }

  private isWanted(record: InFlightRecord): boolean {
    const { handler } = this;
    // What cannot be read is no matter of the filter.
    if (!handler.filter || !record.isReadable) return true;
    try {
      const context = new KinesisContext(record, 1, this.options.aborted);
      const answer: unknown = handler.filter(record.payload, context);
      if (!isThenable(answer)) return Boolean(answer);
      // It would let every record pass. What it rejects with is nobody's.
      void answer.then(undefined, () => undefined);
      this.refuse(record, 'filter', 'returned a promise, which cannot be waited for,');
    } catch (cause) {
      this.refuse(record, 'filter', 'threw', { cause });
    }
    return true;
  }

  private takeFor(lane: number): InFlightRecord | undefined {
    const own = this.queues[lane]?.shift();
    if (own) return own;
    for (let record = this.take(); record; record = this.take()) {
      const owner = this.laneOf(record);
      if (owner === lane) return record;
      this.queues[owner]?.push(record);
      this.lanes[owner]?.wake();
    }
    return undefined;
  }

  private laneOf(record: InFlightRecord): number {
    const { lanes } = this.handler;
    let key = record.userRecord.partitionKey;
    if (typeof lanes.orderBy === 'function' && record.isReadable) {
      try {
        key = String(lanes.orderBy(record.payload));
      } catch (cause) {
        this.refuse(record, 'orderBy', 'threw', { cause });
      }
    }
    return hashOfKey(key) % this.lanes.length;
  }

  /** A function of the app's fails for the record: so does the record, and no further attempt helps. */
  private refuse(record: InFlightRecord, option: string, what: string, options?: { cause: unknown }): void {
    const problem = `The "${option}" function of ${this.handler.name} ${what} for this record.`;
    this.refused.set(record, new KinesisConfigurationError(problem, options));
  }
}
