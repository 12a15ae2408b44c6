import fc from 'fast-check';
import type { Handler, LaneOptions } from '../../src/delivery/handler.js';
import { policyWith, recordingHandler } from '../support/scripted-handlers.js';
import { deliveryFixture, record, settled } from './support/delivery-fixture.js';

function inLanes(handler: Handler, lanes: LaneOptions): Handler {
  return { ...handler, lanes };
}

/** Holds each call until it is told to end. */
function heldHandler() {
  const open = new Map<unknown, (outcome: 'done' | 'failed') => void>();
  const handler = recordingHandler(
    (payload) =>
      new Promise<void>((resolve, reject) => {
        open.set(payload, (outcome) => {
          open.delete(payload);
          if (outcome === 'done') resolve();
          else reject(new Error('told to fail'));
        });
      }),
  );
  return { handler, open, running: () => [...open.keys()].sort() };
}

const key = (payload: unknown): string => String(payload).charAt(0);
const keyed = (...payloads: readonly string[]) =>
  payloads.map((payload, i) => record(1000 + i, JSON.stringify(payload), key(payload)));

it.each<[string, LaneOptions]>([
  ['partition key', { concurrency: 8, orderBy: 'partition-key' }],
  ['a key in the payload', { concurrency: 8, orderBy: key }],
])('by %s: keys run beside each other, the records of one after each other', async (_what, lanes) => {
  const { handler, open, running } = heldHandler();
  const { deliver, delivery } = deliveryFixture([inLanes(handler, lanes)]);
  await deliver(...keyed('a1', 'a2', 'b1', 'a3', 'c1', 'b2'));
  expect(running()).toEqual(['a1', 'b1', 'c1']);
  open.get('b1')?.('done');
  await settled();
  expect(running()).toEqual(['a1', 'b2', 'c1']);
  expect(delivery.finished).toBeUndefined();
  open.get('a1')?.('done');
  await settled();
  expect(running()).toEqual(['a2', 'b2', 'c1']);
  expect(delivery.finished?.sequenceNumber).toBe('1000');
});

it('a record that is tried again holds up its key only', async () => {
  const { handler, open, running } = heldHandler();
  const { deliver, clock } = deliveryFixture([
    inLanes(handler, { concurrency: 8, orderBy: 'partition-key' }),
  ]);
  await deliver(...keyed('a1', 'b1', 'a2', 'b2'));
  open.get('a1')?.('failed');
  open.get('b1')?.('done');
  await settled();
  expect(running()).toEqual(['b2']);
  await clock.advance(1_000);
  expect(running()).toEqual(['a1', 'b2']);
  open.get('a1')?.('done');
  await settled();
  expect(running()).toEqual(['a2', 'b2']);
});

it('without an order whichever lane is free takes the next record', async () => {
  const { handler, open, running } = heldHandler();
  const { deliver, delivery } = deliveryFixture([inLanes(handler, { concurrency: 2, orderBy: 'none' })]);
  await deliver(...keyed('a1', 'a2', 'a3', 'a4'));
  expect(running()).toEqual(['a1', 'a2']);
  open.get('a2')?.('done');
  await settled();
  expect(running()).toEqual(['a1', 'a3']);
  open.get('a3')?.('done');
  open.get('a1')?.('done');
  await settled();
  expect(running()).toEqual(['a4']);
  expect(delivery.finished?.sequenceNumber).toBe('1002');
});

it('a record that halts stops every lane at its next record, and resuming lets all go on', async () => {
  let isMended = false;
  const held = heldHandler();
  const handler: Handler = {
    ...inLanes(held.handler, { concurrency: 8, orderBy: 'partition-key' }),
    policy: policyWith({ retry: { attempts: 1 } }),
    handle: (payload, context) => {
      if (payload === 'a1' && !isMended) throw new Error('not before it is mended');
      return held.handler.handle(payload, context);
    },
  };
  const { deliver, delivery, eventTypes } = deliveryFixture([handler]);
  await deliver(...keyed('b1', 'a1', 'b2', 'c1'));
  expect(eventTypes()).toEqual(['record-failed', 'shard-halted']);
  const running = held.running();
  for (const payload of running) held.open.get(payload)?.('done');
  await settled();
  expect(held.running()).toEqual([]);
  isMended = true;
  delivery.resume();
  for (let i = 0; i < 4; i++) {
    await settled();
    for (const payload of held.running()) held.open.get(payload)?.('done');
  }
  expect([...held.handler.seen].sort()).toEqual(['a1', 'b1', 'b2', 'c1']);
  expect(delivery.finished?.sequenceNumber).toBe('1003');
});

it('a record for which the key cannot be found goes the way of one that failed, at once', async () => {
  const handler = recordingHandler(undefined, { onExhausted: 'skip' });
  const orderBy = (payload: unknown): unknown => (payload as { customer: { id: string } }).customer.id;
  const { deliver, events } = deliveryFixture([inLanes(handler, { concurrency: 4, orderBy })]);
  await deliver(record(1, '{}'), record(2, '{"customer":{"id":"x"}}'));
  expect(handler.seen).toEqual([{ customer: { id: 'x' } }]);
  expect(events.map(({ type }) => type)).toEqual(['record-failed', 'record-skipped']);
  expect(events[0]).toMatchObject({ error: { code: 'KINESIS_CONFIGURATION' }, sequenceNumber: '1' });
});

it('keeps the order of each key whatever fails, and finishes everything', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 6 }),
      fc.infiniteStream(fc.nat({ max: 3 })),
      async (keys, concurrency, dice) => {
        const done = new Map<string, number[]>();
        const running = new Set<string>();
        const fixture = deliveryFixture([
          inLanes(
            recordingHandler(async (payload) => {
              const [k = '', n] = (payload as string).split('-');
              expect(running.has(k)).toBe(false);
              running.add(k);
              const luck = dice.next().value as number;
              if (luck > 0) await fixture.clock.sleep(luck * 10);
              running.delete(k);
              if (luck === 3) throw new Error('bad luck');
              done.set(k, [...(done.get(k) ?? []), Number(n)]);
            }),
            { concurrency, orderBy: 'partition-key' },
          ),
        ]);
        const records = keys.map((k, i) => record(1000 + i, JSON.stringify(`${k}-${i}`), String(k)));
        await fixture.deliver(...records.slice(0, 20));
        await fixture.deliver(...records.slice(20));
        await fixture.clock.advance(600_000);
        for (const numbers of done.values()) expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        expect([...done.values()].flat()).toHaveLength(keys.length);
        expect(fixture.delivery.finished?.sequenceNumber).toBe(String(999 + keys.length));
      },
    ),
    { numRuns: 30 },
  );
});
