import fc from 'fast-check';
import { TokenBucket } from '../../src/runtime/token-bucket.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';

describe('a token bucket', () => {
  let clock: VirtualClock;

  beforeEach(() => {
    clock = new VirtualClock();
  });

  it('starts full and refills at its rate, up to its capacity', async () => {
    const bucket = new TokenBucket(clock, 100, 50);
    expect(bucket.available()).toBe(50);

    bucket.take(50);
    expect(bucket.available()).toBe(0);
    await clock.advance(200);
    expect(bucket.available()).toBeCloseTo(20);
    await clock.advance(10_000);
    expect(bucket.available()).toBe(50);
  });

  it('may be overdrawn, and pays the debt back before it gives again', async () => {
    const bucket = new TokenBucket(clock, 100, 50);

    bucket.take(150);

    expect(bucket.available()).toBe(-100);
    await clock.advance(1_000);
    expect(bucket.available()).toBeCloseTo(0);
    await clock.advance(100);
    expect(bucket.available()).toBeCloseTo(10);
  });

  it('says how long until a number of tokens is there, debts included', async () => {
    const bucket = new TokenBucket(clock, 100, 50);
    expect(bucket.delayUntil(50)).toBe(0);

    bucket.take(60);
    expect(bucket.delayUntil(1)).toBeCloseTo(110);
    await clock.advance(bucket.delayUntil(40));
    expect(bucket.available()).toBeCloseTo(40);
    expect(bucket.delayUntil(40)).toBeCloseTo(0);
  });

  it('never says to wait for more than it can hold', () => {
    const bucket = new TokenBucket(clock, 100, 50);
    expect(bucket.delayUntil(1_000)).toBe(0);

    bucket.take(50);
    expect(bucket.delayUntil(1_000)).toBe(500);
  });

  it('never holds anybody up when its rate is infinite', async () => {
    const bucket = new TokenBucket(clock, Infinity, Infinity);

    bucket.take(1_000_000);
    expect(bucket.available()).toBe(Infinity);
    expect(bucket.delayUntil(100)).toBe(0);
    await clock.advance(10);
    expect(bucket.available()).toBe(Infinity);
    expect(bucket.delayUntil(Infinity)).toBe(0);
  });

  it('gives in any stretch of time no more than its burst and its rate', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ wait: fc.nat(500), want: fc.integer({ min: 1, max: 30 }) }), { maxLength: 60 }),
        async (steps) => {
          const time = new VirtualClock();
          const bucket = new TokenBucket(time, 100, 20);
          const taken: { at: number; count: number }[] = [];
          for (const { wait, want } of steps) {
            await time.advance(wait);
            const count = Math.min(want, Math.floor(bucket.available()));
            if (count < 1) continue;
            bucket.take(count);
            taken.push({ at: time.now(), count });
          }
          taken.forEach((first, from) => {
            let sum = 0;
            for (const { at, count } of taken.slice(from)) {
              sum += count;
              expect(sum).toBeLessThanOrEqual(20 + ((at - first.at) * 100) / 1000 + 1e-6);
            }
          });
        },
      ),
      { numRuns: 30 },
    );
  });
});
