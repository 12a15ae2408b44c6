import { InvalidRecordError, KinesisError, ProducerClosedError } from '../../src/index.js';
import { startProducer } from '../support/producer-fixture.js';

const keys = (): { partitionKey: string } => ({ partitionKey: 'k' });

describe('sendMany', () => {
  it('resolves with the receipts of all records, in the order in which they were put', async () => {
    const { producer, clock, engine } = await startProducer({ shards: 2 });
    const sending = producer.sendMany([...'abcdefghij'], (item) => ({ partitionKey: item }));
    await clock.advance(1_000);

    const outcomes = await sending;
    const places = new Map(
      [...engine.records('orders')].map(({ data, shardId, sequenceNumber }) => [
        JSON.parse(Buffer.from(data).toString()) as string,
        { shardId, sequenceNumber },
      ]),
    );
    expect(outcomes).toEqual([...'abcdefghij'].map((item) => places.get(item)));
  });

  it('has the error of a record that fails in its place, and puts the others', async () => {
    const { producer, clock, faults, stored } = await startProducer();
    faults.add({ operation: 'PutRecords', error: 'KMSAccessDeniedException', times: 1 });
    const options = (item: number) => ({ partitionKey: item === 2 ? '' : `key ${item}` });
    const first = producer.sendMany([0], options);
    await clock.advance(1_000);
    const others = producer.sendMany([1, 2, 3], options);
    await clock.advance(1_000);

    expect(await first).toEqual([expect.any(KinesisError)]);
    expect(await others).toEqual([
      expect.objectContaining({ shardId: expect.any(String) as string }),
      expect.any(InvalidRecordError),
      expect.objectContaining({ shardId: expect.any(String) as string }),
    ]);
    expect(stored()).toEqual([1, 3]);
  });

  it('gives each record its options by its index, too', async () => {
    const { producer, clock, requests } = await startProducer();
    const sending = producer.sendMany(['a', 'b'], (item, index) => ({ partitionKey: `${item}${index}` }));
    await clock.advance(1_000);

    await sending;
    const sent = requests.flatMap(({ entries }) => entries.map(({ partitionKey }) => partitionKey));
    expect(sent).toEqual(['a0', 'b1']);
  });

  it('resolves with no outcomes for no items', async () => {
    const { producer } = await startProducer();
    expect(await producer.sendMany([], keys)).toEqual([]);
  });

  it('reads a list no faster than the stream takes it', async () => {
    const { producer, clock } = await startProducer({ settings: { maxQueueSize: 10 }, latency: 100 });
    let read = 0;
    function* items(): Generator<number> {
      while (read < 25) yield read++;
    }
    const sending = producer.sendMany(items(), keys);

    await clock.advance(50);
    // Ten are in the queue; the eleventh waits for room.
    expect(read).toBe(11);
    await clock.advance(1_000);
    expect(await sending).toHaveLength(25);
  });

  it('waits for each item of a stream of values', async () => {
    const { producer, clock, stored } = await startProducer();
    async function* items(): AsyncGenerator<string> {
      yield 'now';
      await clock.sleep(500);
      yield 'later';
    }
    const sending = producer.sendMany(items(), keys);

    await clock.advance(400);
    expect(stored()).toEqual(['now']);
    await clock.advance(1_000);
    expect(await sending).toHaveLength(2);
    expect(stored()).toEqual(['now', 'later']);
  });

  it('fails with what the source throws, while the records before go on', async () => {
    const { producer, clock, stored } = await startProducer();
    const reason = new Error('the file is damaged');
    function* items(): Generator<string> {
      yield 'whole';
      throw reason;
    }
    await expect(producer.sendMany(items(), keys)).rejects.toBe(reason);

    await clock.advance(1_000);
    expect(stored()).toEqual(['whole']);
  });

  it('has an outcome for each record at shutdown, too', async () => {
    const { producer, clock } = await startProducer({ settings: { maxQueueSize: 2 }, latency: 60_000 });
    const sending = producer.sendMany(['in flight', 'queued', 'waits for room', 'comes late'], keys);
    await clock.advance(10);

    const closing = producer.close(100);
    await clock.advance(1_000);
    await closing;

    expect(await sending).toEqual(Array(4).fill(expect.any(ProducerClosedError)));
  });
});

describe('putMany', () => {
  it('says how many were queued, of a list and of a stream of values', async () => {
    const { producer, clock, stored } = await startProducer();
    async function* items(): AsyncGenerator<string> {
      yield 'c';
    }
    const list = producer.putMany(['a', 'b'], keys);
    await clock.advance(1_000);
    const stream = producer.putMany(items(), keys);
    await clock.advance(1_000);

    expect([await list, await stream]).toEqual([2, 1]);
    expect(stored()).toEqual(['a', 'b', 'c']);
  });

  it('fails with the first value that is refused; those before it are queued', async () => {
    const { producer, clock, stored } = await startProducer();
    const putting = producer.putMany(['a', 'b', 'c'], (item) => ({ partitionKey: item === 'b' ? '' : item }));
    await expect(putting).rejects.toBeInstanceOf(InvalidRecordError);

    await clock.advance(1_000);
    expect(stored()).toEqual(['a']);
  });
});
