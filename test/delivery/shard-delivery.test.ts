import { JsonAggregator } from '../../src/aggregators/json-aggregator.js';
import type { Checkpoint } from '../../src/checkpointers/checkpoint.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { ArrayAggregator, at, deliveryFixture, record, settled } from './support/delivery-fixture.js';

const never = (payload: unknown): void => {
  if (payload === 'bad') throw new Error('never');
};

it('hands records over one at a time, in order, with their context', async () => {
  let running = 0;
  const data: Uint8Array[] = [];
  const handler = recordingHandler(async (_payload, context) => {
    expect(++running).toBe(1);
    data.push(context.data);
    await Promise.resolve();
    running--;
  });
  const { delivery, deliver } = deliveryFixture([handler]);
  await deliver(record(1, '"a"'), record(2, '"b"'));
  expect(handler.seen).toEqual(['a', 'b']);
  expect(handler.contexts[1]).toMatchObject({
    id: 'orders/shard-0/2/0',
    stream: 'orders',
    application: 'app',
    shardId: 'shard-0',
    partitionKey: 'key',
    sequenceNumber: '2',
    subSequenceNumber: 0,
    attempt: 1,
    fencingToken: 7,
    approximateArrival: new Date(5_000),
  });
  expect(data).toEqual([Buffer.from('"a"'), Buffer.from('"b"')]);
  expect(delivery.finished).toEqual(at(2));
});

it('gives the room of a read back when its last record is finished', async () => {
  const finish: (() => void)[] = [];
  const handler = recordingHandler(() => new Promise<void>((resolve) => finish.push(resolve)));
  const { deliver } = deliveryFixture([handler]);
  const first = await deliver(record(1, '"a"'), record(2, '"b"'));
  const second = await deliver(record(3, '"c"'));
  finish[0]?.();
  await settled();
  expect([first.released, second.released]).toEqual([false, false]);
  finish[1]?.();
  await settled();
  expect([first.released, second.released]).toEqual([true, false]);
  finish[2]?.();
  await settled();
  expect(second.released).toBe(true);
});

it('tries a failed record again with back-off, before any later one', async () => {
  const handler = recordingHandler((payload, { attempt }) => {
    if (payload === 'a' && attempt < 3) throw new Error('not yet');
  });
  const { delivery, deliver, clock, eventTypes } = deliveryFixture([handler]);
  await deliver(record(1, '"a"'), record(2, '"b"'));
  expect(handler.seen).toEqual(['a']);
  expect(delivery.finished).toBeUndefined();
  await clock.advance(1_000);
  expect(handler.seen).toEqual(['a', 'a', 'a', 'b']);
  expect(handler.contexts.map((context) => context.attempt)).toEqual([1, 2, 3, 1]);
  expect(eventTypes()).toEqual(['record-failed', 'record-failed']);
  expect(delivery.finished).toEqual(at(2));
});

describe('a record whose attempts are used up', () => {
  it('halts the shard, and does not count as done', async () => {
    const handler = recordingHandler(never, { retry: { attempts: 2 } });
    const { delivery, deliver, clock, events, calls } = deliveryFixture([handler]);
    const page = await deliver(record(1, '"a"'), record(2, '"bad"'), record(3, '"c"'));
    await clock.advance(1_000);
    expect(handler.seen).toEqual(['a', 'bad', 'bad']);
    expect(delivery.finished).toEqual(at(1));
    expect(delivery.isHalted).toBe(true);
    expect(calls.halted).toBe(1);
    expect(events.at(-1)).toMatchObject({ type: 'shard-halted', sequenceNumber: '2', shardId: 'shard-0' });
    // Others may read while this shard stands still.
    expect(page.released).toBe(true);
    expect(delivery.taken).toEqual(at(2));
  });

  it('is tried again when the shard is resumed, and what is behind it is read again', async () => {
    let isMended = false;
    const handler = recordingHandler(
      (payload) => {
        if (payload === 'bad' && !isMended) throw new Error('not before it is mended');
      },
      { retry: { attempts: 1 } },
    );
    const { delivery, deliver } = deliveryFixture([handler]);
    await deliver(record(1, '"bad"'), record(2, '"b"'));
    isMended = true;
    delivery.resume();
    await settled();
    expect(handler.seen).toEqual(['bad', 'bad']);
    await deliver(record(1, '"bad"'), record(2, '"b"'));
    expect(handler.seen).toEqual(['bad', 'bad', 'b']);
    expect(delivery.finished).toEqual(at(2));
  });

  it('is skipped loudly where the policy says so', async () => {
    const handler = recordingHandler(never, { retry: { attempts: 1 }, onExhausted: 'skip' });
    const { delivery, deliver, eventTypes } = deliveryFixture([handler]);
    await deliver(record(1, '"bad"'), record(2, '"b"'));
    expect(delivery.finished).toEqual(at(2));
    expect(eventTypes()).toEqual(['record-failed', 'record-skipped']);
  });
});

