import { jest } from '@jest/globals';
import { VirtualClock } from '../../src/testing/virtual-clock.js';

describe('a virtual clock', () => {
  it('stands still until it is moved, wall time and monotonic time together', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 5, 1));

    expect([clock.now(), clock.wallTime()]).toEqual([0, Date.UTC(2026, 5, 1)]);
    await clock.advance(1_500);
    expect([clock.now(), clock.wallTime()]).toEqual([1_500, Date.UTC(2026, 5, 1) + 1_500]);
  });

  it('runs callbacks by due time, and those of one time in the order they were scheduled', async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.schedule(20, () => ran.push('late'));
    clock.schedule(10, () => ran.push('first of two'));
    clock.schedule(10, () => ran.push('second of two'));
    clock.schedule(-5, () => ran.push('overdue'));

    expect(ran).toEqual([]);
    await clock.advance(10);
    expect(ran).toEqual(['overdue', 'first of two', 'second of two']);
    await clock.advance(10);
    expect(ran).toHaveLength(4);
  });

  it('shows a callback the time it was due at', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    clock.schedule(7, () => {
      seen.push(clock.now());
      clock.schedule(5, () => seen.push(clock.now()));
    });

    await clock.advance(100);

    expect(seen).toEqual([7, 12]);
    expect(clock.now()).toBe(100);
  });

  it('never runs a cancelled callback', async () => {
    const clock = new VirtualClock();
    const callback = jest.fn();
    const timer = clock.schedule(5, callback);

    timer.cancel();
    timer.cancel();
    await clock.advance(10);

    expect(callback).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });
});
