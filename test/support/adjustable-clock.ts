import { VirtualClock } from '../../src/testing/virtual-clock.js';

/** A virtual clock whose wall time can be set, or goes on while the monotonic time stands still. */
export class AdjustableClock extends VirtualClock {
  /** Milliseconds by which the wall clock is ahead of the monotonic one. */
  adjustment = 0;

  override wallTime(): number {
    return super.wallTime() + this.adjustment;
  }
}