describe('a record that cannot be decoded', () => {
  it.each([
    ['whose payload is no JSON', new JsonAggregator(), '{"secret": tru'],
    ['that cannot be taken apart', new ArrayAggregator(), '{"secret": true}'],
  ])(
    '%s takes the error path at once, with its place and without its bytes',
    async (_what, aggregator, data) => {
      const handler = recordingHandler();
      const { deliver, events, eventTypes } = deliveryFixture([handler], { aggregator });
      await deliver(record(41, data, 'secret-key'));
      expect(handler.seen).toEqual([]);
      expect(eventTypes()).toEqual(['record-failed', 'shard-halted']);
      const [failed] = events;
      if (failed?.type !== 'record-failed' || !(failed.error instanceof Error)) throw new Error('no failure');
      expect(failed).toMatchObject({
        final: true,
        stream: 'orders',
        shardId: 'shard-0',
        sequenceNumber: '41',
      });
      expect(failed.error).toMatchObject({ code: 'KINESIS_DESERIALIZATION' });
      expect(failed.error.message).toMatch(/"orders".*shard-0.*41/);
      expect(failed.error.message).not.toContain('secret');
    },
  );

  it('is skipped where the policy says so', async () => {
    const handler = recordingHandler(undefined, { onExhausted: 'skip' });
    const { deliver } = deliveryFixture([handler]);
    await deliver(record(1, 'x'), record(2, '"b"'));
    expect(handler.seen).toEqual(['b']);
  });
});

it('resumes inside an aggregate behind the user record that the checkpoint names', async () => {
  const handler = recordingHandler();
  const resumeFrom: Checkpoint = { type: 'SEQUENCE', sequenceNumber: '5', subSequenceNumber: 1 };
  const { deliver } = deliveryFixture([handler], { resumeFrom, aggregator: new ArrayAggregator() });
  await deliver(record(5, '["a","b","c","d"]'), record(6, '["e"]'));
  expect(handler.seen).toEqual(['c', 'd', 'e']);
  expect(handler.contexts.map((context) => context.subSequenceNumber)).toEqual([2, 3, 0]);
});

it('starts no handler once stopped, and lets the running one finish', async () => {
  let finish = (): void => undefined;
  const handler = recordingHandler(() => new Promise<void>((resolve) => (finish = resolve)));
  const { delivery, deliver, stop } = deliveryFixture([handler]);
  await deliver(record(1, '"a"'), record(2, '"b"'));
  stop.abort();
  expect(delivery.isHandling).toBe(true);
  finish();
  await delivery.drained();
  expect(delivery.isHandling).toBe(false);
  expect(handler.seen).toEqual(['a']);
  expect(delivery.finished).toEqual(at(1));
});

it('waits no longer to try again once stopped', async () => {
  const handler = recordingHandler(() => {
    throw new Error('always');
  });
  const { delivery, deliver, stop } = deliveryFixture([handler]);
  await deliver(record(1, '"a"'));
  stop.abort();
  await delivery.drained();
  expect(handler.seen).toEqual(['a']);
  expect(delivery.finished).toBeUndefined();
});

