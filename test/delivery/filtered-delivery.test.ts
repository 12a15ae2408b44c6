import type { Handler } from '../../src/delivery/handler.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { batchHandler } from './support/batch-handler.js';
import { at, deliveryFixture, record } from './support/delivery-fixture.js';

const even = (payload: unknown): boolean => (payload as number) % 2 === 0;
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => record(from + i, String(from + i)));

it('what a filter refuses counts as finished, for that handler', async () => {
  const handler = recordingHandler();
  const all = recordingHandler();
  const { deliver, delivery } = deliveryFixture([{ ...handler, filter: even }, all]);
  await deliver(...numbers(101, 105));
  expect(handler.seen).toEqual([102, 104]);
  expect(all.seen).toEqual([101, 102, 103, 104, 105]);
  expect(delivery.finished).toEqual(at(105));
});

it('batches are filled with what passes', async () => {
  const { handler, batches } = batchHandler({}, undefined, { filter: even });
  const { deliver, delivery } = deliveryFixture([handler]);
  await deliver(...numbers(101, 109));
  expect(batches).toEqual([[102, 104, 106], [108]]);
  expect(delivery.finished).toEqual(at(109));
});

it('a filter sees the context', async () => {
  const handler = recordingHandler();
  const filter: Handler['filter'] = (_payload, { sequenceNumber }) => sequenceNumber === '102';
  const { deliver } = deliveryFixture([{ ...handler, filter }]);
  await deliver(...numbers(101, 103));
  expect(handler.seen).toEqual([102]);
});

it('a filter that throws fails the record, and one that cannot be decoded fails without being asked', async () => {
  const asked: unknown[] = [];
  const handler = recordingHandler(undefined, { onExhausted: 'skip' });
  const filter: Handler['filter'] = (payload) => {
    asked.push(payload);
    if (payload === 101) throw new TypeError('a bug');
    return true;
  };
  const { deliver, events, delivery } = deliveryFixture([{ ...handler, filter }]);
  await deliver(record(101, '101'), record(102, 'no json'), record(103, '103'));
  expect(asked).toEqual([101, 103]);
  expect(handler.seen).toEqual([103]);
  expect(events).toMatchObject([
    { type: 'record-failed', error: { code: 'KINESIS_CONFIGURATION' } },
    { type: 'record-skipped' },
    { type: 'record-failed', error: { code: 'KINESIS_DESERIALIZATION' } },
    { type: 'record-skipped' },
  ]);
  expect(delivery.finished).toEqual(at(103));
});

it('a long run of refused records leaves turns to others, and is passed', async () => {
  const handler = recordingHandler();
  const { deliver, clock, delivery } = deliveryFixture([
    { ...handler, filter: (payload) => payload === 3_000 },
  ]);
  await deliver(...numbers(1_000, 3_000));
  expect(handler.seen).toEqual([]);
  await clock.advance(1);
  expect(handler.seen).toEqual([3_000]);
  expect(delivery.finished).toEqual(at(3_000));
});
