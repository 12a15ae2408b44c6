import { randomId } from '../../src/runtime/random.js';
import { SystemRandom } from '../../src/runtime/system-random.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';

describe('randomId', () => {
  it.each([0, 1 - 2 ** -53])('is 32 hexadecimal digits, also when the source gives %d', (value) => {
    expect(randomId({ next: () => value })).toMatch(/^(0{32}|f{32})$/);
  });

  it('is another one each time', () => {
    const random = new SystemRandom();
    expect(new Set(Array.from({ length: 1_000 }, () => randomId(random))).size).toBe(1_000);
  });
});

describe('a seeded random source', () => {
  it('gives the same numbers for the same seed, others for another', () => {
    const numbers = (seed: number): number[] => {
      const random = new SeededRandom(seed);
      return Array.from({ length: 10 }, () => random.next());
    };

    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1)).not.toEqual(numbers(2));
  });

  it('spreads its numbers evenly over [0, 1)', () => {
    const random = new SeededRandom(3);
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const bucket = Math.floor(random.next() * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }

    expect(buckets).toHaveLength(10);
    for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
