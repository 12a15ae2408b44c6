import { PeriodicLoop } from '../../src/runtime/periodic-loop.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';

describe('a periodic loop', () => {
  let clock: VirtualClock;
  let starts: number[];
  let reported: { error: unknown; retryIn: number }[];
  let loop: PeriodicLoop;

  /** A loop of one turn a second that records when each began. */
  function startLoop(
    turn: (signal: AbortSignal) => Promise<void> = async () => undefined,
    options: { turnTimeout?: number } = {},
  ): void {
    loop = new PeriodicLoop({
      clock,
      random: new SeededRandom(1),
      period: 1_000,
      ...options,
      turn: (signal) => {
        starts.push(clock.now());
        return turn(signal);
      },
      onError: (error, retryIn) => reported.push({ error, retryIn }),
    });
    loop.start();
  }

  beforeEach(() => {
    clock = new VirtualClock();
    starts = [];
    reported = [];
  });

  afterEach(async () => {
    const stopped = loop.stop();
    await clock.advance(60_000);
    await stopped;
  });

  it('begins at once and goes on a period after each turn ended', async () => {
    startLoop(() => clock.sleep(500));

    await clock.advance(4_000);

    expect(starts).toEqual([0, 1_500, 3_000]);
  });

  it('runs once however often it is started', async () => {
    startLoop();
    loop.start();

    await clock.advance(2_500);

    expect(starts).toEqual([0, 1_000, 2_000]);
  });

  it('reports a turn that failed and tries again, later with each failure', async () => {
    const failure = new Error('no connection');
    startLoop(() => Promise.reject(failure));

    await clock.advance(60_000);

    expect(reported.every(({ error }) => error === failure)).toBe(true);
    reported.slice(0, 6).forEach(({ retryIn }, turn) => {
      expect(retryIn).toBeGreaterThanOrEqual(100 * 2 ** turn);
      expect(retryIn).toBeLessThanOrEqual(200 * 2 ** turn);
    });
    expect(Math.max(...reported.map(({ retryIn }) => retryIn))).toBeLessThanOrEqual(10_000);
    // The turns began when the reports said.
    expect((starts[1] as number) - (starts[0] as number)).toBeCloseTo(reported[0]?.retryIn as number);
  });

  it('survives a turn that throws before it returns a promise', async () => {
    let first = true;
    startLoop(() => {
      if (!first) return Promise.resolve();
      first = false;
      throw new Error('synchronous');
    });

    await clock.advance(2_000);

    expect(reported).toHaveLength(1);
    expect(starts.length).toBeGreaterThan(1);
  });

  it('forgets past failures once a turn succeeds', async () => {
    let turn = 0;
    startLoop(async () => {
      if (++turn !== 4) throw new Error(`turn ${turn}`);
    });

    await clock.advance(5_000);

    expect(reported[3]?.retryIn).toBeLessThanOrEqual(200);
  });

  it('is woken from its wait', async () => {
    startLoop();
    await clock.advance(300);

    loop.wake();
    await clock.advance(0);

    expect(starts).toEqual([0, 300]);
    await clock.advance(1_000);
    expect(starts).toEqual([0, 300, 1_300]);
  });

  it('follows a turn with another at once when it was woken during it', async () => {
    startLoop(() => clock.sleep(500));
    await clock.advance(100);

    loop.wake();
    loop.wake();
    await clock.advance(1_000);

    expect(starts).toEqual([0, 500]);
    await clock.advance(1_000);
    expect(starts).toEqual([0, 500, 2_000]);
  });

  it('does not begin a turn before it is started, also when woken', async () => {
    loop = new PeriodicLoop({
      clock,
      random: new SeededRandom(1),
      period: 1_000,
      turn: async () => void starts.push(clock.now()),
      onError: () => undefined,
    });

    loop.wake();
    await clock.advance(5_000);

    expect(starts).toEqual([]);
  });

  it('stops between two turns, and leaves no timer', async () => {
    startLoop();
    await clock.advance(100);

    await loop.stop();

    expect(clock.pending).toBe(0);
    await clock.advance(10_000);
    expect(starts).toEqual([0]);
  });

  it('aborts the turn under way and stops only when it has ended', async () => {
    let ended = false;
    startLoop(async (signal) => {
      await clock.sleep(60_000, signal).catch(() => undefined);
      await clock.sleep(200);
      ended = true;
    });
    await clock.advance(100);

    const stopped = loop.stop().then(() => expect(ended).toBe(true));
    await clock.advance(100);
    expect(ended).toBe(false);
    await clock.advance(100);

    await stopped;
    expect(ended).toBe(true);
    await clock.advance(10_000);
    expect(starts).toEqual([0]);
  });

  it('leaves no turn behind when it is stopped, also where turns have a deadline', async () => {
    let ended = false;
    startLoop(
      async () => {
        await clock.sleep(200);
        ended = true;
      },
      { turnTimeout: 60_000 },
    );
    await clock.advance(100);

    const stopped = loop.stop().then(() => expect(ended).toBe(true));
    await clock.advance(100);
    await stopped;
  });

  it('does not report a turn that failed because the loop was stopped', async () => {
    startLoop((signal) => clock.sleep(60_000, signal));
    await clock.advance(100);

    await loop.stop();

    expect(reported).toEqual([]);
  });

  it('never begins once stopped', async () => {
    startLoop();
    await loop.stop();
    starts = [];

    loop.start();
    loop.wake();
    await clock.advance(5_000);

    expect(starts).toEqual([]);
  });
});
