import type { VirtualClock } from '../../src/testing/virtual-clock.js';
import type { Trace } from './trace.js';

/** What a history must show, numbered as in the promise of the scheduler. */
export const CHECKS = {
  1: 'every record put is handled at least once',
  2: 'per key, first deliveries are in order, and a replay never starts beyond the checkpoint',
  3: "no record of a child shard before its parents' last",
  4: 'checkpoints never go back and never pass an unfinished record',
  5: 'no write by a stale owner takes effect',
  6: "no handler starts after its worker's lease deadline, nor beside one of the shard's next owner",
  7: 'a graceful stop or hand-off replays nothing',
  8: 'recovery and balance are reached in time, and then nothing moves',
  9: 'memory bounds hold',
  10: 'nothing stalls: once faults stop, lag reaches zero',
} as const;

export type Check = keyof typeof CHECKS;

export interface Violation {
  readonly check: Check;
  /** Milliseconds of virtual time. */
  readonly at: number;
  readonly text: string;
}

/** One broken promise tends to break others: what counts is the first. */
const MOST = 50;

/** Keeps what breaks a promise. */
export class Violations {
  readonly all: Violation[] = [];

  constructor(
    private readonly clock: VirtualClock,
    private readonly trace: Trace | undefined,
  ) {}

  add(check: Check, text: string): void {
    if (this.all.length >= MOST) return;
    this.all.push({ check, at: this.clock.now(), text });
    this.trace?.line('!', `violates check ${check}: ${text}`);
  }
}
