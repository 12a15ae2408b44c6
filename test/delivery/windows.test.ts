import { jest } from '@jest/globals';
import type { KinesisRecord } from '../../src/client/kinesis-gateway.js';
import type { Handler, WindowShape } from '../../src/delivery/handler.js';
import { MAX_IN_FLIGHT } from '../../src/delivery/in-flight.js';
import type { KinesisWindowContext } from '../../src/delivery/kinesis-window-context.js';
import type { ReceivedRecord } from '../../src/delivery/received-record.js';
import { ONE_BY_ONE, policyWith, recordingHandler } from '../support/scripted-handlers.js';
import { at, deliveryFixture, record } from './support/delivery-fixture.js';

/** Where the fixture's clock begins, which is the start of a window. */
const EPOCH = Date.UTC(2026, 0, 1);

interface Call {
  readonly from: number;
  readonly payloads: readonly unknown[];
  readonly state: unknown;
  readonly isFinal: boolean;
}

/** Sums up what it gets in windows of ten seconds; fails as often as it is told to. */
function summingHandler(settings: Partial<Handler> = {}) {
  const calls: Call[] = [];
  const failing = { finals: 0 };
  const handler: Handler = {
    name: 'sums',
    ...ONE_BY_ONE,
    shape: { type: 'window', length: 10_000, maxRecords: 2, maxBytes: 1_000_000, maxWait: 0 },
    handle: (input, context) => {
      const payloads = (input as readonly ReceivedRecord<number>[]).map(({ payload }) => payload);
      const { windowStart, windowEnd, state, isFinalInvokeForWindow } =
        context as KinesisWindowContext<number>;
      expect(windowEnd.getTime() - windowStart.getTime()).toBe(10_000);
      calls.push({ from: windowStart.getTime() - EPOCH, payloads, state, isFinal: isFinalInvokeForWindow });
      if (isFinalInvokeForWindow && failing.finals-- > 0) throw new Error('told to fail');
      return { state: payloads.reduce((sum, payload) => sum + payload, state ?? 0) };
    },
    ...settings,
  };
  return { handler, calls, failing };
}

afterEach(() => jest.restoreAllMocks());

/** Records that arrived at these seconds; their payloads are 1, 2, 3 and so on. */
const arrived = (...seconds: readonly number[]): KinesisRecord[] =>
  seconds.map((second, i) => ({ ...record(101 + i, String(i + 1)), arrivalTime: EPOCH + second * 1_000 }));

it('carries the state through the window, and calls once more when a record of the next one comes', async () => {
  const { handler, calls } = summingHandler();
  const { deliver } = deliveryFixture([handler]);
  await deliver(...arrived(1, 2, 3, 11));
  expect(calls).toEqual([
    { from: 0, payloads: [1, 2], state: undefined, isFinal: false },
    { from: 0, payloads: [3], state: 3, isFinal: false },
    { from: 0, payloads: [], state: 6, isFinal: true },
    { from: 10_000, payloads: [4], state: undefined, isFinal: false },
  ]);
});

it('is over when the shard has been read beyond its end, though nothing comes', async () => {
  const { handler, calls } = summingHandler();
  const { deliver, delivery, clock, reader } = deliveryFixture([handler]);
  await deliver(...arrived(1, 2));
  await clock.advance(30_000);
  expect(calls).toHaveLength(1);
  reader.upTo = EPOCH + 11_000;
  await clock.advance(1_000);
  expect(calls.at(-1)).toEqual({ from: 0, payloads: [], state: 3, isFinal: true });
  expect(delivery.finished).toEqual(at(102));
  expect(clock.pending).toBe(0);
});

it('holds the checkpoint before it while it is open, so that the next owner begins it again', async () => {
  const { handler } = summingHandler();
  const { deliver, delivery, stop } = deliveryFixture([handler, recordingHandler()]);
  await deliver(...arrived(1, 2, 3));
  expect(delivery.checkpointable).toBeUndefined();
  await deliver(...arrived(1, 2, 3, 11, 12, 13).slice(3));
  expect(delivery.checkpointable).toEqual(at(103));
  expect(delivery.finished).toEqual(at(106));
  stop.abort();
  await delivery.drained();
  delivery.close();
  expect(delivery.checkpointable).toEqual(at(103));
});

