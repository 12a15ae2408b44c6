import { outcomesOf, startProducer } from '../support/producer-fixture.js';

const key = { partitionKey: 'k' };

describe('back-pressure', () => {
  it('lets put wait while maxQueueSize records have no outcome', async () => {
    const { producer, clock } = await startProducer({ settings: { maxQueueSize: 10 }, latency: 100 });
    const puts = Array.from({ length: 25 }, (_, i) => producer.put(i, key));
    const { settled } = outcomesOf(puts);

    await clock.advance(50);
    expect(settled()).toHaveLength(10);
    await clock.advance(100);
    expect(settled()).toHaveLength(20);
    await clock.advance(100);
    expect(settled()).toHaveLength(25);
    await clock.advance(1_000);
  });

  it('lets put wait while maxQueueBytes have no outcome', async () => {
    const { producer, clock } = await startProducer({ settings: { maxQueueBytes: 10_000 }, latency: 100 });
    // 999 bytes of JSON and a key of one byte.
    const puts = Array.from({ length: 25 }, () => producer.put('x'.repeat(997), key));
    const { settled } = outcomesOf(puts);

    await clock.advance(50);
    expect(settled()).toHaveLength(10);
    await clock.advance(1_000);
    expect(settled()).toHaveLength(25);
    await clock.advance(1_000);
  });

  it('ends the wait of a caller who aborts, with the reason, and sends nothing for it', async () => {
    const { producer, clock, stored } = await startProducer({ settings: { maxQueueSize: 1 }, latency: 100 });
    const abort = new AbortController();
    const reason = new Error('the client went away');
    const first = producer.send('first', key);
    const second = producer.put('second', { ...key, signal: abort.signal });
    const refused = expect(second).rejects.toBe(reason);
    const third = producer.send('third', key);
    await clock.advance(10);

    abort.abort(reason);
    await refused;
    await clock.advance(1_000);

    await Promise.all([first, third]);
    expect(stored()).toEqual(['first', 'third']);
  });

  it('sends a record all the same that was queued when its caller aborted', async () => {
    const { producer, clock, stored } = await startProducer({ latency: 100 });
    const abort = new AbortController();
    const send = producer.send('queued', { ...key, signal: abort.signal });
    await clock.advance(10);

    abort.abort();
    await clock.advance(1_000);

    await expect(send).resolves.toBeDefined();
    expect(stored()).toEqual(['queued']);
  });

  it('keeps the order of those who had to wait', async () => {
    const { producer, clock, stored } = await startProducer({
      settings: { maxQueueSize: 3, ordering: 'partition-key' },
      latency: 5,
    });
    for (let i = 0; i < 50; i++) void producer.put(i, key);
    await clock.advance(5_000);
    await producer.flush();

    expect(stored()).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });
});

describe('flush', () => {
  it('waits for what was put before, not for what came after', async () => {
    const { producer, clock, faults } = await startProducer({ latency: 100 });
    void producer.put(1, key);
    await clock.advance(10);
    const flushed = outcomesOf([producer.flush()]);
    faults.add({ operation: 'PutRecords', error: 'ProvisionedThroughputExceededException' });
    void producer.put(2, key);

    await clock.advance(50);
    expect(flushed.settled()).toEqual([]);
    await clock.advance(50);
    expect(flushed.settled()).toEqual(['acknowledged']);

    faults.clear();
    await clock.advance(10_000);
    await producer.flush();
  });

  it('waits for what an earlier flush waits for, too', async () => {
    const { producer, clock } = await startProducer({ latency: 100 });
    void producer.put(1, key);
    await clock.advance(10);
    const flushes = [producer.flush(), producer.flush(), producer.flush()];
    const { settled } = outcomesOf(flushes);

    await clock.advance(80);
    expect(settled()).toEqual([]);
    await clock.advance(20);
    expect(settled()).toHaveLength(3);
  });

  it('waits for records that still wait for room', async () => {
    const { producer, clock, stored } = await startProducer({ settings: { maxQueueSize: 1 }, latency: 100 });
    for (let i = 0; i < 3; i++) void producer.put(i, key);
    const flushed = outcomesOf([producer.flush()]);

    await clock.advance(250);
    expect(flushed.settled()).toEqual([]);
    await clock.advance(100);
    expect(flushed.settled()).toEqual(['acknowledged']);
    expect(stored()).toHaveLength(3);
  });

  it('counts a failure as an outcome', async () => {
    const { producer, clock, faults } = await startProducer();
    faults.add({ operation: 'PutRecords', error: 'KMSAccessDeniedException' });
    void producer.put(1, key);
    const flushed = outcomesOf([producer.flush()]);

    await clock.advance(100);

    expect(flushed.settled()).toEqual(['acknowledged']);
  });

  it('returns at once when nothing was put', async () => {
    const { producer } = await startProducer();
    await expect(producer.flush()).resolves.toBeUndefined();
  });
});
