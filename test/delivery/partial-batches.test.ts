import { DeadLetter } from '../../src/delivery/control-flow.js';
import type { ReceivedRecord } from '../../src/delivery/received-record.js';
import { BatchValidationError, ValidationError } from '../../src/errors.js';
import { policyWith } from '../support/scripted-handlers.js';
import { batchHandler } from './support/batch-handler.js';
import { at, deliveryFixture, record, settled } from './support/delivery-fixture.js';

const FOUR = { maxRecords: 4 };
const four = ['a', 'b', 'c', 'd'].map((value, i) => record(101 + i, JSON.stringify(value)));
const poison = (payloads: readonly unknown[]): void => {
  if (payloads.includes('c')) throw new Error('c is poison');
};

it('without bisecting, one bad record gives all of its batch up', async () => {
  const { handler, batches } = batchHandler(FOUR, poison, {
    policy: policyWith({ retry: { attempts: 2 }, onExhausted: 'skip' }),
  });
  const { deliver, clock, events } = deliveryFixture([handler]);
  await deliver(...four);
  await clock.advance(1_000);
  expect(batches).toEqual([
    ['a', 'b', 'c', 'd'],
    ['a', 'b', 'c', 'd'],
  ]);
  expect(events.filter(({ type }) => type === 'record-skipped')).toHaveLength(4);
});

it('bisectOnError narrows it down to the bad record, in order, and only that uses up attempts', async () => {
  const { handler, batches } = batchHandler(FOUR, poison, {
    policy: policyWith({ retry: { attempts: 2 }, onExhausted: 'skip', bisectOnError: true }),
  });
  const { deliver, clock, events, delivery } = deliveryFixture([handler]);
  await deliver(...four);
  await clock.advance(1_000);
  expect(batches).toEqual([['a', 'b', 'c', 'd'], ['a', 'b'], ['c', 'd'], ['c'], ['c'], ['d']]);
  expect(events).toMatchObject([
    { type: 'record-failed', records: 4, final: false },
    { type: 'record-failed', records: 2, final: false },
    { type: 'record-failed', records: 1, sequenceNumber: '103', final: false },
    { type: 'record-failed', records: 1, sequenceNumber: '103', final: true },
    { type: 'record-skipped', sequenceNumber: '103' },
  ]);
  expect(delivery.finished).toEqual(at(104));
});

it.each<[string, (records: readonly { id: string; sequenceNumber: string }[]) => unknown, string[]]>([
  ['exactly the records of "failed"', (records) => ({ failed: [records[1]] }), ['b']],
  ['several of them', (records) => ({ failed: [records[3], records[1]] }), ['b', 'd']],
  ['none', () => ({ failed: [] }), []],
  ['none of no failures as Lambda has them', () => ({ batchItemFailures: [] }), []],
  [
    'as Lambda does, all from the first named on',
    (records) => ({
      batchItemFailures: [
        { itemIdentifier: records[3]?.sequenceNumber },
        { itemIdentifier: records[2]?.sequenceNumber },
      ],
    }),
    ['c', 'd'],
  ],
  [
    'those from an id on',
    (records) => ({ batchItemFailures: [{ itemIdentifier: records[1]?.id }] }),
    ['b', 'c', 'd'],
  ],
  [
    'all, for a name it cannot know',
    () => ({ batchItemFailures: [{ itemIdentifier: '' }] }),
    ['a', 'b', 'c', 'd'],
  ],
  ['all, for a record of another batch', () => ({ failed: [{ sequenceNumber: '9' }] }), ['a', 'b', 'c', 'd']],
  ['one that is not in a list', (records) => ({ failed: records[2] }), ['c']],
  ['all, for what names no record', () => ({ failed: [2, null, 'b'] }), ['a', 'b', 'c', 'd']],
  ['all, for a number of failures', () => ({ failed: 2 }), ['a', 'b', 'c', 'd']],
  ['none, for a number of none', () => ({ failed: 0, batchItemFailures: null }), []],
  ['none, for anything else', () => ({ inserted: 4 }), []],
])('tries again %s', async (_what, result, again) => {
  let call = 0;
  const { handler, batches } = batchHandler(FOUR, (_payloads, _context, records) =>
    call++ === 0 ? result(records) : undefined,
  );
  const { deliver, clock, delivery } = deliveryFixture([handler]);
  await deliver(...four);
  await clock.advance(1_000);
  expect(batches.slice(1)).toEqual(again.length === 0 ? [] : [again]);
  expect(delivery.finished).toEqual(at(104));
});

