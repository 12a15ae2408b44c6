import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { ONE_BY_ONE } from '../support/scripted-handlers.js';
import { batchHandler } from './support/batch-handler.js';
import { at, deliveryFixture, record, settled } from './support/delivery-fixture.js';

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => record(from + i, String(from + i)));

it('hands over as many records as there are, up to maxRecords, each with its place', async () => {
  const { handler, batches, contexts, records } = batchHandler();
  const { deliver, delivery } = deliveryFixture([handler]);
  await deliver(...numbers(101, 107));
  expect(batches).toEqual([[101, 102, 103], [104, 105, 106], [107]]);
  expect(contexts[1]).toMatchObject({ stream: 'orders', application: 'app', shardId: 'shard-0', attempt: 1 });
  expect(records[4]).toMatchObject({ id: 'orders/shard-0/105/0', partitionKey: 'key', attempt: 1 });
  expect(delivery.finished).toEqual(at(107));
});

it('counts bytes, and a record beyond the limit comes alone', async () => {
  const { handler, batches } = batchHandler({ maxRecords: 100, maxBytes: 10 });
  const { deliver } = deliveryFixture([handler]);
  await deliver(record(1, '"aaa"'), record(2, '"bbb"'), record(3, '"c"'), record(4, '"ddddddddddd"'));
  expect(batches).toEqual([['aaa', 'bbb'], ['c'], ['ddddddddddd']]);
});

it('spans reads while it waits, for maxWait at most', async () => {
  const { handler, batches } = batchHandler({ maxRecords: 4, maxWait: 1_000 });
  const { deliver, clock } = deliveryFixture([handler]);
  const first = await deliver(...numbers(101, 103));
  await clock.advance(900);
  expect(batches).toEqual([]);
  await deliver(...numbers(104, 105));
  expect(batches).toEqual([[101, 102, 103, 104]]);
  expect(first.released).toBe(true);
  await clock.advance(999);
  expect(batches).toHaveLength(1);
  await clock.advance(1);
  expect(batches[1]).toEqual([105]);
});

it('does not wait while reads wait for room', async () => {
  const { handler, batches } = batchHandler({ maxRecords: 4, maxWait: 60_000 });
  const { deliver, delivery, reader } = deliveryFixture([handler]);
  await deliver(...numbers(101, 102));
  expect(batches).toEqual([]);

  reader.isRoomShort = true;
  delivery.wake();
  await settled();
  expect(batches).toEqual([[101, 102]]);
  await deliver(...numbers(103, 103));
  expect(batches[1]).toEqual([103]);
});

it('does not wait for more than may be in flight', async () => {
  const { handler, batches } = batchHandler({
    maxRecords: 10_000,
    maxBytes: 10 * 1024 * 1024,
    maxWait: 1_000,
  });
  const { deliver } = deliveryFixture([
    handler,
    batchHandler({ maxRecords: 1 }, () => new Promise(() => 0)).handler,
  ]);
  await deliver(...numbers(100_001, 100_500));
  expect(batches).toEqual([]);
  await deliver(...numbers(100_501, 110_600));
  expect(batches.map(({ length }) => length)).toEqual([10_000]);
});

it('is tried again as a whole', async () => {
  const { handler, batches, contexts } = batchHandler({}, (_payloads, { attempt }) => {
    if (attempt < 3) throw new Error('not yet');
  });
  const { deliver, clock, delivery, events } = deliveryFixture([handler]);
  await deliver(...numbers(101, 104));
  await clock.advance(10_000);
  expect(batches.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => [101, 102, 103]));
  expect(contexts.slice(0, 3).map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect(events[0]).toMatchObject({ type: 'record-failed', sequenceNumber: '101', records: 3 });
  expect(delivery.finished).toEqual(at(104));
});

it('has what cannot be decoded go its own way, and the others theirs', async () => {
  const { handler, batches } = batchHandler({}, undefined, {
    policy: { ...ONE_BY_ONE.policy, onExhausted: 'skip' },
  });
  const { deliver, delivery, eventTypes } = deliveryFixture([handler]);
  await deliver(record(101, '101'), record(102, 'bad'), record(103, '103'), record(104, '104'));
  expect(batches).toEqual([[101], [103, 104]]);
  expect(eventTypes()).toEqual(['record-failed', 'record-skipped']);
  expect(delivery.finished).toEqual(at(104));
});

it('never has a key in two batches that run', async () => {
  const running = new Map<string, number>();
  const { handler, batches } = batchHandler({ maxRecords: 2 }, async (payloads) => {
    const keys = new Set(payloads.map((payload) => String(payload).charAt(0)));
    for (const key of keys) {
      expect(running.get(key) ?? 0).toBe(0);
      running.set(key, 1);
    }
    await settled();
    for (const key of keys) running.set(key, 0);
  });
  const lanes = { concurrency: 4, orderBy: 'partition-key' as const };
  const { deliver, delivery } = deliveryFixture([{ ...handler, lanes }]);
  const payloads = Array.from({ length: 60 }, (_, i) => `${'abcdef'.charAt(i % 6)}${i}`);
  await deliver(
    ...payloads.map((payload, i) => record(1_000 + i, JSON.stringify(payload), payload.charAt(0))),
  );
  for (let i = 0; i < 80; i++) await settled();
  expect(batches.flat()).toHaveLength(60);
  expect(delivery.finished).toEqual(at(1_059));
});

it('that has not started when the shard is given up is left to the next owner', async () => {
  const { handler, batches } = batchHandler({ maxRecords: 4, maxWait: 1_000 });
  const { deliver, delivery, stop, clock } = deliveryFixture([handler]);
  await deliver(...numbers(101, 103));
  stop.abort();
  await delivery.drained();
  delivery.close();
  expect(batches).toEqual([]);
  expect(delivery.finished).toBeUndefined();
  expect(clock.pending).toBe(0);
});

it('with a manual checkpoint marks its last record', async () => {
  const { handler, contexts } = batchHandler();
  const { deliver, delivery } = deliveryFixture([handler], { checkpointMode: 'manual' });
  await deliver(...numbers(101, 104));
  expect(delivery.checkpointable).toBeUndefined();
  contexts[0]?.checkpoint();
  expect(delivery.checkpointable).toEqual(at(103));
});

it('starts at once what waits when the shard has ended', async () => {
  const { handler, batches } = batchHandler({ maxRecords: 100, maxWait: 300_000 });
  const { deliver, delivery, stop } = deliveryFixture([handler]);
  await deliver(...numbers(101, 103));
  expect(await delivery.end(stop.signal)).toBe(true);
  expect(batches).toEqual([[101, 102, 103]]);
});

/** A clock that goes on while a handler keeps the processor. */
class BusyClock extends VirtualClock {
  busy = 0;

  override now(): number {
    return super.now() + this.busy;
  }
}

it('batches that keep the processor leave a turn to others before the next one', async () => {
  const clock = new BusyClock();
  const { handler, batches } = batchHandler({}, () => void (clock.busy += 4));
  const { deliver, delivery } = deliveryFixture([handler], { clock });
  await deliver(...Array.from({ length: 9 }, (_, i) => record(101 + i, String(101 + i))));
  expect(batches).toEqual([[101, 102, 103]]);

  await clock.advance(1);
  expect(batches.length).toBe(3);
  expect(delivery.finished).toEqual(at(109));
});