it('takes a late record into the window that is open', async () => {
  const { handler, calls } = summingHandler();
  const { deliver } = deliveryFixture([handler]);
  await deliver(...arrived(11, 9, 12));
  expect(calls.map(({ from, payloads }) => [from, payloads])).toEqual([
    [10_000, [1, 2]],
    [10_000, [3]],
  ]);
});

it('ends with the shard', async () => {
  const { handler, calls } = summingHandler();
  const { deliver, delivery, stop } = deliveryFixture([handler]);
  await deliver(...arrived(1));
  expect(await delivery.end(stop.signal)).toBe(true);
  expect(calls.at(-1)).toMatchObject({ isFinal: true, state: 1 });
  expect(delivery.checkpointable).toEqual(at(101));
});

it('has its last call tried again, with the same state', async () => {
  const { handler, calls, failing } = summingHandler();
  failing.finals = 2;
  const { deliver, clock } = deliveryFixture([handler]);
  await deliver(...arrived(1, 11));
  await clock.advance(5_000);
  expect(calls.filter(({ isFinal }) => isFinal)).toEqual(
    Array.from({ length: 3 }, () => ({ from: 0, payloads: [], state: 1, isFinal: true })),
  );
  expect(calls.at(-1)).toMatchObject({ from: 10_000, payloads: [2] });
});

it.each(['skip', 'dead-letter'] as const)(
  'is given up where its last call is (%s), and no record with it: its records were handled',
  async (onExhausted) => {
    const { handler, calls, failing } = summingHandler({
      policy: policyWith({ retry: { attempts: 1 }, onExhausted }),
    });
    failing.finals = 1;
    const deadLetterSink = { name: 'sink', send: jest.fn(() => Promise.resolve()) };
    const { deliver, delivery, events } = deliveryFixture([handler], { deadLetterSink });
    await deliver(...arrived(1, 11));
    expect(events).toMatchObject([
      { type: 'record-failed', records: 0, final: true },
      { type: 'window-skipped', windowStart: EPOCH, windowEnd: EPOCH + 10_000, sequenceNumber: '101' },
    ]);
    expect(deadLetterSink.send).not.toHaveBeenCalled();
    expect(calls.at(-1)).toMatchObject({ from: 10_000, payloads: [2] });
    expect(delivery.checkpointable).toEqual(at(101));
  },
);

it('gives the room of what it has handled back while it is open: else no shard with an open window reads on', async () => {
  const { handler } = summingHandler();
  const { deliver, delivery } = deliveryFixture([handler]);
  const page = await deliver(...arrived(1, 2));
  expect(page.released).toBe(true);
  expect(delivery.checkpointable).toBeUndefined();
});

it('ends though it is open over more records, which are not for its handler, than may be in flight', async () => {
  jest.replaceProperty(MAX_IN_FLIGHT, 'records', 10);
  const { handler, calls } = summingHandler({ filter: (payload) => payload === 1 || payload === 20 });
  const { deliver } = deliveryFixture([handler]);
  await deliver(...arrived(...Array.from({ length: 19 }, () => 1), 11));
  expect(calls.map(({ payloads, isFinal }) => [payloads, isFinal])).toEqual([
    [[1], false],
    [[], true],
    [[20], false],
  ]);
});

it.each([0, 1, 2, 3])(
  'ends only when what waited for more of it is handled, whenever the shard ends (%i)',
  async (turns) => {
    const shape: WindowShape = {
      type: 'window',
      length: 10_000,
      maxRecords: 2,
      maxBytes: 1e6,
      maxWait: 3_000,
    };
    const { handler, calls } = summingHandler({ shape });
    const { deliver, delivery, stop } = deliveryFixture([handler]);
    await deliver(...arrived(1, 2));
    const third = deliver(...arrived(1, 2, 3).slice(2));
    // The end comes between the lane's look for a batch and its look for the window's end.
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    expect(await delivery.end(stop.signal)).toBe(true);
    await third;
    expect(calls.map(({ payloads, isFinal }) => [payloads, isFinal])).toEqual([
      [[1, 2], false],
      [[3], false],
      [[], true],
    ]);
  },
);

it('ends with a shard that was paused at its end', async () => {
  const { handler, calls } = summingHandler();
  const { deliver, delivery, gate, stop } = deliveryFixture([handler]);
  gate.close();
  await deliver(...arrived(1));
  const end = delivery.end(stop.signal);
  delivery.dropUnread();
  gate.open();
  expect(await end).toBe(true);
  expect(calls.at(-1)).toMatchObject({ isFinal: true, state: 1 });
});
