import { settledWithin } from '../../src/runtime/deadline.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';

describe('settledWithin', () => {
  it.each(['resolves', 'rejects'])(
    'is true when the promise %s in time, and no timer is left',
    async (how) => {
      const clock = new VirtualClock();
      const promise = clock.sleep(50).then(() => {
        if (how === 'rejects') throw new Error('failed');
      });

      const result = settledWithin(promise, 100, clock);
      await clock.advance(50);

      await expect(result).resolves.toBe(true);
      expect(clock.pending).toBe(0);
    },
  );

  it('is false when the time is over first', async () => {
    const clock = new VirtualClock();
    const result = settledWithin(clock.sleep(101), 100, clock);

    await clock.advance(100);

    await expect(result).resolves.toBe(false);
  });

  it('swallows a rejection that comes too late', async () => {
    const clock = new VirtualClock();
    const late = clock.sleep(200).then(() => {
      throw new Error('late');
    });
    const result = settledWithin(late, 100, clock);

    await clock.advance(300);

    await expect(result).resolves.toBe(false);
  });
});
