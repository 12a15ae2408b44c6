import { settledWithin, withDeadline } from '../../src/runtime/deadline.js';
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

describe('withDeadline', () => {
  const late = (): Error => new Error('too late');

  it('gives what the work gives, and leaves no timer', async () => {
    const clock = new VirtualClock();

    const result = withDeadline(() => clock.sleep(50).then(() => 'done'), { clock, timeout: 100, late });
    await clock.advance(50);

    await expect(result).resolves.toBe('done');
    expect(clock.pending).toBe(0);
  });

  it('passes on what the work throws', async () => {
    const clock = new VirtualClock();

    const failing = withDeadline(() => Promise.reject(new Error('failed')), { clock, timeout: 100, late });

    await expect(failing).rejects.toThrow('failed');
    expect(clock.pending).toBe(0);
  });

  it('ends the wait in time, whatever the work makes of its signal', async () => {
    const clock = new VirtualClock();
    const heedless = withDeadline(() => new Promise(() => undefined), { clock, timeout: 100, late });
    const heeding = withDeadline((signal) => clock.sleep(1_000, signal), { clock, timeout: 100, late });
    const ends = Promise.all([
      expect(heedless).rejects.toThrow('too late'),
      expect(heeding).rejects.toThrow('too late'),
    ]);

    await clock.advance(100);
    await ends;

    expect(clock.pending).toBe(0);
  });

  it('ends with the signal, too', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const options = { clock, timeout: 100, signal: stop.signal, late };
    const result = withDeadline(() => new Promise(() => undefined), options);

    stop.abort(new Error('stopped'));

    await expect(result).rejects.toThrow('stopped');
    expect(clock.pending).toBe(0);
  });
});
