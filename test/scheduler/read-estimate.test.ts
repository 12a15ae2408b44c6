import type { KinesisRecord } from '../../src/client/kinesis-gateway.js';
import { ReadEstimate, sizeOf } from '../../src/scheduler/read-estimate.js';
import { AdjustableClock } from '../support/adjustable-clock.js';

const MEBIBYTE = 1024 * 1024;
const LIMIT = 10_000;

let clock: AdjustableClock;
let estimate: ReadEstimate;

beforeEach(() => {
  clock = new AdjustableClock();
  estimate = new ReadEstimate(clock);
});

it('before the first answer anything may lie unread: the most an answer can hold', () => {
  expect(estimate.millisBehindLatest).toBeUndefined();
  expect(estimate.unreadAge).toBe(Infinity);
  expect(estimate.next(LIMIT)).toEqual({ bytes: 10 * MEBIBYTE, records: LIMIT });
});

it('at the tip as much as the shard takes in since the last read, for a second at least', async () => {
  estimate.onAnswer(clock.now(), 0);
  expect(estimate.next(LIMIT)).toEqual({ bytes: MEBIBYTE, records: 1_000 });
  await clock.advance(1_000);
  expect(estimate.next(LIMIT)).toEqual({ bytes: MEBIBYTE, records: 1_000 });
  await clock.advance(2_500);
  expect(estimate.next(LIMIT)).toEqual({ bytes: 3.5 * MEBIBYTE, records: 3_500 });
});

it('behind the tip what came in since the oldest unread record, and the most there can be further behind', () => {
  estimate.onAnswer(clock.now(), 4_000);
  expect(estimate.millisBehindLatest).toBe(4_000);
  expect(estimate.next(LIMIT)).toEqual({ bytes: 4 * MEBIBYTE, records: 4_000 });
  estimate.onAnswer(clock.now(), 3_600_000);
  expect(estimate.next(LIMIT)).toEqual({ bytes: 10 * MEBIBYTE, records: LIMIT });
});

it('never asks for more records than one call may bring', () => {
  estimate.onAnswer(clock.now(), 4_000);
  expect(estimate.next(500).records).toBe(500);
});

it('counts from when the call was made: what came in while it was under way may be unread', async () => {
  const askedAt = clock.now();
  await clock.advance(3_000);
  estimate.onAnswer(askedAt, 0);
  expect(estimate.unreadAge).toBe(3_000);
  await clock.advance(2_000);
  expect(estimate.unreadAge).toBe(5_000);
});

it('grows while the machine sleeps, and does not shrink when the wall clock is set back', async () => {
  estimate.onAnswer(clock.now(), 0);
  clock.adjustment = 60_000;
  expect(estimate.unreadAge).toBe(60_000);
  // The wall time of the call counts, not that of its answer.
  await clock.advance(1_000);
  estimate.onAnswer(clock.now() - 1_000, 0);
  clock.adjustment = 120_000;
  expect(estimate.unreadAge).toBe(61_000);
  estimate.onAnswer(clock.now(), 0);
  clock.adjustment = -60_000;
  await clock.advance(2_000);
  expect(estimate.unreadAge).toBe(2_000);
});

it('the size of records is that of their data and partition keys', () => {
  const record = (data: string, partitionKey: string): KinesisRecord => ({
    sequenceNumber: '1',
    partitionKey,
    data: Buffer.from(data),
    arrivalTime: 0,
  });
  expect(sizeOf([])).toEqual({ bytes: 0, records: 0 });
  expect(sizeOf([record('abc', 'key'), record('', 'k')])).toEqual({ bytes: 7, records: 2 });
});
