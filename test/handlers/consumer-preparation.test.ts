import { KinesisProducer, MemoryDeduplicator } from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { fastOptions, startApp } from '../support/app.js';

let kinesis: LocalKinesis;

beforeAll(async () => {
  kinesis = await LocalKinesis.start({ streams: { orders: { shards: 1 } } });
});

afterAll(() => kinesis.stop());

it('what cannot be closed holds up no shutdown: what was put is flushed', async () => {
  const deadLetterSink = {
    name: 'sink',
    send: () => Promise.resolve(),
    close: () => Promise.reject(new Error('it was never open')),
  };
  const deduplicator = Object.assign(new MemoryDeduplicator(), {
    close: () => new Promise<void>(() => undefined),
  });
  const { app, logger } = await startApp(
    fastOptions(kinesis, { deadLetterSink, deduplicator, shutdownTimeout: 200 }),
  );
  const producer = app.get(KinesisProducer);
  for (let id = 0; id < 100; id++) await producer.put('orders', { id });
  await app.close();
  expect([...kinesis.records('orders')]).toHaveLength(100);
  expect(logger.texts('error')).toEqual(['The deadLetterSink could not be closed: it was never open']);
  expect(logger.texts('warn')).toEqual([
    'The deduplicator has not closed within shutdownTimeout; it is left behind.',
  ]);
});
