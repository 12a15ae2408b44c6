import { runInNewContext } from 'node:vm';
import { JsonAggregator } from '../../src/aggregators/json-aggregator.js';
import type { Handler } from '../../src/delivery/handler.js';
import type { KinesisBatchContext } from '../../src/delivery/kinesis-batch-context.js';
import type { KinesisContext } from '../../src/delivery/kinesis-context.js';
import { logEvent } from '../../src/observability/event-logger.js';
import { ONE_BY_ONE, policyWith, recordingHandler } from '../support/scripted-handlers.js';
import { batchHandler } from './support/batch-handler.js';
import { at, deliveryFixture, record, settled } from './support/delivery-fixture.js';

/** What no log may mind. */
const silent = { debug: () => {}, log: () => {}, warn: () => {}, error: () => {} };

const unreadable = Object.defineProperty(new Error('x'), 'message', {
  get: () => {
    throw new Error('not even this');
  },
});

const thrown: [string, unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['an empty text', ''],
  ['a symbol', Symbol('x')],
  ['an object without a prototype', Object.create(null)],
  ['a frozen error', Object.freeze(new Error('frozen'))],
  ['an error of another realm', runInNewContext('new Error("from elsewhere")')],
  ['an error whose message is an object', Object.assign(new Error('x'), { message: { detail: 1 } })],
  ['an error that cannot be read', unreadable],
];

describe.each(['record', 'batch'] as const)('a %s handler', (shape) => {
  /** One call at a time, tried twice, and then a dead letter. */
  const handlerThat = (script: () => unknown): Handler => ({
    name: 'unruly',
    ...ONE_BY_ONE,
    shape:
      shape === 'record' ? { type: 'record' } : { type: 'batch', maxRecords: 1, maxBytes: 1_000, maxWait: 0 },
    policy: policyWith({ retry: { attempts: 2 }, onExhausted: 'dead-letter' }),
    handle: script,
  });

  it.each(thrown)('that throws %s has failed, and its policy applies', async (_what, what) => {
    for (const fail of [
      () => {
        throw what;
      },
      async () => {
        await Promise.resolve();
        throw what;
      },
    ]) {
      const messages: string[] = [];
      const deadLetterSink = {
        name: 'sink',
        send: (letters: readonly { error: { message: string } }[]) => {
          messages.push(...letters.map(({ error }) => error.message));
          return Promise.resolve();
        },
      };
      const { deliver, clock, delivery, events, eventTypes, crashes } = deliveryFixture([handlerThat(fail)], {
        deadLetterSink,
      });
      await deliver(record(1, '"a"'), record(2, '"b"'));
      await clock.advance(1_000);
      const each = ['record-failed', 'record-failed', 'record-dead-lettered'];
      expect(eventTypes()).toEqual([...each, ...each]);
      expect(messages).toEqual([expect.any(String), expect.any(String)]);
      expect(delivery.finished).toEqual(at(2));
      expect(crashes).toEqual([]);
      for (const event of events) expect(() => logEvent(silent, event)).not.toThrow();
    }
  });

  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['a function', () => () => 1],
    ['an object without a prototype', () => Object.create(null) as unknown],
    ['a thenable that is no promise', () => ({ then: (resolve: () => void) => resolve() })],
    ['a promise of a promise', () => Promise.resolve(Promise.resolve(1))],
  ])('that returns %s is done', async (_what, script) => {
    const { deliver, delivery, events } = deliveryFixture([handlerThat(script)]);
    await deliver(record(1, '"a"'), record(2, '"b"'));
    expect(delivery.finished).toEqual(at(2));
    expect(events).toEqual([]);
  });

  it('that never ends holds its shard up and no drain: that ends at its deadline', async () => {
    let calls = 0;
    const { deliver, delivery, stop, abort } = deliveryFixture([
      handlerThat(() => (calls++ === 0 ? new Promise(() => undefined) : undefined)),
    ]);
    await deliver(record(1, '"a"'), record(2, '"b"'));
    expect(calls).toBe(1);
    expect(delivery.isHandling).toBe(true);
    stop.abort();
    abort.abort();
    await settled();
    expect(calls).toBe(1);
    expect(delivery.finished).toBeUndefined();
  });
});