it('starts no handler when the lease is no longer certain, nor a retry', async () => {
  const handler = recordingHandler((payload) => {
    fixture.lease.held = false;
    if (payload === 'bad') throw new Error('always');
  });
  const fixture = deliveryFixture([handler]);
  await fixture.deliver(record(1, '"a"'), record(2, '"b"'));
  expect(handler.seen).toEqual(['a']);
  expect(fixture.calls.refused).toBe(1);

  const failing = recordingHandler(() => {
    retried.lease.held = false;
    throw new Error('always');
  });
  const retried = deliveryFixture([failing]);
  await retried.deliver(record(1, '"a"'));
  await retried.clock.advance(10_000);
  expect(failing.seen).toEqual(['a']);
});

it('does not count what ends only because it was aborted', async () => {
  const handler = recordingHandler(
    (_payload, { signal }) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
  );
  const { delivery, deliver, stop, abort } = deliveryFixture([handler]);
  await deliver(record(1, '"a"'));
  stop.abort();
  abort.abort();
  await delivery.drained();
  expect(delivery.finished).toBeUndefined();
});

it('starts nothing while the gate is closed, neither a record nor a retry', async () => {
  const handler = recordingHandler((_payload, { attempt }) => {
    if (attempt === 1) throw new Error('once');
  });
  const { deliver, gate, clock } = deliveryFixture([handler]);
  gate.close();
  await deliver(record(1, '"a"'), record(2, '"b"'));
  expect(handler.seen).toEqual([]);
  gate.open();
  await settled();
  gate.close();
  await clock.advance(10_000);
  expect(handler.seen).toEqual(['a']);
  gate.open();
  await clock.advance(10_000);
  expect(handler.seen).toEqual(['a', 'a', 'b', 'b']);
});

describe('several handlers', () => {
  it('go at their own pace, and the slowest one decides what is done', async () => {
    const finish: (() => void)[] = [];
    const quick = recordingHandler();
    const slow = recordingHandler(() => new Promise<void>((resolve) => finish.push(resolve)));
    const { delivery, deliver } = deliveryFixture([quick, slow]);
    await deliver(record(1, '"a"'), record(2, '"b"'));
    expect(quick.seen).toEqual(['a', 'b']);
    expect(slow.seen).toEqual(['a']);
    expect(delivery.finished).toBeUndefined();
    finish[0]?.();
    await settled();
    expect(delivery.finished).toEqual(at(1));
    finish[1]?.();
    await settled();
    expect(delivery.finished).toEqual(at(2));
  });

  it('decode a record once', async () => {
    const aggregator = new JsonAggregator();
    let decoded = 0;
    const deserialize = aggregator.deserialize.bind(aggregator);
    aggregator.deserialize = (data) => {
      decoded++;
      return deserialize(data);
    };
    const { deliver } = deliveryFixture([recordingHandler(), recordingHandler()], { aggregator });
    await deliver(record(1, '"a"'), record(2, '"b"'));
    expect(decoded).toBe(2);
  });

  it('take a failed one no further than the limit ahead of the others', async () => {
    const quick = recordingHandler();
    const stuck = recordingHandler(() => new Promise(() => undefined));
    const { deliver, stop } = deliveryFixture([quick, stuck]);
    const many = Array.from({ length: 12_000 }, (_, i) => record(100_000 + i, '0'));
    await deliver(...many);
    expect(quick.seen).toHaveLength(10_000);
    stop.abort();
  });
});

describe('the end of a shard', () => {
  it('waits for every record', async () => {
    let finish = (): void => undefined;
    const handler = recordingHandler(() => new Promise<void>((resolve) => (finish = resolve)));
    const { delivery, deliver, stop } = deliveryFixture([handler]);
    await deliver(record(1, '"a"'));
    let ended: boolean | undefined;
    const end = delivery.end(stop.signal).then((whole) => (ended = whole));
    await settled();
    expect(ended).toBeUndefined();
    finish();
    await end;
    expect(ended).toBe(true);
  });

  it('has not come when records were dropped on the way', async () => {
    const handler = recordingHandler();
    const { delivery, deliver, gate, stop } = deliveryFixture([handler]);
    gate.close();
    await deliver(record(1, '"a"'), record(2, '"b"'));
    const end = delivery.end(stop.signal);
    delivery.dropUnread();
    gate.open();
    expect(await end).toBe(false);
    await settled();
    expect(handler.seen).toEqual(['a']);
  });
});
