import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent } from 'node:https';
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListStreamsCommand,
  ProvisionedThroughputExceededException,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis';
import {
  type KinesisLimits,
  LocalKinesis,
  type LocalKinesisOptions,
  VirtualClock,
} from '../../../src/testing/index.js';

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

  it('listens with TLS where asked to, and hands out the certificate to trust', async () => {
    const kinesis = await start({ streams: { orders: {} }, tls: true });
    const client = kinesis.client({
      endpoint: kinesis.tlsEndpoint ?? '',
      requestHandler: new NodeHttpHandler({ httpsAgent: new Agent({ ca: kinesis.certificate }) }),
    });

    expect(kinesis.tlsEndpoint).toMatch(/^https:/);
    await expect(client.send(new ListStreamsCommand({}))).resolves.toMatchObject({ StreamNames: ['orders'] });
  });

  it.each(['0.0.0.0', '::1', '::', 'localhost'])('gives a URL where it listens on %s', async (host) => {
    const kinesis = await start({ host });

    expect((await fetch(`${kinesis.endpoint}/health`)).status).toBe(200);
  });

  it('refuses options that would not do what they say', async () => {
    const tls = { cert: 'a certificate without its key' };
    await expect(LocalKinesis.start({ tls })).rejects.toThrow('both cert and key');
    const misspelt = { shardWriteRecords: 5 } as Partial<KinesisLimits>;
    await expect(LocalKinesis.start({ limits: misspelt })).rejects.toThrow('no limit shardWriteRecords');
    await expect(LocalKinesis.start({ limits: { openShards: NaN } })).rejects.toThrow('openShards');
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

  it('creates and splits as many shards as asked for, whatever the rates of the service', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `stream-${index}`);

    const kinesis = await start({
      streams: Object.fromEntries(names.map((name) => [name, {}])),
      clock: new VirtualClock(),
    });
    for (const name of names) await kinesis.split(name);

    await expect(kinesis.execute('ListStreams', {})).resolves.toMatchObject({
      StreamNames: [...names].sort(),
    });
    await expect(kinesis.execute('CreateStream', { StreamName: 'x', ShardCount: 1 })).resolves.toEqual({});
  });
});

describe('faults of a local Kinesis', () => {
  const put = new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'a', Data: Buffer.from('x') });

  it('meet clients over HTTP as the SDK knows them', async () => {
    const kinesis = await start({ streams: { orders: {} } });
    const client = kinesis.client({ maxAttempts: 1 });

    const fault = kinesis.faults({
      operation: 'PutRecord',
      error: 'ProvisionedThroughputExceededException',
      times: 2,
    });
    await expect(client.send(put)).rejects.toBeInstanceOf(ProvisionedThroughputExceededException);
    await expect(kinesis.inProcessClient().send(put)).rejects.toBeInstanceOf(
      ProvisionedThroughputExceededException,
    );
    await client.send(put);

    expect(fault.hits).toBe(2);
    expect(kinesis.records('orders')).toHaveLength(1);
  });

  it('can lose the answer to a call that took effect', async () => {
    const kinesis = await start({ streams: { orders: {} } });

    kinesis.faults({ operation: 'PutRecord', cut: 'after' });
    await expect(kinesis.client({ maxAttempts: 1 }).send(put)).rejects.toThrow('ECONNRESET');
    expect(kinesis.records('orders')).toHaveLength(1);

    kinesis.clearFaults();
    await kinesis.client().send(put);
    expect(kinesis.records('orders')).toHaveLength(2);
  });

  it('can keep a client waiting until it gives up', async () => {
    const kinesis = await start({ streams: { orders: {} } });

    kinesis.faults({ operation: 'PutRecord', lostReply: 'hang' });
    const answer = kinesis.client({ maxAttempts: 1 }).send(put, { abortSignal: AbortSignal.timeout(100) });

    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    expect(kinesis.records('orders')).toHaveLength(1);
  });
});

describe('a subscription to a local Kinesis', () => {
  it('brings records to the SDK as they are put, and ends with the shard', async () => {
    const kinesis = await start({ streams: { orders: {} } });
    const client = kinesis.client();
    const { StreamARN } = (await kinesis.execute('DescribeStreamSummary', { StreamName: 'orders' }))
      .StreamDescriptionSummary as { StreamARN: string };
    const { Consumer } = await client.send(
      new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'me' }),
    );
    const { EventStream = [] } = await client.send(
      new SubscribeToShardCommand({
        ConsumerARN: Consumer?.ConsumerARN,
        ShardId: 'shardId-000000000000',
        StartingPosition: { Type: 'TRIM_HORIZON' },
      }),
    );
    await client.send(
      new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'a', Data: Buffer.from('one') }),
    );

    const received: string[] = [];
    let children: unknown;
    for await (const { SubscribeToShardEvent: event } of EventStream) {
      for (const record of event?.Records ?? []) received.push(Buffer.from(record.Data ?? []).toString());
      children = event?.ChildShards?.map((child) => child.ShardId) ?? children;
      if (received.length === 1 && children === undefined) await kinesis.split('orders');
    }

    expect(received).toEqual(['one']);
    expect(children).toEqual(['shardId-000000000001', 'shardId-000000000002']);
  });
});
