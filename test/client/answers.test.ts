import {
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  type KinesisClient,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import fc from 'fast-check';
import { toPutResults, toRecordsPage } from '../../src/client/api-shapes.js';
import { createClient } from '../../src/client/create-client.js';
import type { KinesisRecord, StreamRef } from '../../src/client/kinesis-gateway.js';
import { SdkKinesisGateway } from '../../src/client/sdk-kinesis-gateway.js';
import { KinesisNetworkError, KinesisServiceError, ThrottledError } from '../../src/errors.js';
import { VirtualClock } from '../../src/testing/index.js';
import { RecordedTransport } from '../support/recorded-transport.js';

const byName: StreamRef = { name: 'the orders', streamName: 'orders' };
const STORED = '{"FailedRecordCount":0,"Records":[{"SequenceNumber":"1","ShardId":"s"}]}';

const gatewayOf = (client: KinesisClient): SdkKinesisGateway =>
  new SdkKinesisGateway(client, new VirtualClock(0));

const nullable = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 20 });

describe('an answer', () => {
  /** What the gateway and the SDK read of the same answer. */
  async function bothRead(
    operation: 'PutRecords' | 'GetRecords',
    body: string,
  ): Promise<[ours: unknown, theirs: unknown]> {
    const transport = new RecordedTransport(() => ({ body }));
    const client = createClient(transport.config);
    const settled = async (call: Promise<unknown>): Promise<unknown> => call.catch(() => 'failed');
    if (operation === 'PutRecords') {
      const command = new PutRecordsCommand({ StreamName: 'orders', Records: [] });
      const theirs = client.send(command).then(toPutResults);
      return [await settled(gatewayOf(client).putRecords(byName, [])), await settled(theirs)];
    }
    const command = new GetRecordsCommand({ ShardIterator: 'i' });
    const theirs = client.send(command).then(toRecordsPage);
    return [await settled(gatewayOf(client).getRecords(byName, 'i', 10)), await settled(theirs)];
  }

  it.each(['right', '0', '1', '5000', '-1', 'many', '1e3', '9007199254740993', ''])(
    'is read in full, whatever length it announces: %s',
    async (announced) => {
      const Records = ['one', 'two'].map((text, index) => ({
        SequenceNumber: String(index),
        PartitionKey: 'key',
        Data: Buffer.from(text.repeat(500)).toString('base64'),
        ApproximateArrivalTimestamp: 1.5,
      }));
      const body = JSON.stringify({ MillisBehindLatest: 0, NextShardIterator: 'next', Records });
      const contentLength = announced === 'right' ? String(body.length) : announced;
      const transport = new RecordedTransport(() => ({ body, contentLength }));

      const page = await gatewayOf(createClient(transport.config)).getRecords(byName, 'i', 10);

      expect(page.nextIterator).toBe('next');
      expect(page.records.map(({ data }) => Buffer.from(data).toString())).toEqual([
        'one'.repeat(500),
        'two'.repeat(500),
      ]);
    },
  );

  const result = fc.oneof(
    fc.record({ SequenceNumber: fc.string(), ShardId: fc.string(), ErrorCode: fc.constant(null) }),
    fc.record({ SequenceNumber: fc.string(), ShardId: fc.string() }),
    fc.record({
      ErrorCode: fc.constantFrom('InternalFailure', 'ProvisionedThroughputExceededException'),
      ErrorMessage: fc.string(),
    }),
  );

  it('to PutRecords is read as the SDK reads it', async () => {
    await fc.assert(
      fc.asyncProperty(nullable(fc.array(result)), async (Records) => {
        const [ours, theirs] = await bothRead(
          'PutRecords',
          JSON.stringify({ FailedRecordCount: 1, Records }),
        );
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 50 },
    );
  });

  const record = fc.record({
    SequenceNumber: nullable(fc.string()),
    PartitionKey: nullable(fc.string({ unit: 'binary' })),
    Data: nullable(fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))),
    ApproximateArrivalTimestamp: nullable(fc.oneof(fc.nat(), fc.double({ min: 0, max: 2e9, noNaN: true }))),
    EncryptionType: fc.constant('KMS'),
  });
  const child = fc.record({ ShardId: fc.string(), ParentShards: fc.array(fc.string()) });

  it('to GetRecords is read as the SDK reads it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          Records: nullable(fc.array(record, { maxLength: 5 })),
          NextShardIterator: nullable(fc.string()),
          MillisBehindLatest: nullable(fc.nat()),
          ChildShards: nullable(fc.array(child, { maxLength: 2 })),
        }),
        async (answer) => {
          const [ours, theirs] = await bothRead('GetRecords', JSON.stringify(answer));
          expect(withBuffers(ours)).toEqual(withBuffers(theirs));
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    '',
    'null',
    '[]',
    '"text"',
    '{}',
    '{"Records":{}}',
    '{"Records":"none"}',
    '{"Records":[null]}',
    '{"Rec',
  ])('that makes no sense (%s) is left to the SDK', async (body) => {
    for (const operation of ['PutRecords', 'GetRecords'] as const) {
      const [ours, theirs] = await bothRead(operation, body);
      expect(ours).toEqual(theirs);
    }
  });

  it.each([
    [400, 'ProvisionedThroughputExceededException', ThrottledError],
    [400, 'InvalidArgumentException', KinesisServiceError],
    [500, 'InternalFailure', KinesisServiceError],
    [302, 'Moved', KinesisServiceError],
  ])('%i %s is the error that the SDK makes of it', async (status, code, type) => {
    const body = JSON.stringify({
      __type: `com.amazonaws.kinesis#${code}`,
      message: 'no',
      ...JSON.parse(STORED),
    });
    const client = createClient(new RecordedTransport(() => ({ status, body })).config);

    const failure = await gatewayOf(client)
      .putRecords(byName, [])
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(type);
    expect((failure as Error).cause).toMatchObject({
      name: code,
      $metadata: { httpStatusCode: status, requestId: 'request-1' },
    });
  });

  it('to GetRecords is what a middleware of the app has made of it', async () => {
    const record = { SequenceNumber: '1', PartitionKey: 'k', Data: 'eA==', ApproximateArrivalTimestamp: 1.5 };
    const body = JSON.stringify({ Records: [record, record], MillisBehindLatest: 5, NextShardIterator: 'i' });
    const client = createClient(new RecordedTransport(() => ({ body })).config);
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const [first] = (result.output as GetRecordsCommandOutput).Records ?? [];
        Object.assign(first ?? {}, { Data: Buffer.from('changed'), PartitionKey: 'other' });
        return result;
      },
      { step: 'initialize', name: 'change' },
    );

    const { records, ...rest } = await gatewayOf(client).getRecords(byName, 'i', 10);

    expect(rest).toEqual({ nextIterator: 'i', millisBehindLatest: 5, childShards: [] });
    expect(records).toEqual([
      { sequenceNumber: '1', partitionKey: 'other', data: Buffer.from('changed'), arrivalTime: 1500 },
      { sequenceNumber: '1', partitionKey: 'k', data: Buffer.from('x'), arrivalTime: 1500 },
    ]);
  });

  it('to GetRecords can be copied by a middleware', async () => {
    const record = { SequenceNumber: '1', PartitionKey: 'k', Data: 'eA==', ApproximateArrivalTimestamp: 1.5 };
    const client = createClient(
      new RecordedTransport(() => ({ body: JSON.stringify({ Records: [record] }) })).config,
    );
    client.middlewareStack.add(
      (next) => async (args) => {
        const { response, output } = await next(args);
        return { response, output: { ...output } };
      },
      { step: 'initialize', name: 'copy' },
    );

    await expect(gatewayOf(client).getRecords(byName, 'i', 10)).resolves.toMatchObject({
      records: [{ sequenceNumber: '1', partitionKey: 'k', data: Buffer.from('x'), arrivalTime: 1500 }],
    });
  });

  it('that cannot be read is an error with the status and the id of the request', async () => {
    const client = createClient(new RecordedTransport(() => ({ body: '{"Rec' })).config);

    const failure = await gatewayOf(client)
      .putRecords(byName, [])
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(KinesisNetworkError);
    expect((failure as Error).cause).toMatchObject({ $metadata: { httpStatusCode: 200 } });
  });
});

/** As plain data, whatever they are made of. */
function withBuffers(page: unknown): unknown {
  if (page === 'failed') return page;
  const { records, bytes: _bytes, ...rest } = page as ReturnType<typeof toRecordsPage>;
  return { ...rest, records: records.map(plain) };
}

function plain({ sequenceNumber, partitionKey, data, arrivalTime }: KinesisRecord): unknown {
  return { sequenceNumber, partitionKey, data: [...data], arrivalTime };
}
