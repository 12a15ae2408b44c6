import type { Clock } from '../runtime/clock.js';
import type { KinesisEventListener, ShardPlace } from '../observability/kinesis-event.js';
import type { Random } from '../runtime/random.js';
import type { DeadLetterOutlet } from './dead-letter-outlet.js';
import type { Deduplication } from './deduplication/deduplication.js';
import type { Handler } from './handler.js';
import type { InFlightRecord } from './in-flight-record.js';
import type { Starts } from './starts.js';

/** For how long handlers that never really wait keep the event loop to themselves, in milliseconds. */
const SLICE = 3;

/** Where a lane gets its records from. */
export interface Feed {
  /** The lane's next record; undefined if there is none at present. */
  next(): InFlightRecord | undefined;
  /** Whether no further record comes before one of those that are there is finished. */
  readonly isDry: boolean;
  /** Whether the shard has ended: there is nothing but what is there. */
  readonly isEnded: boolean;
  /**
   * The record's payload.
   *
   * @throws what makes the record one that cannot be handed to the handler
   */
  payloadOf(record: InFlightRecord): unknown;
  /** The handler has finished the record. */
  finish(record: InFlightRecord): void;
}

export interface LaneOptions {
  place: ShardPlace;
  handler: Handler;
  feed: Feed;
  starts: Starts;
  clock: Clock;
  random: Random;
  report: KinesisEventListener;
  /** Absent where the handler does not ask for it. */
  deduplication: Deduplication | undefined;
  /** Absent where no sink for dead letters is configured. */
  outlet: DeadLetterOutlet | undefined;
  /** Aborts when what handlers still do no longer counts. */
  aborted: AbortSignal;
  /** Aborts when no further handler starts. */
  stopped: AbortSignal;
  /** Up to when all records that arrived have been read, in milliseconds since the Unix epoch; -Infinity if not known. */
  readUpTo: () => number;
  /** Records that arrived earlier are no longer in the stream, in milliseconds since the Unix epoch; -Infinity if not known. */
  trimHorizon: () => number;
  /** Called when {@link Lane.hold} has ended. */
  onHoldOver: () => void;
  /** Called when the shard stands still at a record of this lane. */
  onHalted: () => void;
  /** Called with what should never happen. Nothing starts after it. */
  onCrash: (error: unknown) => void;
}

/** Calls a handler again and again, one call at a time. Several lanes make a handler run several times at once. */
export abstract class Lane {
  /** Whether a call is under way. */
  isCalling = false;
  /** The first of the records being handled, retries and the waits between them included. */
  protected current: InFlightRecord | undefined;
  private busy = false;
  private woken = false;
  private isOver = false;
  private running: Promise<void> = Promise.resolve();
  private calls = 0;
  private sliceBegan = 0;
  private sighting: { readonly of: InFlightRecord; readonly at: number } | undefined;

  // What each record is asked about: the options of two shards are not alike to the compiler of the engine, two lanes are.
  protected readonly feed: Feed;
  protected readonly starts: Starts;

  constructor(protected readonly options: LaneOptions) {
    this.feed = options.feed;
    this.starts = options.starts;
  }

  /** There may be something to do. */
  wake(): void {
    this.woken = true;
    if (this.busy || this.isOver) return;
    this.busy = true;
    this.running = this.run();
  }

  /** What the checkpoint must not pass, though it may be finished; `behind` is absent where that is everything. */
  get hold(): { readonly behind: InFlightRecord | undefined } | undefined {
    return undefined;
  }

  /** Ends its timers; meant for when no handler starts any more. */
  abstract close(): void;

  get isAtRest(): boolean {
    return !this.busy;
  }

  /** Resolves when the lane has come to rest. */
  get rest(): Promise<void> {
    return this.running;
  }

  /**
   * Since when the same record is being handled, at least, on the monotonic clock: since this was first asked about it,
   * so that a call need not look at the clock.
   */
  handlingSince(now: number): number | undefined {
    const { current } = this;
    if (!current) return undefined;
    if (this.sighting?.of !== current) this.sighting = { of: current, at: now };
    return this.sighting.at;
  }

  /** Handles what there is, until there is nothing or handlers may no longer start. */
  protected abstract handleAll(): Promise<unknown>;

  /** A record is left to the shard's next owner: nothing of this lane may start behind it, also what others have come past. */
  protected leave(): false {
    this.isOver = true;
    return false;
  }

  /**
   * To be called after each call: yields to the event loop now and then. Undefined when it is not yet time.
   *
   * @param callsPerLook - after this many calls it is looked at the clock
   */
  protected afterCall(callsPerLook: number): Promise<void> | undefined {
    if (++this.calls % callsPerLook !== 0) return undefined;
    const { clock } = this.options;
    if (clock.now() - this.sliceBegan < SLICE) return undefined;
    return clock.nextTurn().then(() => {
      this.sliceBegan = clock.now();
    });
  }

  private async run(): Promise<void> {
    // Not within the caller, who may be another lane.
    await Promise.resolve();
    this.sliceBegan = this.options.clock.now();
    try {
      while (this.woken && !this.isOver) {
        this.woken = false;
        await this.handleAll();
      }
    } catch (error) {
      this.options.onCrash(error);
    } finally {
      this.busy = false;
    }
  }
}
