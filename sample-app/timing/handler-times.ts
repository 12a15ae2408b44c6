import { Injectable } from '@nestjs/common';

export interface HandlerTime {
  /** `Class.method`. */
  handler: string;
  calls: number;
  /** Milliseconds. */
  total: number;
}

/** How often handlers were called, and how long that took. */
@Injectable()
export class HandlerTimes {
  private readonly times = new Map<string, HandlerTime>();

  /** @param duration - in milliseconds */
  add(handler: string, duration: number): void {
    const { calls, total } = this.times.get(handler) ?? { calls: 0, total: 0 };
    this.times.set(handler, { handler, calls: calls + 1, total: total + duration });
  }

  list(): HandlerTime[] {
    return [...this.times.values()];
  }
}
