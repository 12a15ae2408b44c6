import { Clock, type Timer } from '../../../src/runtime/clock.js';
import type { VirtualClock } from '../../../src/testing/virtual-clock.js';
import type { SimulatedProcess } from './simulated-process.js';

/** Differences of times below this are rounding, in milliseconds. */
const ROUNDING = 1e-6;

interface Entry {
  /** On this clock. */
  readonly due: number;
  readonly callback: () => void;
  timer: Timer | undefined;
  cancelled: boolean;
}

/**
 * A machine's own clocks, over the one virtual clock: the monotonic one has an origin of its own and stands still while
 * the machine sleeps; the wall clock may be wrong, and jump. Timers are late when the process is stopped.
 */
export class WorkerClock extends Clock {
  private slept = 0;
  private asleepSince: number | undefined;
  /** Since the wall clock was last read: how long the machine slept, and by how much the wall clock was set. */
  private unseen = { slept: 0, set: 0 };
  private readonly dueInSleep = new Set<Entry>();

  constructor(
    private readonly base: VirtualClock,
    private readonly process: SimulatedProcess,
    /** Of the monotonic clock, in milliseconds. */
    private readonly origin: number,
    /** How far the wall clock is ahead, in milliseconds. */
    private skew: number,
  ) {
    super();
  }

  now(): number {
    return this.origin + (this.asleepSince ?? this.base.now()) - this.slept;
  }

  wallTime(): number {
    this.unseen = { slept: 0, set: 0 };
    return this.base.wallTime() + this.skew;
  }

  schedule(delay: number, callback: () => void): Timer {
    const entry: Entry = {
      due: this.now() + Math.max(0, delay),
      callback,
      timer: undefined,
      cancelled: false,
    };
    this.arm(entry);
    return {
      cancel: () => {
        entry.cancelled = true;
        entry.timer?.cancel();
        this.dueInSleep.delete(entry);
      },
    };
  }

  /** Somebody sets the wall clock. */
  jump(duration: number): void {
    this.skew += duration;
    this.unseen.set += duration;
    this.showSleep();
  }

  /** The machine sleeps: the process is stopped, and the monotonic clock with it. */
  fallAsleep(): void {
    if (this.asleepSince !== undefined) return;
    this.asleepSince = this.base.now();
    this.process.stop();
  }

  wakeUp(): void {
    if (this.asleepSince === undefined) return;
    const duration = this.base.now() - this.asleepSince;
    this.slept += duration;
    this.unseen.slept += duration;
    this.showSleep();
    this.asleepSince = undefined;
    for (const entry of this.dueInSleep) this.arm(entry);
    this.dueInSleep.clear();
    this.process.continue();
  }

  /** No machine can know that it slept when its wall clock was set back unseen meanwhile: that is not asked of it. */
  private showSleep(): void {
    if (this.unseen.slept === 0 || this.unseen.set >= 0) return;
    this.skew -= this.unseen.set;
    this.unseen.set = 0;
  }

  private arm(entry: Entry): void {
    entry.timer = this.base.schedule(entry.due - this.now(), () => this.fire(entry));
  }

  private fire(entry: Entry): void {
    if (this.asleepSince !== undefined) this.dueInSleep.add(entry);
    else if (entry.due - this.now() > ROUNDING) this.arm(entry);
    else this.process.run(() => this.complete(entry));
  }

  private complete(entry: Entry): void {
    if (!entry.cancelled) entry.callback();
  }
}
