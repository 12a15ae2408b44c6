import { Backoff } from '../../src/runtime/backoff.js';
import type { Random } from '../../src/runtime/random.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';

const always = (value: number): Random => ({ next: () => value });

describe('back-off', () => {
  it('doubles its bound with each failure, up to the longest wait', () => {
    const backoff = new Backoff({ initial: 100, max: 1_000 }, always(1 - Number.EPSILON));

    const waits = Array.from({ length: 7 }, () => Math.round(backoff.next()));

    expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000]);
  });

  it('never waits less than half its bound', () => {
    const backoff = new Backoff({ initial: 100, max: 1_000 }, always(0));

    expect(Array.from({ length: 5 }, () => backoff.next())).toEqual([50, 100, 200, 400, 500]);
  });

  it('draws different waits, so that those who failed together do not come back together', () => {
    const random = new SeededRandom(7);
    const waits = Array.from({ length: 20 }, () => new Backoff({ initial: 100, max: 1_000 }, random).next());

    expect(new Set(waits).size).toBe(20);
    expect(waits.every((wait) => wait >= 50 && wait <= 100)).toBe(true);
  });

  it('begins anew after a success', () => {
    const backoff = new Backoff({ initial: 100, max: 1_000 }, always(0));
    backoff.next();
    backoff.next();

    backoff.reset();

    expect(backoff.next()).toBe(50);
  });

  it.each([0, 100])('stays a finite wait however long the failure lasts, from %d ms on', (initial) => {
    const backoff = new Backoff({ initial, max: 1_000 }, always(0.5));

    for (let failure = 0; failure < 2_000; failure++) backoff.next();

    expect(backoff.next()).toBe(initial === 0 ? 0 : 750);
  });
});