it('a context may be used after its call has ended, and changes nothing that is settled', async () => {
  const contexts: (KinesisContext | KinesisBatchContext)[] = [];
  const record1 = recordingHandler((_payload, context) => void contexts.push(context));
  const batch = batchHandler({}, (_payloads, context) => void contexts.push(context));
  const { deliver, delivery, crashes } = deliveryFixture([record1, batch.handler], {
    checkpointMode: 'manual',
  });
  await deliver(record(1, '"a"'), record(2, '"b"'));
  expect(delivery.finished).toEqual(at(2));
  delivery.close();
  for (const context of contexts) {
    if ('failFrom' in context) context.failFrom({ sequenceNumber: '1', subSequenceNumber: 0 });
    context.checkpoint();
  }
  await settled();
  expect(delivery.checkpointable).toEqual(at(2));
  expect(batch.batches).toHaveLength(1);
  expect(crashes).toEqual([]);
});

it('a key that is no text, nor can be one, fails its record, and keys of any other kind have their order', async () => {
  const keys: unknown[] = [Symbol('a'), null, undefined, NaN, {}, Object.create(null)];
  const handler: Handler = {
    ...recordingHandler(undefined, { onExhausted: 'skip' }),
    lanes: { concurrency: 4, orderBy: (payload) => keys[payload as number] },
  };
  const { deliver, delivery, events, crashes } = deliveryFixture([handler]);
  await deliver(...keys.map((_key, i) => record(1 + i, String(i))));
  expect(delivery.finished).toEqual(at(keys.length));
  expect(events.filter(({ type }) => type === 'record-skipped')).toMatchObject([
    { sequenceNumber: String(keys.length), error: { code: 'KINESIS_CONFIGURATION' } },
  ]);
  expect(crashes).toEqual([]);
});

it('a filter that returns a promise fails its records: it would let all of them pass', async () => {
  const handler: Handler = {
    ...recordingHandler(undefined, { onExhausted: 'skip' }),
    filter: ((payload: unknown) => (payload === 'a' ? Promise.reject(new Error('late')) : 'yes')) as never,
  };
  const { deliver, eventTypes, delivery } = deliveryFixture([handler]);
  await deliver(record(1, '"a"'), record(2, '"b"'));
  expect(eventTypes()).toEqual(['record-failed', 'record-skipped']);
  expect(delivery.finished).toEqual(at(2));
});

/** As an aggregator of an app's own may be. */
class BrokenAggregator extends JsonAggregator {
  constructor(private readonly answer: unknown) {
    super();
  }

  override unpack(packed: Parameters<JsonAggregator['unpack']>[0]): ReturnType<JsonAggregator['unpack']> {
    const isBroken = Buffer.from(packed.data).toString() === '"broken"';
    return isBroken ? (this.answer as never) : super.unpack(packed);
  }
}

it.each([[undefined], [{}], [[undefined]], [[{ partitionKey: 'a' }]]])(
  'what an aggregator of the app makes of a record goes the way of what cannot be decoded: %j',
  async (answer) => {
    const handlers = [0, 1].map(() => recordingHandler(undefined, { onExhausted: 'skip' }));
    const { deliver, delivery, events, crashes } = deliveryFixture(handlers, {
      aggregator: new BrokenAggregator(answer),
    });
    await deliver(record(1, '"a"'), record(2, '"broken"'), record(3, '"c"'));
    for (const { seen } of handlers) expect(seen).toEqual(['a', 'c']);
    expect(events.filter(({ type }) => type === 'record-skipped')).toMatchObject([
      { sequenceNumber: '2', error: { code: 'KINESIS_DESERIALIZATION' } },
      { sequenceNumber: '2', error: { code: 'KINESIS_DESERIALIZATION' } },
    ]);
    expect(delivery.finished).toEqual(at(3));
    expect(crashes).toEqual([]);
  },
);

it('nothing starts after what should never happen, and what failed there is not done', async () => {
  const handler = recordingHandler((payload) => {
    if (payload === 'b') throw new Error('never');
  });
  const { deliver, delivery, crashes } = deliveryFixture([handler], {
    report: () => {
      throw new Error('whoever is told must not throw');
    },
  });
  await deliver(record(1, '"a"'), record(2, '"b"'), record(3, '"c"'));
  await deliver(record(4, '"d"'));
  await delivery.drained();
  expect(handler.seen).toEqual(['a', 'b']);
  expect(crashes).toHaveLength(1);
  expect(delivery.finished).toEqual(at(1));
});
