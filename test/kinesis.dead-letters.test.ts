import {
  DEAD_LETTER_SINK,
  type DeadLetterSink,
  decodeDeadLetter,
  DEDUPLICATOR,
  FileDeadLetterSink,
  KinesisModule,
  MemoryDeduplicator,
} from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { Test } from '@nestjs/testing';
import { compileApp, fastOptions } from './support/app.js';
import { deadLetter } from './support/dead-letter.js';
import { QuietLogger } from './support/quiet-logger.js';

const { signal } = new AbortController();
let kinesis: LocalKinesis;

beforeAll(async () => {
  kinesis = await LocalKinesis.start({ streams: { orders: {}, 'orders-dead-eu': {} } });
});

afterAll(() => kinesis.stop());

const streams = {
  orders: {},
  dead: { streamName: 'orders-dead-eu' },
  same: { streamName: 'orders-dead-eu' },
};

describe('the option deadLetterSink', () => {
  it('may name a stream of the module', async () => {
    const options = fastOptions(kinesis, { streams, deadLetterSink: { stream: 'dead' } });
    const { app } = await compileApp(options);
    await app.get<DeadLetterSink>(DEAD_LETTER_SINK).send([deadLetter()], signal);
    const stored = kinesis.records('orders-dead-eu').map(({ data }) => decodeDeadLetter(data));
    expect(stored).toEqual([deadLetter()]);
  });

  it('refuses letters of every name that stream has', async () => {
    const options = fastOptions(kinesis, { streams, deadLetterSink: { stream: 'dead' } });
    const { app } = await compileApp(options);
    const sink = app.get<DeadLetterSink>(DEAD_LETTER_SINK);
    for (const stream of ['dead', 'same']) {
      await expect(sink.send([deadLetter({ stream })], signal)).rejects.toMatchObject({ retryable: false });
    }
  });

  it('may be a sink', async () => {
    const deadLetterSink = new FileDeadLetterSink({ path: 'none' });
    const { app } = await compileApp(fastOptions(kinesis, { deadLetterSink }));
    expect(app.get(DEAD_LETTER_SINK)).toBe(deadLetterSink);
  });

  it('gives way to a provider', async () => {
    const mine: DeadLetterSink = { name: 'mine', send: async () => undefined };
    const module = await Test.createTestingModule({
      imports: [
        KinesisModule.forRoot({
          ...fastOptions(kinesis),
          providers: [{ provide: DEAD_LETTER_SINK, useValue: mine }],
        }),
      ],
    })
      .setLogger(new QuietLogger())
      .compile();
    expect(module.get(DEAD_LETTER_SINK)).toBe(mine);
    await module.close();
  });

  it.each([
    [{ stream: 'none' }, 'option "stream" must be one of the module\'s streams: orders, not "none"'],
    [{ stream: 'orders', size: 1 }, 'option "size" is not an option'],
    [{}, 'option "deadLetterSink" has no method "send()"'],
    [FileDeadLetterSink, 'option "deadLetterSink" must be an object'],
  ])('is refused when it is %p', async (deadLetterSink, reason) => {
    await expect(compileApp(fastOptions(kinesis, { deadLetterSink } as never))).rejects.toThrow(reason);
  });
});

describe('the option deduplicator', () => {
  it('is a deduplicator, or none', async () => {
    const deduplicator = new MemoryDeduplicator();
    const { app } = await compileApp(fastOptions(kinesis, { deduplicator }));
    expect(app.get(DEDUPLICATOR)).toBe(deduplicator);
    const { app: without } = await compileApp(fastOptions(kinesis));
    expect([without.get(DEDUPLICATOR), without.get(DEAD_LETTER_SINK)]).toEqual([undefined, undefined]);
  });

  it('is refused when it is something else', async () => {
    const options = fastOptions(kinesis, { deduplicator: {} } as never);
    await expect(compileApp(options)).rejects.toThrow('"deduplicator" has no method "seen()"');
  });
});
