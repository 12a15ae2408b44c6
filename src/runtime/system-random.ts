import type { Random } from './random.js';

/** The process's own random source. */
export class SystemRandom implements Random {
  next(): number {
    return Math.random();
  }
}
