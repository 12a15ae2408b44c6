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
  /** The wall clock when time was last read, and what it was. */
  private wallTime: number;
  private read: number;
  /** How far the wall clock was ahead of the monotonic one, without what counts as slept. */
  private ahead: number;

  constructor(private readonly clock: Clock) {
    this.wallTime = clock.wallTime();
    this.read = clock.now();
    this.ahead = this.wallTime - this.read;
  }

  /** In milliseconds, up to one too early; only differences mean anything. */
  now(): number {
    const wallTime = this.clock.wallTime();
    // Asked before each handler call. While the wall clock is where it was nothing can have happened but what it cannot show.
    if (wallTime === this.wallTime) return this.read;
    this.wallTime = wallTime;
    const monotonic = this.clock.now();
    const ahead = wallTime - monotonic;
    if (ahead < this.ahead) {
      this.ahead = ahead;
    } else if (ahead - this.ahead > RESOLUTION) {
      this.slept += ahead - this.ahead;
      this.ahead = ahead;
    }
    this.read = monotonic + this.slept;
    return this.read;
  }
}
