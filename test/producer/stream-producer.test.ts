import { setTimeout as delay } from 'node:timers/promises';
import {
  InvalidRecordError,
  KinesisAbortedError,
  KinesisAccessDeniedError,
  PutFailedError,
  RecordTooLargeError,
  SerializationError,
} from '../../src/errors.js';
import { outcomesOf, startProducer } from '../support/producer-fixture.js';

const key = { partitionKey: 'k' };

describe('the producer of a stream', () => {
  it('gives each record one outcome: its place in the stream', async () => {
    const { producer, engine, clock } = await startProducer({ shards: 4 });
    const sends = Array.from({ length: 1_000 }, (_, i) => producer.send(i, { partitionKey: `key-${i}` }));

    await clock.advance(10_000);
    const receipts = await Promise.all(sends);

    const places = new Map([...engine.records('orders')].map((r) => [r.sequenceNumber, r]));
    expect(places.size).toBe(1_000);
    receipts.forEach(({ shardId, sequenceNumber }, i) => {
      expect(places.get(sequenceNumber)).toMatchObject({ shardId, partitionKey: `key-${i}` });
      expect(Buffer.from(places.get(sequenceNumber)?.data ?? []).toString()).toBe(String(i));
    });
  });

  it('does nothing on the network before the first record', async () => {
    const { calls, producer, clock } = await startProducer();
    await producer.flush();
    await clock.advance(10_000);
    expect(calls).toEqual([]);
  });

  it.each([
    ['an empty key', 'x', { partitionKey: '' }, InvalidRecordError],
    ['a key of 257 bytes', 'x', { partitionKey: 'k'.repeat(257) }, InvalidRecordError],
    ['an explicit hash key of no number', 'x', { explicitHashKey: 'abc' }, InvalidRecordError],
    ['a value that cannot be serialized', 10n, {}, SerializationError],
    ['a value that JSON has no form for', undefined, {}, SerializationError],
  ])('refuses %s before any I/O', async (_what, value, options, type) => {
    const { calls, producer, failures } = await startProducer();

    await expect(producer.send(value, options)).rejects.toBeInstanceOf(type);
    await expect(producer.put(value, options)).rejects.toBeInstanceOf(type);

    expect(calls).toEqual([]);
    expect(failures).toEqual([]);
    await producer.flush();
  });

  it('refuses a record larger than the stream takes, and sends nothing', async () => {
    const { calls, producer, clock } = await startProducer();
    const fits = 'x'.repeat(1024 * 1024 - 3);

    await expect(producer.send(`${fits}x`, key)).rejects.toBeInstanceOf(RecordTooLargeError);
    expect(calls).not.toContain('putRecords');
    const send = producer.send(fits, key);
    await clock.advance(5_000);

    await expect(send).resolves.toMatchObject({ shardId: 'shardId-000000000000' });
    await producer.flush();
  });

  it('does not repeat what it could not serialize', async () => {
    const aggregator = {
      name: 'strict',
      serialize: (value: unknown) => {
        throw new Error(`cannot take ${String(value)}`);
      },
      unpack: () => [],
      deserialize: () => undefined,
    };
    const { producer } = await startProducer({ aggregator });

    const failure = await producer.put('secret', key).catch((error: Error) => error);

    expect((failure as Error).message).toContain('"strict"');
    expect((failure as Error).message).not.toContain('secret');
  });

  it('draws another key for each record without one', async () => {
    const { producer, engine, clock } = await startProducer();
    const sends = Array.from({ length: 50 }, (_, i) => producer.send(i, {}));
    await clock.advance(1_000);
    await Promise.all(sends);

    expect(new Set([...engine.records('orders')].map((record) => record.partitionKey)).size).toBe(50);
  });

  it('sends a lone record at once, and what is put in one go together', async () => {
    const { producer, requests, clock } = await startProducer({ latency: 20 });
    void producer.put(0, key);
    await clock.advance(0);
    for (let i = 1; i <= 50; i++) void producer.put(i, key);
    await clock.advance(0);

    expect(requests.map(({ at, entries }) => [at, entries.length])).toEqual([
      [0, 1],
      [0, 50],
    ]);
    await clock.advance(1_000);
  });

  it('keeps requests within batchSize and 5 MiB', async () => {
    const { producer, requests, clock } = await startProducer({
      shards: 8,
      limits: 'none',
      settings: { batchSize: 100, putRateLimitPerShard: Infinity, putBandwidthLimitPerShard: Infinity },
    });
    for (let i = 0; i < 250; i++) void producer.put(i, { partitionKey: `small-${i}` });
    for (let i = 0; i < 16; i++) void producer.put('x'.repeat(900_000), { partitionKey: `large-${i}` });
    await clock.advance(5_000);
    await producer.flush();

    for (const { entries } of requests) {
      expect(entries.length).toBeLessThanOrEqual(100);
      expect(entries.reduce((sum, entry) => sum + entry.data.byteLength, 0)).toBeLessThanOrEqual(
        5 * 1024 * 1024,
      );
    }
  });

  it('sends again only what failed, and counts it', async () => {
    const { producer, faults, clock, stored, events } = await startProducer();
    faults.add({
      operation: 'PutRecords',
      error: 'ProvisionedThroughputExceededException',
      perRecord: true,
      probability: 0.3,
    });
    const sends = Array.from({ length: 500 }, (_, i) => producer.send(i, { partitionKey: `key-${i}` }));
    await clock.advance(25_000);

    await Promise.all(sends);
    expect((stored() as number[]).sort((a, b) => a - b)).toEqual(sends.map((_, i) => i));
    expect(events.some((event) => event.type === 'put-retried')).toBe(true);
  });

  it('fails a record for good when the service says so, and calls onFailed once', async () => {
    const { producer, faults, clock, failures, events } = await startProducer();
    faults.add({ operation: 'PutRecords', error: 'KMSAccessDeniedException' });
    const send = producer.send({ id: 1 }, { partitionKey: 'k', explicitHashKey: '7' });
    const { settled } = outcomesOf([send]);
    await producer.put({ id: 2 }, key);
    await clock.advance(10_000);
    await producer.flush();

    expect(settled()).toEqual(['KinesisAccessDeniedError']);
    expect(failures).toHaveLength(2);
    expect(failures[0]).toMatchObject({ stream: 'the orders', partitionKey: 'k', explicitHashKey: '7' });
    expect(Buffer.from(failures[0]?.data ?? []).toString()).toBe('{"id":1}');
    expect(failures[1]).not.toHaveProperty('explicitHashKey');
    expect(events.filter((event) => event.type === 'put-failed')).toHaveLength(2);
  });

  it.each<[string, () => unknown]>([
    ['throws', () => { throw new Error('my hook broke'); }], // prettier-ignore
    ['rejects', () => Promise.reject(new Error('my hook broke'))],
  ])('reports an onFailed that %s, and goes on', async (_how, onFailed) => {
    const { producer, faults, clock, events } = await startProducer({
      settings: { onFailed },
    });
    const fault = faults.add({ operation: 'PutRecords', error: 'KMSAccessDeniedException' });
    const sends = [producer.send(1, key), producer.send(2, key)];
    const { settled } = outcomesOf(sends);
    await clock.advance(100);
    fault.remove();
    const later = producer.send(3, key);
    await clock.advance(100);
    await delay(1);

    await expect(later).resolves.toBeDefined();
    expect(settled()).toHaveLength(2);
    expect(events.filter((event) => event.type === 'hook-failed')).toMatchObject([
      { hook: 'onFailed', stream: 'the orders' },
      { hook: 'onFailed', stream: 'the orders' },
    ]);
    await producer.flush();
  });

  it('fails a record that was not acknowledged within recordTtl, and starts no attempt later', async () => {
    const { producer, faults, clock, requests, failures } = await startProducer({
      settings: { recordTtl: 5_000 },
    });
    faults.add({ operation: 'PutRecords', error: 'ProvisionedThroughputExceededException' });
    const { settled } = outcomesOf([producer.send(1, key)]);

    await clock.advance(4_900);
    expect(settled()).toEqual([]);
    await clock.advance(2_100);

    expect(settled()).toEqual(['PutFailedError']);
    expect(failures[0]?.error).toBeInstanceOf(PutFailedError);
    expect(failures[0]?.error.message).toContain('recordTtl');
    expect(Math.max(...requests.map(({ at }) => at))).toBeLessThan(5_000);
  });

  it('does not spend the pace of a shard on records that have expired', async () => {
    const { producer, faults, clock } = await startProducer({ settings: { recordTtl: 5_000 } });
    const fault = faults.add({ operation: 'PutRecords', error: 'ProvisionedThroughputExceededException' });
    const { settled } = outcomesOf(Array.from({ length: 5_000 }, (_, i) => producer.send(i, key)));
    await clock.advance(5_000);
    fault.remove();
    await clock.advance(2_100);

    expect(settled()).toHaveLength(5_000);
  });

  it('fails any number of expired records, also one to a request', async () => {
    const { producer, faults, clock, failures } = await startProducer({
      limits: 'none',
      settings: {
        recordTtl: 100,
        batchSize: 1,
        maxQueueSize: Infinity,
        putRateLimitPerShard: Infinity,
        putBandwidthLimitPerShard: Infinity,
      },
    });
    faults.add({ operation: 'PutRecords', delay: 1_000 });
    for (let i = 0; i < 20_000; i++) void producer.put(i, key);
    await clock.advance(5_000);

    expect(failures).toHaveLength(20_000 - 4);
  });

  it('tries to connect again with the next record when the first could not', async () => {
    const { producer, faults, clock } = await startProducer();
    faults.add({ operation: 'DescribeStreamSummary', error: 'AccessDeniedException', times: 1 });

    await expect(producer.send(1, key)).rejects.toBeInstanceOf(KinesisAccessDeniedError);
    const second = producer.send(2, key);
    await clock.advance(100);

    await expect(second).resolves.toBeDefined();
    await producer.flush();
  });

  it('goes on trying to connect while what fails may mend, until describeTimeout', async () => {
    const { producer, faults, clock } = await startProducer({ settings: { describeTimeout: 10_000 } });
    const fault = faults.add({ operation: 'DescribeStreamSummary', cut: 'before', times: 3 });
    const first = producer.send(1, key);
    await clock.advance(5_000);
    await expect(first).resolves.toBeDefined();
    expect(fault.hits).toBe(3);
    await producer.flush();
  });

  it('sends nothing for a caller who has aborted, before or while the stream is being described', async () => {
    const { producer, faults, clock, stored } = await startProducer();
    faults.add({ operation: 'DescribeStreamSummary', delay: 1_000 });
    const abort = new AbortController();
    const waiting = outcomesOf([producer.put(1, { ...key, signal: abort.signal })]);

    await expect(producer.put(2, { ...key, signal: AbortSignal.abort('gone') })).rejects.toBeInstanceOf(
      KinesisAbortedError,
    );
    abort.abort(new RangeError('closed'));
    await clock.advance(0);
    expect(waiting.settled()).toEqual(['RangeError']);
    await clock.advance(5_000);

    expect(stored()).toEqual([]);
    await producer.flush();
  });
});
