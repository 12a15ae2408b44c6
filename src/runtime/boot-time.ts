import type { Clock } from './clock.js';

/** Milliseconds: the wall clock counts in whole ones, and the two clocks are not read at the very same time. */
const RESOLUTION = 5;

/**
 * Monotonic time that goes on while the machine sleeps, when monotonic clocks stand still. Node offers no such clock; the
 * wall clock tells of a sleep by running ahead of the monotonic one. Someone who sets it forward looks the same, and the
 * error is then to the safe side: deadlines come too early. Setting it back hides only a sleep that was not over when time
 * was last read, so read often.
 */
export class BootTime {
  private slept = 0;
  /** How far the wall clock was ahead of the monotonic one, without what counts as slept. */
  private ahead: number;

  constructor(private readonly clock: Clock) {
    this.ahead = clock.wallTime() - clock.now();
  }

  /** In milliseconds; only differences mean anything. */
  now(): number {
    const monotonic = this.clock.now();
    const ahead = this.clock.wallTime() - monotonic;
    if (ahead < this.ahead) {
      this.ahead = ahead;
    } else if (ahead - this.ahead > RESOLUTION) {
      this.slept += ahead - this.ahead;
      this.ahead = ahead;
    }
    return monotonic + this.slept;
  }
}
