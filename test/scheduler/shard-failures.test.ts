import { ShardFailures } from '../../src/scheduler/shard-failures.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';

const HEALTHY_AFTER = 60_000;

let clock: VirtualClock;
let failures: ShardFailures;

beforeEach(() => {
  clock = new VirtualClock();
  failures = new ShardFailures(clock, new SeededRandom(1));
});

it('a shard that never failed is not left alone', () => {
  expect(failures.isWaiting('a')).toBe(false);
});

it('a shard is left alone for as long as was said, and others are not', async () => {
  const wait = Math.ceil(failures.record('a'));
  expect([failures.isWaiting('a'), failures.isWaiting('b')]).toEqual([true, false]);
  await clock.advance(wait - 1);
  expect(failures.isWaiting('a')).toBe(true);
  await clock.advance(1);
  expect(failures.isWaiting('a')).toBe(false);
});

it('the wait doubles from a second to a minute while the shard goes on failing, with jitter', async () => {
  for (const bound of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
    const wait = failures.record('a');
    expect(wait).toBeGreaterThanOrEqual(bound / 2);
    expect(wait).toBeLessThan(bound);
    await clock.advance(wait);
  }
  expect(failures.record('b')).toBeLessThan(1_000);
});

it('a shard that was read for a minute after its wait is healthy: when it fails again, the wait is a first one', async () => {
  for (let i = 0; i < 6; i++) failures.record('a');
  await clock.advance(failures.record('a') + HEALTHY_AFTER);
  expect(failures.record('a')).toBeGreaterThan(1_000);

  // Nobody asks whether it waits while it is read.
  await clock.advance(60_000 + HEALTHY_AFTER + 1);
  expect(failures.record('a')).toBeLessThan(1_000);
});
