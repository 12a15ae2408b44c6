import {
  type _Record,
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  type KinesisClientConfig,
  PutRecordsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { ConnectionCut, ServiceError } from '../../../../src/testing/local-kinesis/engine/service-error.js';
import { KinesisServer } from '../../../../src/testing/local-kinesis/server/kinesis-server.js';
import { ScriptedExecutor } from './scripted-executor.js';

const TRANSPORTS: [string, () => Partial<KinesisClientConfig>][] = [
  ['its default transport (HTTP/2)', () => ({})],
  ['one shared HTTP/2 session', () => ({ requestHandler: { disableConcurrentStreams: false } })],
  ['HTTP/1.1', () => ({ requestHandler: new NodeHttpHandler({}) })],
];

const asText = (record: _Record): string =>
  [
    Buffer.from(record.Data ?? []).toString('hex'),
    record.PartitionKey,
    record.SequenceNumber,
    record.ApproximateArrivalTimestamp?.toISOString(),
  ].join();

describe.each(TRANSPORTS)('the unmodified SDK client over %s', (_name, transport) => {
  let executor: ScriptedExecutor;
  let server: KinesisServer;
  let client: KinesisClient;

  beforeEach(async () => {
    executor = new ScriptedExecutor();
    server = await KinesisServer.start({ executor });
    client = new KinesisClient({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${server.port}`,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
      ...transport(),
    });
  });

  afterEach(async () => {
    client.destroy();
    await server.stop();
  });

  it('hands blobs to the executor as bytes', async () => {
    executor.on('PutRecords', () => ({
      FailedRecordCount: 0,
      Records: [{ SequenceNumber: '1', ShardId: 's-0' }],
    }));
    const data = Uint8Array.from([0, 255, 128, 34, 92]);

    const output = await client.send(
      new PutRecordsCommand({ StreamName: 'orders', Records: [{ Data: data, PartitionKey: 'é"\\\u2028' }] }),
    );

    expect(output).toMatchObject({
      FailedRecordCount: 0,
      Records: [{ SequenceNumber: '1', ShardId: 's-0' }],
    });
    expect(executor.calls).toEqual([
      {
        operation: 'PutRecords',
        input: { StreamName: 'orders', Records: [{ Data: Buffer.from(data), PartitionKey: 'é"\\\u2028' }] },
      },
    ]);
  });

  it('hands timestamps to the executor as dates, to the millisecond', async () => {
    executor.on('GetShardIterator', () => ({ ShardIterator: 'it' }));
    const timestamp = new Date('2026-01-02T03:04:05.678Z');

    await client.send(
      new GetShardIteratorCommand({
        StreamName: 'orders',
        ShardId: 's-0',
        ShardIteratorType: 'AT_TIMESTAMP',
        Timestamp: timestamp,
      }),
    );

    expect(executor.calls[0]?.input).toMatchObject({ Timestamp: timestamp });
  });

  it('gets bytes and dates back as they were, in a big answer too', async () => {
    const arrival = new Date('2026-01-02T03:04:05.678Z');
    const records = Array.from({ length: 10_000 }, (_, index) => ({
      Data: Buffer.alloc(200, index),
      PartitionKey: `key "${index}" ü`,
      SequenceNumber: String(index),
      ApproximateArrivalTimestamp: arrival,
    }));
    executor.on('GetRecords', () => ({
      Records: records,
      MillisBehindLatest: 0,
      NextShardIterator: undefined,
    }));

    const output = await client.send(new GetRecordsCommand({ ShardIterator: 'it' }));

    expect(output.NextShardIterator).toBeUndefined();
    // Compared as text: Jest needs seconds for this many buffers.
    expect(output.Records?.map(asText)).toEqual(records.map(asText));
  });

  it('takes a request of several megabytes', async () => {
    const data = Buffer.alloc(1024 * 1024, 7);
    const records = Array.from({ length: 8 }, () => ({ Data: data, PartitionKey: 'k' }));

    await client.send(new PutRecordsCommand({ StreamName: 'orders', Records: records }));

    const [call] = executor.calls;
    expect(call?.input.Records).toHaveLength(8);
    expect((call?.input.Records as { Data: Buffer }[]).every((record) => record.Data.equals(data))).toBe(
      true,
    );
  });

  it('is told by 413 that a request is larger than the service takes', async () => {
    const data = Buffer.alloc(1024 * 1024);
    const records = Array.from({ length: 20 }, () => ({ Data: data, PartitionKey: 'k' }));

    const failure = client.send(new PutRecordsCommand({ StreamName: 'orders', Records: records }));

    await expect(failure).rejects.toMatchObject({
      name: 'RequestEntityTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
    expect(executor.calls).toEqual([]);
  });

  it('accepts the empty answer of an operation without output', async () => {
    const output = await client.send(new CreateStreamCommand({ StreamName: 'orders', ShardCount: 1 }));

    expect(output.$metadata).toMatchObject({ httpStatusCode: 200 });
    expect(output.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('throws the typed exception of a service error', async () => {
    executor.on('DescribeStreamSummary', () => {
      throw new ServiceError(
        'ResourceNotFoundException',
        'Stream orders under account 000000000000 not found.',
      );
    });

    const failure = client.send(new DescribeStreamSummaryCommand({ StreamName: 'orders' }));

    await expect(failure).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(failure).rejects.toMatchObject({
      message: 'Stream orders under account 000000000000 not found.',
      $metadata: { httpStatusCode: 400, requestId: expect.any(String) as string },
    });
  });

  it('sees the status of a server error, so that it retries', async () => {
    executor.on('DescribeStreamSummary', () => {
      throw new ServiceError('ServiceUnavailable', 'busy', 503);
    });

    await expect(
      client.send(new DescribeStreamSummaryCommand({ StreamName: 'orders' })),
    ).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      $fault: 'server',
      $metadata: { httpStatusCode: 503 },
    });
  });

  it('gets no answer where the connection is cut, and can go on afterwards', async () => {
    let cut = true;
    executor.on('DescribeStreamSummary', () => {
      if (cut) throw new ConnectionCut();
      return { StreamDescriptionSummary: { StreamName: 'orders' } };
    });

    await expect(
      client.send(new DescribeStreamSummaryCommand({ StreamName: 'orders' })),
    ).rejects.not.toHaveProperty('$metadata.httpStatusCode', expect.any(Number));
    cut = false;
    const output = await client.send(new DescribeStreamSummaryCommand({ StreamName: 'orders' }));

    expect(output.StreamDescriptionSummary?.StreamName).toBe('orders');
  });

  it('answers fifty requests at once', async () => {
    executor.on('GetShardIterator', (input) => ({ ShardIterator: `of ${String(input.ShardId)}` }));

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        client.send(
          new GetShardIteratorCommand({ StreamName: 'o', ShardId: `${index}`, ShardIteratorType: 'LATEST' }),
        ),
      ),
    );

    expect(answers.map((answer) => answer.ShardIterator)).toEqual(answers.map((_, index) => `of ${index}`));
  });
});
