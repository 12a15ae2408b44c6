import { DeadLetter } from '../../src/delivery/control-flow.js';
import type { DeadLetter as Letter } from '../../src/delivery/dead-letters/dead-letter.js';
import type { DeadLetterSink } from '../../src/delivery/dead-letters/dead-letter-sink.js';
import type { Handler } from '../../src/delivery/handler.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { at, deliveryFixture, record, settled } from './support/delivery-fixture.js';

/** Keeps letters, and fails as often as it is told to. */
class ScriptedSink implements DeadLetterSink {
  readonly name = 'scripted';
  readonly sends: (readonly Letter[])[] = [];
  failures = 0;
  pending: Promise<void> = Promise.resolve();

  async send(letters: readonly Letter[]): Promise<void> {
    this.sends.push(letters);
    await this.pending;
    if (this.failures-- > 0) throw new Error('the sink is full');
  }
}

const onlyBad = (payload: unknown): void => {
  if (String(payload).startsWith('bad')) throw new TypeError('never');
};
const TO_SINK = { retry: { attempts: 2 }, onExhausted: 'dead-letter' } as const;

it('holds all that is needed to see what went wrong, and to put the record back', async () => {
  const sink = new ScriptedSink();
  const { deliver, clock, delivery, eventTypes } = deliveryFixture([recordingHandler(onlyBad, TO_SINK)], {
    deadLetterSink: sink,
  });
  await deliver(record(1, '"bad"', 'customer'), record(2, '"b"'));
  await clock.advance(1_000);
  expect(sink.sends).toEqual([
    [
      {
        version: 1,
        id: 'orders/shard-0/1/0',
        application: 'app',
        handler: 'test',
        stream: 'orders',
        shardId: 'shard-0',
        sequenceNumber: '1',
        subSequenceNumber: 0,
        partitionKey: 'customer',
        arrivalTime: 5_000,
        attempts: 2,
        failedAt: expect.any(Number) as number,
        error: { name: 'TypeError', message: 'never', stack: expect.any(String) as string },
        data: Buffer.from('"bad"'),
      },
    ],
  ]);
  expect(eventTypes()).toEqual(['record-failed', 'record-failed', 'record-dead-lettered']);
  expect(delivery.finished).toEqual(at(2));
});

it('that the handler asks for goes at once, with its reason', async () => {
  const sink = new ScriptedSink();
  const handler = recordingHandler(() => {
    throw new DeadLetter('unknown airline');
  });
  const { deliver, delivery } = deliveryFixture([handler], { deadLetterSink: sink });
  await deliver(record(1, '"a"'));
  expect(sink.sends).toMatchObject([[{ reason: 'unknown airline', attempts: 1 }]]);
  expect(delivery.finished).toEqual(at(1));
});

it('without a sink to go to, the shard stands still, with an error that says what to do', async () => {
  const handler = recordingHandler(() => {
    throw new DeadLetter('unknown airline');
  });
  const { deliver, delivery, events } = deliveryFixture([handler]);
  await deliver(record(1, '"a"'));
  expect(delivery.isHalted).toBe(true);
  expect(events.at(-1)).toMatchObject({ type: 'shard-halted', error: { code: 'KINESIS_CONFIGURATION' } });
});

it('while the sink fails, the record is not done and nothing comes after it, however long that takes', async () => {
  const sink = new ScriptedSink();
  sink.failures = 5;
  const handler = recordingHandler(onlyBad, TO_SINK);
  const { deliver, clock, delivery, eventTypes } = deliveryFixture([handler], { deadLetterSink: sink });
  await deliver(record(1, '"bad"'), record(2, '"b"'));
  await clock.advance(1_500);
  expect(handler.seen).toEqual(['bad', 'bad']);
  expect(delivery.finished).toBeUndefined();
  await clock.advance(60_000);
  expect(eventTypes().filter((type) => type === 'dead-letter-failed')).toHaveLength(5);
  expect(handler.seen).toEqual(['bad', 'bad', 'b']);
  expect(delivery.finished).toEqual(at(2));
});

it('is left to the next owner when the shard is given up before it is stored', async () => {
  const sink = new ScriptedSink();
  sink.failures = Infinity;
  const { deliver, clock, delivery, stop } = deliveryFixture([recordingHandler(onlyBad, TO_SINK)], {
    deadLetterSink: sink,
  });
  await deliver(record(1, '"bad"'));
  await clock.advance(1_000);
  stop.abort();
  await delivery.drained();
  expect(delivery.finished).toBeUndefined();
});

