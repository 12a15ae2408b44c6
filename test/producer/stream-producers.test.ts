import { UnknownStreamError } from '../../src/errors.js';
import { KinesisProducer } from '../../src/producer/kinesis-producer.js';
import type { StreamProducer } from '../../src/producer/stream-producer.js';
import { StreamProducers } from '../../src/producer/stream-producers.js';

const REFS = new Map(['orders', 'events'].map((name) => [name, { name, streamName: `${name}-prod` }]));

describe('the producers of a module', () => {
  let created: string[];
  let flushed: string[];
  let streams: StreamProducers;
  let producer: KinesisProducer;

  beforeEach(() => {
    created = [];
    flushed = [];
    streams = new StreamProducers(REFS, ({ name, streamName }) => {
      created.push(streamName);
      return {
        put: async () => undefined,
        send: async () => ({ shardId: name, sequenceNumber: '1' }),
        flush: async () => void flushed.push(name),
        close: async () => name.length,
      } as unknown as StreamProducer;
    });
    producer = new KinesisProducer(streams);
  });

  it('are created when they are first put to, once', async () => {
    expect(created).toEqual([]);

    await producer.put('orders', 1);
    await expect(producer.send('orders', 2)).resolves.toMatchObject({ shardId: 'orders' });

    expect(created).toEqual(['orders-prod']);
  });

  it('refuse a stream that is not configured, and name those that are', async () => {
    for (const call of [producer.put('ordres', 1), producer.send('ordres', 1), producer.flush('ordres')]) {
      await expect(call).rejects.toBeInstanceOf(UnknownStreamError);
      await expect(call).rejects.toThrow(/"ordres" is not configured \(configured: orders, events\)/);
    }
    expect(created).toEqual([]);
  });

  it('are flushed one by one or together', async () => {
    await producer.put('orders', 1);
    await producer.put('events', 1);

    await producer.flush('events');
    expect(flushed).toEqual(['events']);
    await producer.flush();
    expect(flushed).toEqual(['events', 'orders', 'events']);
  });

  it('say at close how many records were left in all of them', async () => {
    await expect(streams.close(1_000)).resolves.toBe(0);
    await producer.put('orders', 1);
    await producer.put('events', 1);

    await expect(streams.close(1_000)).resolves.toBe(12);
  });
});
