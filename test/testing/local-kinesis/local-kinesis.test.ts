import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListStreamsCommand,
  PutRecordCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { LocalKinesis, type LocalKinesisOptions, VirtualClock } from '../../../src/testing/index.js';

const running: LocalKinesis[] = [];

async function start(options?: LocalKinesisOptions): Promise<LocalKinesis> {
  const kinesis = await LocalKinesis.start(options);
  running.push(kinesis);
  return kinesis;
}

afterEach(async () => {
  for (const kinesis of running.splice(0)) await kinesis.stop();
});

describe('a local Kinesis', () => {
  it('has its streams active from the start', async () => {
    const kinesis = await start({ streams: { orders: { shards: 4 }, events: {}, wide: { onDemand: true } } });
    const client = kinesis.client();

    const shards = async (name: string): Promise<unknown> => {
      const { StreamDescriptionSummary } = await client.send(
        new DescribeStreamSummaryCommand({ StreamName: name }),
      );
      return [StreamDescriptionSummary?.StreamStatus, StreamDescriptionSummary?.OpenShardCount];
    };
    expect(await shards('orders')).toEqual(['ACTIVE', 4]);
    expect(await shards('events')).toEqual(['ACTIVE', 1]);
    expect(await shards('wide')).toEqual(['ACTIVE', 4]);
  });

  it('gives back what the SDK put, to the SDK and to the test', async () => {
    const kinesis = await start({ streams: { orders: {} } });
    const client = kinesis.client();
    const data = Buffer.from('one order');

    const { SequenceNumber, ShardId } = await client.send(
      new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'a', Data: data }),
    );
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName: 'orders', ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records } = await client.send(new GetRecordsCommand({ ShardIterator }));

    expect(Records).toMatchObject([{ PartitionKey: 'a', SequenceNumber }]);
    expect(Buffer.from(Records?.[0]?.Data ?? [])).toEqual(data);
    const [record, ...others] = kinesis.records('orders');
    expect(others).toEqual([]);
    expect(record).toMatchObject({ shardId: ShardId, sequenceNumber: SequenceNumber, partitionKey: 'a' });
    expect(Buffer.from(record?.data ?? [])).toEqual(data);
  });

  it('serves a client of the user as well', async () => {
    const kinesis = await start({ streams: { orders: {} } });
    const client = new KinesisClient(kinesis.clientConfig);

    await expect(client.send(new ListStreamsCommand({}))).resolves.toMatchObject({ StreamNames: ['orders'] });
    client.destroy();
  });

  it('runs operations without HTTP', async () => {
    const kinesis = await start();

    await kinesis.execute('CreateStream', { StreamName: 'orders', ShardCount: 2 });

    await expect(kinesis.execute('ListStreams', {})).resolves.toMatchObject({ StreamNames: ['orders'] });
    await expect(kinesis.execute('DescribeStream', { StreamName: 'none' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  it('enforces the limits of the service, or none', async () => {
    const records = Array.from({ length: 300 }, () => ({ PartitionKey: 'a', Data: Buffer.alloc(10_000) }));
    const failures = async (limits: LocalKinesisOptions['limits']): Promise<unknown> => {
      const kinesis = await start({
        streams: { orders: {} },
        clock: new VirtualClock(),
        ...(limits === undefined ? {} : { limits }),
      });
      const output = await kinesis
        .client()
        .send(new PutRecordsCommand({ StreamName: 'orders', Records: records }));
      return output.FailedRecordCount;
    };

    expect(await failures(undefined)).toBeGreaterThan(0);
    expect(await failures('none')).toBe(0);
    expect(await failures({ shardWriteBytesPerSecond: Infinity })).toBe(0);
  });

  it('lives in the time of its clock, and tells it in the Date header', async () => {
    const clock = new VirtualClock(Date.UTC(2020, 1, 3, 4, 5, 6));
    const kinesis = await start({ streams: { orders: {} }, clock });

    await kinesis.execute('PutRecord', { StreamName: 'orders', PartitionKey: 'a', Data: Buffer.from('x') });
    await clock.advance(1000);
    const response = await fetch(`${kinesis.endpoint}/health`);

    expect(kinesis.records('orders')[0]?.approximateArrivalTimestamp).toEqual(
      new Date('2020-02-03T04:05:06Z'),
    );
    expect(response.headers.get('date')).toBe('Mon, 03 Feb 2020 04:05:07 GMT');
  });

  it('is one of many', async () => {
    const [one, other] = [await start({ streams: { a: {} } }), await start({ streams: { b: {} } })];

    expect(one.endpoint).not.toBe(other.endpoint);
    await expect(one.client().send(new ListStreamsCommand({}))).resolves.toMatchObject({
      StreamNames: ['a'],
    });
    await expect(other.client().send(new ListStreamsCommand({}))).resolves.toMatchObject({
      StreamNames: ['b'],
    });
  });

  it('says so when its port is taken', async () => {
    const kinesis = await start();
    const port = Number(new URL(kinesis.endpoint).port);

    await expect(LocalKinesis.start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('answers no more once stopped, on the same port a new one can start', async () => {
    const kinesis = await LocalKinesis.start({ streams: { orders: {} } });
    const client = kinesis.client({ maxAttempts: 1 });
    await client.send(new ListStreamsCommand({}));

    await kinesis.stop();
    await kinesis.stop();

    const own = new KinesisClient({ ...kinesis.clientConfig, maxAttempts: 1 });
    await expect(own.send(new ListStreamsCommand({}))).rejects.toThrow('ECONNREFUSED');
    own.destroy();
    const next = await start({ port: Number(new URL(kinesis.endpoint).port) });
    expect(next.endpoint).toBe(kinesis.endpoint);
  });
});
