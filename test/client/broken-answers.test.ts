import type { ServerResponse } from 'node:http';
import { createClient } from '../../src/client/create-client.js';
import { SdkKinesisGateway } from '../../src/client/sdk-kinesis-gateway.js';
import { KinesisAbortedError, type KinesisError } from '../../src/errors.js';
import { VirtualClock } from '../../src/testing/index.js';
import { CannedServer } from '../support/canned-server.js';

const orders = { name: 'orders', streamName: 'orders' };
const JSON_HEADERS = { 'content-type': 'application/x-amz-json-1.1' };

/** Runs `use` with a gateway whose server gives one answer to everything. */
async function withAnswer<T>(
  answer: (response: ServerResponse) => void,
  use: (gateway: SdkKinesisGateway) => Promise<T>,
): Promise<T> {
  const server = await CannedServer.start(answer);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = createClient({ region: 'us-east-1', endpoint: server.endpoint, credentials });
  try {
    return await use(new SdkKinesisGateway(client, new VirtualClock(Date.UTC(2026, 0, 1, 0, 0, 0, 700))));
  } finally {
    client.destroy();
    await server.stop();
  }
}

async function failureOf(call: Promise<unknown>): Promise<KinesisError> {
  return call.then(
    () => {
      throw new Error('the call succeeded');
    },
    (error: KinesisError) => error,
  );
}

const put = (gateway: SdkKinesisGateway): Promise<unknown> =>
  gateway.putRecords(orders, [{ data: Buffer.from('x'), partitionKey: 'k' }]);

describe('the gateway through the SDK, when the answer', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['is no JSON', (response) => response.writeHead(200, JSON_HEADERS).end('{"Records":[{"secret')],
    [
      'is the page of a proxy',
      (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>secret</html>'),
    ],
    [
      'is cut in the middle',
      (response) => {
        response.writeHead(200, { ...JSON_HEADERS, 'content-length': 500 }).write('{"Records":');
        setImmediate(() => response.destroy());
      },
    ],
    ['never begins', (response) => response.destroy()],
  ])('%s, leaves the outcome unknown and the call worth another try', async (_how, answer) => {
    const error = await withAnswer(answer, (gateway) => failureOf(put(gateway)));

    expect(error.retryable).toBe(true);
    expect(error.message).not.toContain('secret');
  });

  it('does not come, ends the call when its signal aborts', async () => {
    const stop = new AbortController();
    const error = await withAnswer(
      () => stop.abort(new Error('closing')),
      (gateway) =>
        failureOf(gateway.putRecords(orders, [{ data: Buffer.from('x'), partitionKey: 'k' }], stop.signal)),
    );

    expect(error).toBeInstanceOf(KinesisAbortedError);
  });

  it('has a null iterator, reads it like an absent one', async () => {
    const page = await withAnswer(
      (response) =>
        response
          .writeHead(200, JSON_HEADERS)
          .end('{"Records":[],"NextShardIterator":null,"MillisBehindLatest":0,"ChildShards":null}'),
      (gateway) => gateway.getRecords(orders, 'iterator', 10),
    );

    expect(page).toEqual({ records: [], bytes: 0, millisBehindLatest: 0, childShards: [] });
  });

  it('has null error codes beside its sequence numbers, takes the records for stored', async () => {
    const results = await withAnswer(
      (response) =>
        response
          .writeHead(200, JSON_HEADERS)
          .end(
            '{"FailedRecordCount":0,"Records":[{"SequenceNumber":"1","ShardId":"s","ErrorCode":null,"ErrorMessage":null}]}',
          ),
      put,
    );

    expect(results).toEqual([{ ok: true, shardId: 's', sequenceNumber: '1' }]);
  });

  it('has a null end of the sequence numbers, takes the shard for open', async () => {
    const shard =
      '{"ShardId":"s","ParentShardId":null,"HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"9"},' +
      '"SequenceNumberRange":{"StartingSequenceNumber":"1","EndingSequenceNumber":null}}';
    const shards = await withAnswer(
      (response) => response.writeHead(200, JSON_HEADERS).end(`{"Shards":[${shard}],"NextToken":null}`),
      (gateway) => gateway.listShards(orders),
    );

    expect(shards).toMatchObject([{ shardId: 's', closed: false, parentShardIds: [] }]);
  });

  it('has no readable Date header, tells the time by its own clock, in whole seconds', async () => {
    const description = await withAnswer(
      (response) => {
        response.sendDate = false;
        response.writeHead(200, JSON_HEADERS).end('{"StreamDescriptionSummary":{"StreamName":"orders"}}');
      },
      (gateway) => gateway.describeStream(orders),
    );

    expect(description.serviceTime).toBe(Date.UTC(2026, 0, 1));
  });
});
