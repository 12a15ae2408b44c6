import fc from 'fast-check';
import { BodyPool, MIN_POOLED } from '../../src/client/body-pool.js';

const KIB = 1024;

describe('a pool of bodies', () => {
  it('has room for what is asked for, and wastes little', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 * KIB * KIB }), { maxLength: 12 }), (sizes) => {
        const pool = new BodyPool();
        for (const size of sizes) {
          const buffer = pool.take(size);
          expect(buffer.length).toBeGreaterThanOrEqual(size);
          expect(buffer.length).toBeLessThanOrEqual(size * 1.25);
          expect(buffer.buffer.byteLength).toBe(buffer.length);
          pool.give(buffer.subarray(0, size));
        }
      }),
    );
  });

  it('uses again what has been given back, whole, and by one at a time', () => {
    const pool = new BodyPool();
    const first = pool.take(1000 * KIB);
    pool.give(first.subarray(3, 10));

    const again = pool.take(990 * KIB);
    expect(again.buffer).toBe(first.buffer);
    expect(again.length).toBe(first.length);
    expect(pool.take(990 * KIB).buffer).not.toBe(first.buffer);
  });

  it('uses nothing for what it is too small for, or much too large', () => {
    const pool = new BodyPool();
    const given = pool.take(1000 * KIB);
    pool.give(given);
    expect(pool.take(2000 * KIB).buffer).not.toBe(given.buffer);
    expect(pool.take(500 * KIB).buffer).not.toBe(given.buffer);
    expect(pool.take(1000 * KIB).buffer).toBe(given.buffer);
  });

  it('takes the one that was used last', () => {
    const pool = new BodyPool();
    const [first, second] = [pool.take(100 * KIB), pool.take(100 * KIB)];
    pool.give(second);
    pool.give(first);
    expect(pool.take(100 * KIB).buffer).toBe(first.buffer);
  });

  it('leaves alone what is not its own, and what is small', () => {
    const pool = new BodyPool();
    const foreign = Buffer.alloc(100 * KIB);
    pool.give(foreign);
    expect(pool.take(100 * KIB).buffer).not.toBe(foreign.buffer);

    const small = pool.take(MIN_POOLED - 1);
    pool.give(small);
    expect(pool.take(MIN_POOLED - 1).buffer).not.toBe(small.buffer);
  });

  it('lets so many wait, and no more', () => {
    const pool = new BodyPool();
    const taken = Array.from({ length: 70 }, () => pool.take(MIN_POOLED));
    for (const buffer of taken) pool.give(buffer);
    const known = new Set(taken.map(({ buffer }) => buffer));
    const again = Array.from({ length: 70 }, () => pool.take(MIN_POOLED));
    expect(again.filter(({ buffer }) => known.has(buffer))).toHaveLength(64);
  });
});
