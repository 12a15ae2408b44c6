import { type Clock } from '../../src/runtime/clock.js';
import { SystemClock } from '../../src/runtime/system-clock.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';

/** Counts the abort listeners a signal has, so that a forgotten one shows. */
function watchListeners(signal: AbortSignal): () => number {
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };
  return () => listeners;
}

describe.each<[string, () => Clock]>([
  ['the system clock', () => new SystemClock()],
  ['a virtual clock', () => new VirtualClock()],
])('%s', (_name, createClock) => {
  const pass = async (clock: Clock): Promise<void> => {
    if (clock instanceof VirtualClock) await clock.advance(5);
  };

  it('resolves a sleep, and leaves no listener on its signal', async () => {
    const clock = createClock();
    const { signal } = new AbortController();
    const listeners = watchListeners(signal);

    const sleep = clock.sleep(5, signal);
    await pass(clock);

    await expect(sleep).resolves.toBeUndefined();
    expect(listeners()).toBe(0);
  });

  it('ends a sleep with the reason of its signal', async () => {
    const clock = createClock();
    const stop = new AbortController();
    const reason = new Error('shutting down');

    const sleep = clock.sleep(3_600_000, stop.signal);
    stop.abort(reason);

    await expect(sleep).rejects.toBe(reason);
    if (clock instanceof VirtualClock) expect(clock.pending).toBe(0);
  });

  it('does not begin a sleep whose signal has aborted', async () => {
    const clock = createClock();
    const reason = new Error('too late');

    await expect(clock.sleep(3_600_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    if (clock instanceof VirtualClock) expect(clock.pending).toBe(0);
  });

  it('does not run a callback before schedule() has returned', async () => {
    const clock = createClock();
    let returned = false;
    let order = '';
    const ran = new Promise<void>((resolve) => {
      clock.schedule(-1, () => {
        order = returned ? 'after' : 'before';
        resolve();
      });
    });
    returned = true;

    await pass(clock);
    await ran;

    expect(order).toBe('after');
  });
});

describe('the system clock', () => {
  it('does not fire at once when asked to wait longer than a timer can', async () => {
    const clock = new SystemClock();
    let fired = false;
    const timers = [2 ** 31, Infinity].map((delay) => clock.schedule(delay, () => (fired = true)));

    await clock.sleep(20);
    for (const timer of timers) timer.cancel();

    expect(fired).toBe(false);
  });

  it('gives monotonic time in the same unit as wall time', async () => {
    const clock = new SystemClock();
    const [monotonic, wall] = [clock.now(), clock.wallTime()];

    await clock.sleep(30);

    expect(clock.now()).toBeGreaterThan(monotonic);
    expect(clock.wallTime()).toBeGreaterThanOrEqual(wall);
    expect(wall).toBeGreaterThan(Date.UTC(2024, 0, 1));
  });
});
