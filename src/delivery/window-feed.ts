import type { InFlightRecord } from './in-flight-record.js';
import type { TumblingWindow } from './kinesis-window-context.js';
import type { Feed } from './lane.js';

/** A moment of a window's end is over when the shard has been read so much further, in milliseconds: arrival times are approximate. */
const LATENESS = 1_000;

/**
 * Cuts a lane's records into windows by their time of arrival, one window at a time; one that comes late belongs to the
 * window that is open. Records are finished as they are handled, so that an open window takes no room from those behind it;
 * that the checkpoint stays before it is what {@link hold} is for.
 */
export class WindowFeed implements Feed {
  /** The window that is open. */
  window: TumblingWindow | undefined;
  /** The last record that was handled of it. */
  last: InFlightRecord | undefined;
  /** The last record of the window before. */
  private before: InFlightRecord | undefined;
  /** The first record of the next window. */
  private left: InFlightRecord | undefined;

  /**
   * @param length - milliseconds
   * @param readUpTo - up to when all that arrived has been read, in milliseconds since the Unix epoch
   * @param onOver - called when a window is over, and the checkpoint may pass it
   */
  constructor(
    private readonly feed: Feed,
    private readonly length: number,
    private readonly readUpTo: () => number,
    private readonly onOver: () => void,
  ) {}

  next(): InFlightRecord | undefined {
    if (this.left && this.window) return undefined;
    const record = this.left ?? this.feed.next();
    this.left = undefined;
    if (!record) return undefined;
    const start = Math.floor(record.record.arrivalTime / this.length) * this.length;
    this.window ??= { start, end: start + this.length, state: undefined };
    if (start <= this.window.start) return record;
    this.left = record;
    return undefined;
  }

  get isDry(): boolean {
    return this.isOver || this.feed.isDry;
  }

  /** Whether no record of the open window will come. */
  get isOver(): boolean {
    const { window } = this;
    if (!window) return false;
    return this.left !== undefined || this.feed.isEnded || this.readUpTo() >= window.end + LATENESS;
  }

  get isEnded(): boolean {
    return this.feed.isEnded;
  }

  /** What the checkpoint must not pass while a window is open. */
  get hold(): { readonly behind: InFlightRecord | undefined } | undefined {
    return this.window && { behind: this.before };
  }

  payloadOf(record: InFlightRecord): unknown {
    return this.feed.payloadOf(record);
  }

  finish(record: InFlightRecord): void {
    // The window's end is handled in the name of its last record, which is finished already.
    if (record === this.last) {
      this.close();
      return;
    }
    if (!this.last || record.index > this.last.index) this.last = record;
    this.feed.finish(record);
  }

  private close(): void {
    this.before = this.last;
    this.last = undefined;
    this.window = undefined;
    this.onOver();
  }
}
