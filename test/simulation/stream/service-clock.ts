import { Clock, type Timer } from '../../../src/runtime/clock.js';
import type { VirtualClock } from '../../../src/testing/virtual-clock.js';

/** The clock of the service: its wall clock can be set on, so that a day passes at once and retention with it. */
export class ServiceClock extends Clock {
  private ahead = 0;

  constructor(private readonly base: VirtualClock) {
    super();
  }

  now(): number {
    return this.base.now();
  }

  wallTime(): number {
    return this.base.wallTime() + this.ahead;
  }

  schedule(delay: number, callback: () => void): Timer {
    return this.base.schedule(delay, callback);
  }

  skip(duration: number): void {
    this.ahead += duration;
  }
}