it('failFrom tells which records are done, whether the handler then returns or throws', async () => {
  const problem = new Error('the database is gone');
  const { handler, batches } = batchHandler(FOUR, (_payloads, context, records) => {
    const [, second, third] = records;
    if (context.attempt === 1 && third) context.failFrom(third);
    if (context.attempt === 2 && second) {
      context.failFrom(second);
      throw problem;
    }
  });
  const { deliver, clock, delivery, events } = deliveryFixture([handler]);
  await deliver(...four);
  expect(delivery.finished).toEqual(at(102));
  await clock.advance(10_000);
  expect(batches).toEqual([['a', 'b', 'c', 'd'], ['c', 'd'], ['d']]);
  expect(events).toMatchObject([
    { records: 2, sequenceNumber: '103', error: { code: 'KINESIS_PARTIAL_FAILURE' } },
    { records: 1, sequenceNumber: '104', error: problem },
  ]);
});

it('failFrom with what is no record of the batch fails all of it', async () => {
  const { handler, batches } = batchHandler(FOUR, (_payloads, context) => {
    if (context.attempt > 1) return;
    context.failFrom({ sequenceNumber: undefined, subSequenceNumber: 0 } as unknown as ReceivedRecord);
    throw new Error('and that');
  });
  const { deliver, clock, delivery, crashes } = deliveryFixture([handler]);
  await deliver(...four);
  await clock.advance(1_000);
  expect(batches).toEqual([
    ['a', 'b', 'c', 'd'],
    ['a', 'b', 'c', 'd'],
  ]);
  expect(delivery.finished).toEqual(at(104));
  expect(crashes).toEqual([]);
});

it('of a batch with a payload that asks for a dead letter, and no sink for it, those before it are handled first', async () => {
  let isMended = false;
  const { handler, batches } = batchHandler(FOUR, (_payloads, _context, records) => {
    const refused = records.filter(({ payload }) => payload === 'c' && !isMended);
    if (refused.length === 0) return;
    throw new BatchValidationError(new Map(refused.map(({ id }) => [id, new DeadLetter('no c')])));
  });
  const { deliver, delivery } = deliveryFixture([handler]);
  await deliver(...four);
  expect(delivery.finished).toEqual(at(102));
  expect(delivery.isHalted).toBe(true);
  isMended = true;
  delivery.resume();
  await settled();
  expect(batches).toEqual([['a', 'b', 'c', 'd'], ['a', 'b'], ['c'], ['d']]);
});

it('of a batch with payloads that were refused, those go their own way and the others are handled', async () => {
  const { handler, batches } = batchHandler(
    FOUR,
    (_payloads, _context, records) => {
      const refused = records.filter(({ payload }) => payload === 'b');
      if (refused.length === 0) return;
      throw new BatchValidationError(new Map(refused.map(({ id }) => [id, new ValidationError('no b')])));
    },
    { policy: policyWith({ onExhausted: 'skip' }) },
  );
  const { deliver, events, delivery } = deliveryFixture([handler]);
  await deliver(...four);
  expect(batches).toEqual([
    ['a', 'b', 'c', 'd'],
    ['a', 'c', 'd'],
  ]);
  expect(events).toMatchObject([
    { type: 'record-failed', final: true, sequenceNumber: '102', error: { code: 'KINESIS_VALIDATION' } },
    { type: 'record-skipped', sequenceNumber: '102' },
  ]);
  expect(delivery.finished).toEqual(at(104));
});

it('of a batch whose first payload was refused, the others are handled also if the shard is given up meanwhile', async () => {
  let giveUp = (): void => undefined;
  const { handler, batches } = batchHandler(
    FOUR,
    (payloads, _context, [first]) => {
      if (!first || payloads[0] !== 'a') return;
      giveUp();
      throw new BatchValidationError(new Map([[first.id, new ValidationError('no a')]]));
    },
    { policy: policyWith({ onExhausted: 'skip' }) },
  );
  const { deliver, delivery, stop } = deliveryFixture([handler]);
  giveUp = () => stop.abort();
  await deliver(...four);
  await delivery.drained();
  expect(batches).toEqual([
    ['a', 'b', 'c', 'd'],
    ['b', 'c', 'd'],
  ]);
  expect(delivery.finished).toEqual(at(104));
});
