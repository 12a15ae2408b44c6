import type { Clock, Timer } from '../runtime/clock.js';
import type { BatchShape } from './handler.js';
import type { InFlightRecord } from './in-flight-record.js';
import type { Feed, LaneOptions } from './lane.js';
import type { Starts } from './starts.js';

/** Gathers a lane's records until they make a batch. */
export class BatchCollector {
  private records: InFlightRecord[] = [];
  private bytes = 0;
  /** The record that has to be the next batch's first. */
  private left: InFlightRecord | undefined;
  private timer: Timer | undefined;
  private waitedLong = false;

  private readonly feed: Feed;
  private readonly starts: Starts;
  private readonly clock: Clock;

  /** @param onDue - called when a batch that is not full has waited long enough */
  constructor(
    { feed, starts, clock }: LaneOptions,
    private readonly shape: Omit<BatchShape, 'type'>,
    private readonly onDue: () => void,
  ) {
    this.feed = feed;
    this.starts = starts;
    this.clock = clock;
  }

  /** The next batch; undefined if there is no record, or those there are may wait for more. */
  next(): readonly InFlightRecord[] | undefined {
    const { starts } = this;
    const isClosed = this.gather();
    if (starts.isStopped) return this.takeUpTo(starts.reached);
    if (this.records.length === 0) return undefined;
    if (isClosed || this.waitedLong || this.shape.maxWait === 0 || this.feed.isDry) return this.take();
    this.timer ??= this.clock.schedule(this.shape.maxWait, () => {
      this.waitedLong = true;
      this.onDue();
    });
    return undefined;
  }

  /** Whether it has records that are to come with the next batch. */
  get isGathering(): boolean {
    return this.records.length > 0 || this.left !== undefined;
  }

  /** Waits no longer. */
  close(): void {
    this.timer?.cancel();
  }

  /** @returns whether the batch can take no more */
  private gather(): boolean {
    const { feed } = this;
    const { maxRecords, maxBytes } = this.shape;
    // An array that has been empty since the last batch is old to the garbage collector by now, which would keep it, and the
    // decoded records that come into it, long after they are handled.
    if (this.records.length === 0) this.records = [];
    while (this.records.length < maxRecords) {
      const record = this.left ?? feed.next();
      if (!record) return false;
      this.left = record;
      const isFirst = this.records.length === 0;
      // What cannot be handed over must not fail those that can: it makes a batch of its own.
      const isFit = this.isFit(record);
      if (!isFirst && (!isFit || this.bytes + record.bytes > maxBytes)) return true;
      this.left = undefined;
      this.records.push(record);
      this.bytes += record.bytes;
      if (!isFit) return true;
    }
    return true;
  }

  private take(): readonly InFlightRecord[] {
    const { records } = this;
    this.records = [];
    this.bytes = 0;
    this.timer?.cancel();
    this.timer = undefined;
    this.waitedLong = false;
    return records;
  }

  /** What has begun elsewhere is to be finished here, too; what has not is left to the next owner. */
  private takeUpTo(index: number): readonly InFlightRecord[] | undefined {
    const begun = this.take().filter((record) => record.index <= index);
    return begun.length === 0 ? undefined : begun;
  }

  private isFit(record: InFlightRecord): boolean {
    try {
      this.feed.payloadOf(record);
      return true;
    } catch {
      return false;
    }
  }
}
