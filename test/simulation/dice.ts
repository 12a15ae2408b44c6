import type { Random } from '../../src/runtime/random.js';

/** Choices from a random source. */
export class Dice {
  constructor(readonly random: Random) {}

  /** A number from `min` to `max`. */
  between(min: number, max: number): number {
    return min + (max - min) * this.random.next();
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor(this.random.next() * count);
  }

  chance(probability: number): boolean {
    return this.random.next() < probability;
  }

  /** @throws RangeError when there is nothing to choose from */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to choose from');
    return item;
  }
}