it('nothing of its key comes after it either, though others have come past', async () => {
  const sink = new ScriptedSink();
  let fail = (): void => undefined;
  sink.pending = new Promise((_, reject) => (fail = () => reject(new Error('no answer'))));
  const handler = {
    ...recordingHandler(onlyBad, { retry: { attempts: 1 }, onExhausted: 'dead-letter' }),
    lanes: { concurrency: 32, orderBy: 'partition-key' },
  } as const;
  const { deliver, delivery, stop } = deliveryFixture([handler], { deadLetterSink: sink });
  await deliver(record(1, '"bad"', 'key'), record(2, '"next"', 'key'), record(3, '"other"', 'other key'));
  expect(handler.seen).toEqual(['bad', 'other']);

  // The lane is told that there may be something to do, and then that the letter was not stored.
  stop.abort();
  fail();
  await delivery.drained();
  expect(handler.seen).toEqual(['bad', 'other']);
  expect(delivery.finished).toBeUndefined();
});

it('goes together with those that come up while the sink is at work', async () => {
  const sink = new ScriptedSink();
  let store = (): void => undefined;
  sink.pending = new Promise((resolve) => (store = resolve));
  const handler: Handler = {
    ...recordingHandler(onlyBad, { retry: { attempts: 1 }, onExhausted: 'dead-letter' }),
    lanes: { concurrency: 8, orderBy: 'none' },
  };
  const { deliver, delivery } = deliveryFixture([handler], { deadLetterSink: sink });
  await deliver(...[1, 2, 3, 4].map((n) => record(n, `"bad${n}"`)));
  store();
  await settled();
  expect(sink.sends.map(({ length }) => length)).toEqual([1, 3]);
  expect(delivery.finished).toEqual(at(4));
});

describe('one bad record in 10 000', () => {
  const records = Array.from({ length: 10_000 }, (_, i) =>
    record(100_000 + i, JSON.stringify(i === 4_321 ? 'bad' : i), `k${i % 7}`),
  );
  const good = Array.from({ length: 10_000 }, (_, i) => i).filter((i) => i !== 4_321);

  it.each(['skip', 'dead-letter', 'halt'] as const)('with onExhausted "%s"', async (onExhausted) => {
    const sink = new ScriptedSink();
    const handler = recordingHandler(onlyBad, { retry: { attempts: 3 }, onExhausted });
    const { deliver, clock, delivery } = deliveryFixture([handler], { deadLetterSink: sink });
    const page = await deliver(...records);
    await clock.advance(5_000);
    const handled = handler.seen.filter((payload) => payload !== 'bad');
    if (onExhausted === 'halt') {
      expect(handled).toEqual(good.slice(0, 4_321));
      expect(delivery.finished).toEqual(at(104_320));
      expect(delivery.isHalted).toBe(true);
    } else {
      expect(handled).toEqual(good);
      expect(delivery.finished).toEqual(at(109_999));
      expect(page.released).toBe(true);
    }
    expect(sink.sends.flat().map(({ sequenceNumber }) => sequenceNumber)).toEqual(
      onExhausted === 'dead-letter' ? ['104321'] : [],
    );
  });

  it('over lanes by key, all other keys go on while it is tried', async () => {
    const handler: Handler & { seen: unknown[] } = {
      ...recordingHandler(onlyBad, { retry: { attempts: 3 }, onExhausted: 'skip' }),
      lanes: { concurrency: 32, orderBy: 'partition-key' },
    };
    const { deliver, clock, delivery } = deliveryFixture([handler]);
    await deliver(...records);
    const keyOf = (payload: unknown): number => (payload === 'bad' ? 4_321 : (payload as number)) % 7;
    const others = (): unknown[] => handler.seen.filter((payload) => keyOf(payload) !== 4_321 % 7);
    expect(others()).toHaveLength(good.filter((i) => keyOf(i) !== 4_321 % 7).length);
    expect(delivery.finished).toEqual(at(104_320));
    await clock.advance(5_000);
    expect(delivery.finished).toEqual(at(109_999));
    for (let key = 0; key < 7; key++) {
      const ofKey = handler.seen.filter((payload) => payload !== 'bad' && keyOf(payload) === key);
      expect(ofKey).toEqual(good.filter((i) => keyOf(i) === key));
    }
  });
});
