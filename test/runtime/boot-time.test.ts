import { BootTime } from '../../src/runtime/boot-time.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';

/** A machine whose wall clock can be set, and whose monotonic clock stands still while it sleeps. */
class MachineClock extends VirtualClock {
  wallOffset = 0;

  override wallTime(): number {
    return Math.floor(super.wallTime() + this.wallOffset);
  }

  set(by: number): void {
    this.wallOffset += by;
  }

  sleepFor(duration: number): void {
    this.wallOffset += duration;
  }
}

function elapsing(): { clock: MachineClock; elapsed: () => number } {
  const clock = new MachineClock();
  const time = new BootTime(clock);
  const start = time.now();
  return { clock, elapsed: () => time.now() - start };
}

test('goes on while the machine sleeps', async () => {
  const { clock, elapsed } = elapsing();
  await clock.advance(1_000);
  clock.sleepFor(60_000);
  expect(elapsed()).toBe(61_000);
  await clock.advance(500);
  expect(elapsed()).toBe(61_500);
});

test('a wall clock that was set back before hides no sleep', () => {
  const { clock, elapsed } = elapsing();
  clock.set(-600_000);
  expect(elapsed()).toBe(0);
  clock.sleepFor(20_000);
  expect(elapsed()).toBe(20_000);
});

test('a wall clock that is set forward counts as a sleep, and setting it back takes nothing away', () => {
  const { clock, elapsed } = elapsing();
  clock.set(30_000);
  expect(elapsed()).toBe(30_000);
  clock.set(-30_000);
  expect(elapsed()).toBe(30_000);
});

test('a wall clock of whole milliseconds adds nothing over time', async () => {
  const { clock, elapsed } = elapsing();
  for (let i = 0; i < 1_000; i++) {
    await clock.advance(0.3);
    elapsed();
  }
  expect(elapsed()).toBeCloseTo(300, 5);
});
