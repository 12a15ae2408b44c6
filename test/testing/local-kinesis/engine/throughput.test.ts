import { bytes, refusal, shardId, startEngine } from './engine-fixture.js';

const KIB = 1024;

function batch(count: number, size: number, more: object = {}): object[] {
  return Array.from({ length: count }, () => ({
    PartitionKey: 'k',
    Data: new Uint8Array(size - 1),
    ...more,
  }));
}

describe('the throughput of a shard', () => {
  it('takes 1000 records in a second and fails the others of the request, each at its index', async () => {
    const { call, clock, createStream } = startEngine();
    await createStream(2);
    const low = { ExplicitHashKey: '0' };
    const high = { ExplicitHashKey: String(2n ** 127n) };
    await call('PutRecords', { StreamName: 'orders', Records: batch(500, 10, low) });
    await call('PutRecords', { StreamName: 'orders', Records: batch(499, 10, low) });

    const mixed = [...batch(2, 10, low), ...batch(1, 10, high), ...batch(1, 10, low)];
    const answer = await call('PutRecords', { StreamName: 'orders', Records: mixed });

    const ErrorMessage =
      'Rate exceeded for shard shardId-000000000000 in stream orders under account 000000000000.';
    const failed = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage };
    expect(answer).toMatchObject({
      FailedRecordCount: 2,
      Records: [{ ShardId: shardId(0) }, failed, { ShardId: shardId(1) }, failed],
    });
    await clock.advance(2);
    expect(await call('PutRecords', { StreamName: 'orders', Records: batch(3, 10, low) })).toMatchObject({
      FailedRecordCount: 1,
    });
  });

  it('takes 1 MiB in a second, counting data and partition key', async () => {
    const { call, clock, createStream, put } = startEngine();
    await createStream();
    const answer = await call('PutRecords', { StreamName: 'orders', Records: batch(5, 256 * KIB) });
    expect(answer.FailedRecordCount).toBe(1);

    expect(await refusal(put('x'))).toMatchObject({ code: 'ProvisionedThroughputExceededException' });
    await clock.advance(250);
    await call('PutRecord', { StreamName: 'orders', PartitionKey: 'k', Data: new Uint8Array(256 * KIB - 1) });
    expect(await refusal(put('x'))).toMatchObject({ code: 'ProvisionedThroughputExceededException' });
  });

  it('answers five GetRecords calls in a second', async () => {
    const { call, clock, createStream, iterator } = startEngine();
    await createStream();
    const ShardIterator = await iterator();
    for (let count = 0; count < 5; count++) await call('GetRecords', { ShardIterator });

    expect((await refusal(call('GetRecords', { ShardIterator }))).code).toBe(
      'ProvisionedThroughputExceededException',
    );
    await clock.advance(200);
    await call('GetRecords', { ShardIterator });
  });

  it('answers with at most 10 MiB, and then refuses for five seconds', async () => {
    const { call, clock, createStream, iterator } = startEngine({
      limits: { shardWriteBytesPerSecond: Infinity },
    });
    await createStream();
    for (let count = 0; count < 3; count++) {
      await call('PutRecords', { StreamName: 'orders', Records: batch(10, 512 * KIB) });
    }

    const { Records, NextShardIterator } = await call('GetRecords', { ShardIterator: await iterator() });
    expect(Records).toHaveLength(20);
    await clock.advance(4999);
    const early = call('GetRecords', { ShardIterator: NextShardIterator });
    expect((await refusal(early)).code).toBe('ProvisionedThroughputExceededException');
    await clock.advance(2);
    const rest = await call('GetRecords', { ShardIterator: NextShardIterator });
    expect(rest.Records).toHaveLength(10);
  });

  it('is unbounded with limits none', async () => {
    const { call, createStream } = startEngine({ limits: 'none' });
    await createStream();
    for (let count = 0; count < 10; count++) {
      const answer = await call('PutRecords', { StreamName: 'orders', Records: batch(500, 2 * KIB) });
      expect(answer.FailedRecordCount).toBe(0);
    }
    await call('PutRecord', { StreamName: 'orders', PartitionKey: 'k', Data: bytes('x') });
  });
});
