import { JsonAggregator, JsonSerializer, KplAggregator } from '../../src/aggregators/index.js';
import { outcomesOf, startProducer } from '../support/producer-fixture.js';
import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualStream } from '../support/virtual-stream.js';
import { envelope, referenceEncode } from '../aggregators/support/kpl-reference.js';

/** How other producers are known to fail, one test each. */

const key = { partitionKey: 'k' };

it('memory does not grow without back-pressure: a service that takes nothing stops its callers at the bounds', async () => {
  const { producer, faults, clock } = await startProducer({
    settings: { maxQueueSize: 500, maxQueueBytes: 20_000, recordTtl: 3_600_000 },
  });
  faults.add({ operation: 'PutRecords', error: 'ProvisionedThroughputExceededException' });
  let queued = 0;
  const caller = async (): Promise<void> => {
    for (let i = 0; i < 50; i++) {
      await producer.put('x'.repeat(60), key);
      queued++;
    }
  };
  const callers = Promise.allSettled(Array.from({ length: 40 }, caller));
  for (let second = 0; second < 60; second++) {
    await clock.advance(1_000);
    const { queuedRecords, queuedBytes } = producer.stats();
    expect(queuedRecords).toBeLessThanOrEqual(500);
    expect(queuedBytes).toBeLessThanOrEqual(20_000);
    expect(queued).toBe(queuedRecords);
  }
  const closed = producer.close(0);
  await clock.advance(1_000);
  await closed;
  await callers;
});

it('a record that fails once is not overtaken by later ones of its key', async () => {
  const { producer, faults, clock, stored } = await startProducer({
    settings: { ordering: 'partition-key' },
  });
  faults.add({ operation: 'PutRecords', error: 'InternalFailure', perRecord: true, times: 1 });
  const sends = [0, 1, 2, 3, 4].map((n) => producer.send(n, key));
  await clock.advance(5_000);
  await Promise.all(sends);
  expect(stored()).toEqual([0, 1, 2, 3, 4]);
});

it('no record expires or is dropped in silence, at shutdown neither', async () => {
  const { producer, faults, clock, failures } = await startProducer({ settings: { recordTtl: 2_000 } });
  faults.add({ operation: 'PutRecords', error: 'ServiceUnavailable' });
  const expiring = outcomesOf([1, 2, 3].map((n) => producer.send(n, key)));
  await clock.advance(4_000);
  const dropped = outcomesOf([4, 5].map((n) => producer.send(n, key)));
  const closed = producer.close(500);
  await clock.advance(2_000);
  expect(await closed).toBe(2);
  expect(expiring.settled()).toHaveLength(3);
  expect(dropped.settled()).toHaveLength(2);
  expect(failures).toHaveLength(5);
});

describe('user records in aggregates are neither dropped nor repeated', () => {
  let stream: VirtualStream;
  const aggregator = new KplAggregator(new JsonSerializer());

  const userRecords = (values: unknown[]) =>
    values.map((value) => ({ data: Buffer.from(JSON.stringify(value)), partitionKey: 'k' }));

  const putRaw = (Data: Uint8Array) =>
    stream.engine.execute('PutRecord', { StreamName: 'orders', PartitionKey: 'a', Data });

  beforeEach(async () => {
    stream = await VirtualStream.create(1);
  });

  afterEach(() => stream.close());

  it('when a worker stops in the middle of one', async () => {
    await putRaw(referenceEncode(userRecords(['a', 'b', 'c', 'd'])));
    const slow = recordingHandler(() => stream.clock.sleep(1_000));
    const first = stream.worker([slow], { aggregator });
    first.start();
    await stream.clock.advance(1_500);
    await stream.stop(first);
    const rest = recordingHandler();
    stream.worker([rest], { aggregator }).start();
    await stream.clock.advance(5_000);
    expect([...slow.seen, ...rest.seen]).toEqual(['a', 'b', 'c', 'd']);
  });

  it('when its digest is wrong: it is then one plain record, which takes the error path', async () => {
    const broken = Buffer.from(referenceEncode(userRecords(['a'])));
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    await putRaw(broken);
    const handler = recordingHandler(undefined, { onExhausted: 'skip' });
    stream.worker([handler], { aggregator }).start();
    await stream.put(['after']);
    await stream.clock.advance(5_000);
    expect(handler.seen).toEqual(['after']);
    expect(stream.eventsOf('record-skipped')).toHaveLength(1);
  });

  it('when it is empty: it is passed over, and the checkpoint goes on', async () => {
    await putRaw(envelope(new Uint8Array()));
    await stream.put(['after']);
    const handler = recordingHandler();
    stream.worker([handler], { aggregator }).start();
    await stream.clock.advance(5_000);
    expect(handler.seen).toEqual(['after']);
  });
});

it('a hot shard is throttled by itself: the rate is per shard, not the stream’s', async () => {
  const { producer, clock, engine } = await startProducer({ shards: 4, aggregator: new JsonAggregator() });
  const hot = Array.from({ length: 5_000 }, (_, n) => producer.put(n, key));
  await clock.advance(1_000);
  const stored = [...engine.records('orders')].length;
  expect(stored).toBeLessThanOrEqual(1_200);
  expect(producer.stats().throttled).toBe(0);
  await clock.advance(10_000);
  await Promise.all(hot);
});
