import type { VirtualClock } from '../../../src/testing/virtual-clock.js';

/**
 * A worker's process: everything the worker does begins with a callback that passes here. While the process is stopped
 * the callbacks wait, as timers and replies do in a process that got SIGSTOP; once it has crashed they are gone.
 */
export class SimulatedProcess {
  private held: (() => void)[] = [];
  private stops = 0;
  private thawing = false;
  private crashed = false;
  /** On the virtual clock: when the process last went on after a stop. */
  resumedAt = -Infinity;

  constructor(private readonly clock: VirtualClock) {}

  get alive(): boolean {
    return !this.crashed;
  }

  get stopped(): boolean {
    return this.stops > 0;
  }

  /** Whether callbacks run when they are due. */
  get responsive(): boolean {
    return this.alive && !this.stopped && !this.thawing;
  }

  run(callback: () => void): void {
    if (this.crashed) return;
    if (this.stopped || this.thawing) this.held.push(callback);
    else callback();
  }

  stop(): void {
    this.stops++;
  }

  continue(): void {
    this.stops--;
    if (this.stopped || this.thawing) return;
    this.resumedAt = this.clock.now();
    this.thawing = true;
    this.runNextHeld();
  }

  crash(): void {
    this.crashed = true;
    this.held = [];
  }

  /** What has waited runs in its order, each with all its promise reactions before the next. */
  private runNextHeld(): void {
    if (this.crashed || this.stopped) {
      this.thawing = false;
      return;
    }
    const callback = this.held.shift();
    if (!callback) {
      this.thawing = false;
      return;
    }
    callback();
    this.clock.schedule(0, () => this.runNextHeld());
  }
}
