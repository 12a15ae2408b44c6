import { outcomesOf, startProducer } from '../support/producer-fixture.js';

const key = { partitionKey: 'k' };

describe('closing the producer', () => {
  it('waits for the outcome of what was put, and accepts no more', async () => {
    const { producer, clock, stored } = await startProducer({ latency: 100 });
    const sends = outcomesOf(Array.from({ length: 20 }, (_, i) => producer.send(i, key)));
    await clock.advance(10);

    const closed = producer.close(5_000);
    await expect(producer.send(99, key)).rejects.toThrow('shutting down');
    await expect(producer.put(99, key)).rejects.toMatchObject({ code: 'KINESIS_PRODUCER_CLOSED' });
    await clock.advance(1_000);

    await expect(closed).resolves.toBe(0);
    expect(sends.settled()).toEqual(Array.from({ length: 20 }, () => 'acknowledged'));
    expect(stored()).toHaveLength(20);
    expect(clock.pending).toBe(0);
  });

  it('fails what is left when the time is over, each once and all counted', async () => {
    const { producer, faults, clock, failures } = await startProducer({
      settings: { maxQueueSize: 6, maxInFlight: 1, batchSize: 2 },
    });
    faults.add({ operation: 'PutRecords', lostReply: 'hang' });
    // Two in flight, four queued, three waiting for room.
    const calls = Array.from({ length: 9 }, (_, i) => (i % 2 ? producer.put(i, key) : producer.send(i, key)));
    const { settled } = outcomesOf(calls);
    await clock.advance(100);

    const closed = producer.close(5_000);
    await clock.advance(4_999);
    // Three puts were queued.
    expect(settled()).toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
    await clock.advance(1);

    await expect(closed).resolves.toBe(9);
    expect(settled()).toHaveLength(9);
    expect(settled().filter((outcome) => outcome !== 'acknowledged')).toHaveLength(6);
    expect(failures).toHaveLength(6);
    expect(clock.pending).toBe(0);
  });

  it('counts what still waits for the stream to be described', async () => {
    const { producer, faults, clock, calls } = await startProducer();
    faults.add({ operation: 'DescribeStreamSummary', lostReply: 'hang' });
    const { settled } = outcomesOf([producer.send(1, key), producer.put(2, key)]);
    await clock.advance(100);

    const closed = producer.close(1_000);
    await clock.advance(1_000);

    await expect(closed).resolves.toBe(2);
    expect(settled()).toEqual(['ProducerClosedError', 'ProducerClosedError']);
    expect(calls).not.toContain('putRecords');
  });

  it('says how many were left, and that they may have been stored', async () => {
    const { producer, faults, clock, failures } = await startProducer();
    faults.add({ operation: 'PutRecords', error: 'ProvisionedThroughputExceededException' });
    void producer.put(1, key);
    await clock.advance(10);
    const closed = producer.close(1_000);
    await clock.advance(1_000);
    await closed;

    expect(failures.map(({ error }) => error.message)).toEqual([
      expect.stringMatching(/closed with 1 records unacknowledged after 1000 ms \(shutdownTimeout\)/),
    ]);
  });

  it('sends nothing more once it has given up', async () => {
    const { producer, faults, clock, requests } = await startProducer();
    faults.add({ operation: 'PutRecords', error: 'ProvisionedThroughputExceededException' });
    void producer.put(1, key);
    await clock.advance(10);
    const closed = producer.close(1_000);
    await clock.advance(1_000);
    await closed;
    const sent = requests.length;

    await clock.advance(60_000);

    expect(requests).toHaveLength(sent);
    expect(clock.pending).toBe(0);
  });

  it('is over at once when nothing was ever put', async () => {
    const { producer, calls, clock } = await startProducer();
    await expect(producer.close(5_000)).resolves.toBe(0);
    expect(calls).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
