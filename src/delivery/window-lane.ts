import type { Timer } from '../runtime/clock.js';
import { BatchLane } from './batch-lane.js';
import type { WindowShape } from './handler.js';
import type { InFlightRecord } from './in-flight-record.js';
import { KinesisWindowContext, type TumblingWindow } from './kinesis-window-context.js';
import type { LaneOptions } from './lane.js';
import type { ReceivedRecord } from './received-record.js';
import type { Failure } from './recovery.js';
import { WindowFeed } from './window-feed.js';

/** The shortest time between looks whether a window is over, in milliseconds. */
const LOOK_INTERVAL = 1_000;

/**
 * A lane that hands over the records of one window after the other, carries the state its handler returns from call to
 * call, and calls it once more when the window is over.
 */
export class WindowLane extends BatchLane {
  private readonly windows: WindowFeed;
  private isFinal = false;
  private look: Timer | undefined;

  constructor(options: LaneOptions, shape: WindowShape) {
    const windows = new WindowFeed(options.feed, shape.length, options.readUpTo, options.onHoldOver);
    super({ ...options, feed: windows }, shape);
    this.windows = windows;
  }

  override get hold(): { readonly behind: InFlightRecord | undefined } | undefined {
    return this.windows.hold;
  }

  override close(): void {
    this.look?.cancel();
    super.close();
  }

  protected override async handleAll(): Promise<void> {
    do await super.handleAll();
    while (await this.endWindow());
    this.lookLater();
  }

  protected override received(records: readonly InFlightRecord[], attempt: number): ReceivedRecord[] {
    return this.isFinal ? [] : super.received(records, attempt);
  }

  protected override createContext(
    records: readonly InFlightRecord[],
    attempt: number,
    signal: AbortSignal,
  ): KinesisWindowContext {
    return new KinesisWindowContext(records, attempt, signal, this.window, this.isFinal);
  }

  protected override onResult(result: unknown): void {
    if (typeof result === 'object' && result !== null && 'state' in result) this.window.state = result.state;
  }

  protected override async call(
    records: readonly InFlightRecord[],
    attempt: number,
  ): Promise<Failure | undefined> {
    const failure = await super.call(records, attempt);
    return failure && this.isFinal ? { ...failure, window: this.window } : failure;
  }

  private get window(): TumblingWindow {
    const { window } = this.windows;
    if (!window) throw new RangeError('a record that is handed over belongs to a window');
    return window;
  }

  /** @returns whether there is more to do: the next window may begin, or records of this one are to come first */
  private async endWindow(): Promise<boolean> {
    const { starts } = this;
    const { last, window, isOver } = this.windows;
    if (!last || !window || !isOver || starts.isStopped) return false;
    // The shard may have been read to its end since they were left to wait for more.
    if (this.collector.isGathering) return true;
    this.isFinal = true;
    const ended = await this.handle([last]);
    this.isFinal = false;
    return ended;
  }

  private lookLater(): void {
    this.look?.cancel();
    const { window } = this.windows;
    const { clock } = this.options;
    if (!window || this.starts.isStopped) return;
    const wait = Math.max(LOOK_INTERVAL, window.end - clock.wallTime());
    this.look = clock.schedule(wait, () => this.wake());
  }
}
