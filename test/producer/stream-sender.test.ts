import { jest } from '@jest/globals';
import type { VirtualClock } from '../../src/testing/virtual-clock.js';
import { startProducer } from '../support/producer-fixture.js';

const key = { partitionKey: 'k' };
const LATENCY = 20;

it('records that come one by one wait a millisecond for each other at most, up to twice maxInFlight', async () => {
  const { producer, requests, clock } = await startProducer({ latency: LATENCY });
  for (let i = 0; i < 9; i++) {
    await producer.put(i, key);
    await clock.advance(1);
  }
  await clock.advance(LATENCY);

  expect(requests.map(({ at }) => at)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, LATENCY]);
  await clock.advance(1_000);
});

it('a rush of records waits for a request to come back, and shares the next one', async () => {
  const { producer, requests, clock } = await startProducer({ latency: LATENCY });
  for (let i = 0; i < 4; i++) {
    await producer.put(i, key);
    await clock.advance(0);
  }
  for (let i = 0; i < 50; i++) void producer.put(i, key);
  await clock.advance(LATENCY);

  expect(requests.map(({ at, entries }) => [at, entries.length])).toEqual([
    [0, 1],
    [0, 1],
    [0, 1],
    [0, 1],
    [LATENCY, 50],
  ]);
  await clock.advance(1_000);
});

it('waits for a reply, and does not look again and again, once all requests that may be made are under way', async () => {
  const { producer, requests, clock } = await startProducer({
    latency: 10_000,
    settings: { bufferTime: 10 },
  });
  for (let i = 0; i < 30; i++) {
    await producer.put(i, key);
    await clock.advance(11);
  }
  const { steps } = countSteps(clock);
  await clock.advance(5_000);

  expect(requests.length).toBe(24);
  expect(steps()).toBeLessThan(20);
  await clock.advance(20_000);
});

/** Counts the callbacks that are asked for. */
function countSteps(clock: VirtualClock): { steps: () => number } {
  const schedule = jest.spyOn(clock, 'schedule');
  return { steps: () => schedule.mock.calls.length };
}
