import { type KinesisClient, PutRecordsCommand, type PutRecordsCommandInput } from '@aws-sdk/client-kinesis';
import fc from 'fast-check';
import { toEntries } from '../../src/client/api-shapes.js';
import { createClient } from '../../src/client/create-client.js';
import type { PutEntry, StreamRef } from '../../src/client/kinesis-gateway.js';
import { SdkKinesisGateway } from '../../src/client/sdk-kinesis-gateway.js';
import { MovableData } from '../../src/producer/movable-data.js';
import { VirtualClock } from '../../src/testing/index.js';
import { type RecordedRequest, RecordedTransport } from '../support/recorded-transport.js';

const byName: StreamRef = { name: 'the orders', streamName: 'orders' };
const arn = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders';
const byArn: StreamRef = { ...byName, streamArn: arn };
const STORED = '{"FailedRecordCount":0,"Records":[{"SequenceNumber":"1","ShardId":"s"}]}';

/** What a protocol of the SDK has. */
interface Protocol {
  serializeRequest(...args: unknown[]): Promise<object>;
}

const gatewayOf = (client: KinesisClient): SdkKinesisGateway =>
  new SdkKinesisGateway(client, new VirtualClock(0));

/** The request that the gateway sends, and the one that the SDK makes of the same. */
async function requestsFor(
  stream: StreamRef,
  entries: readonly PutEntry[],
): Promise<[ours: RecordedRequest, theirs: RecordedRequest]> {
  const transport = new RecordedTransport(() => ({ body: STORED }));
  const client = createClient(transport.config);
  await gatewayOf(client).putRecords(stream, entries);
  const address = stream.streamArn === undefined ? { StreamName: 'orders' } : { StreamARN: stream.streamArn };
  await client.send(new PutRecordsCommand({ ...address, Records: toEntries(entries) }));
  const [ours, theirs] = transport.requests;
  if (!ours || !theirs) throw new Error('a request is missing');
  return [ours, theirs];
}

/** The SDK's own bodies warn when they are used like text. */
const textOf = (body: RecordedRequest['body']): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body);

const parsed = ({ body }: RecordedRequest): unknown => JSON.parse(textOf(body));

const entry: fc.Arbitrary<PutEntry> = fc
  .record({
    data: fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.uint8Array({ minLength: 10_000, maxLength: 30_000 }),
    ),
    partitionKey: fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
    explicitHashKey: fc.option(fc.bigInt(0n, 2n ** 128n - 1n).map(String), { nil: undefined }),
  })
  .map(({ explicitHashKey, ...rest }) =>
    explicitHashKey === undefined ? rest : { ...rest, explicitHashKey },
  );

describe('a PutRecords request', () => {
  it('says what the SDK would say', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        async (entries, named) => {
          const [ours, theirs] = await requestsFor(named ? byName : byArn, entries);
          expect(parsed(ours)).toEqual(parsed(theirs));
          expect(ours.headers['content-length']).toBe(String(ours.body.length));
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each(['with "quotes", \\ and \n', 'tab\t', 'del \x7f', 'é', 'ключ', '鍵', '🔑', '\u2028', '</script>'])(
    'carries the key %j',
    async (partitionKey) => {
      const [ours, theirs] = await requestsFor(byName, [{ data: Buffer.from('x'), partitionKey }]);
      expect(parsed(ours)).toMatchObject({ Records: [{ PartitionKey: partitionKey }] });
      expect(parsed(ours)).toEqual(parsed(theirs));
    },
  );

  it.each([0, 1, 2, 3, 1024 * 1024, 10 * 1024 * 1024])(
    'has the very bytes that the SDK makes of records of %i bytes',
    async (length) => {
      const entries = [
        { data: new Uint8Array(length).fill(0xa5), partitionKey: 'one', explicitHashKey: '0' },
        { data: new Uint8Array(length).fill(0xff), partitionKey: 'two' },
      ];
      const [ours, theirs] = await requestsFor(byName, entries);
      expect(textOf(ours.body) === textOf(theirs.body)).toBe(true);
    },
  );

  it('has a record that is a view into something larger, and no byte besides', async () => {
    const data = new Uint8Array(Buffer.from('before the record behind').buffer).subarray(7, 17);
    const [ours, theirs] = await requestsFor(byName, [{ data, partitionKey: 'k' }]);
    expect(parsed(ours)).toEqual(parsed(theirs));
  });

  it('has the headers that the SDK gives it, the signature aside', async () => {
    const [ours, theirs] = await requestsFor(byName, [{ data: Buffer.from('x'), partitionKey: 'k' }]);
    for (const name of ['content-type', 'x-amz-target', 'content-length', 'host', 'x-amz-content-sha256']) {
      expect(ours.headers[name]).toBe(theirs.headers[name]);
    }
    expect(ours.headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 /);
  });

  it('is the same again when the SDK tries again, and the last answer is the one that counts', async () => {
    const transport = new RecordedTransport((request) =>
      request === 0 ? { status: 500, body: '{"__type":"InternalFailure"}' } : { body: STORED },
    );
    const client = createClient({ ...transport.config, maxAttempts: 2 });

    const results = await gatewayOf(client).putRecords(byName, [
      { data: Buffer.from('x'), partitionKey: 'k' },
    ]);

    const [first, second] = transport.requests;
    expect(second?.body).toEqual(first?.body);
    expect(results).toEqual([{ ok: true, shardId: 's', sequenceNumber: '1' }]);
  });

  it('is left to the protocol that the app has chosen, if that is another', async () => {
    const transport = new RecordedTransport(() => ({ body: STORED }));
    const client = createClient(transport.config);
    const config = client.config as unknown as { protocol: Protocol };
    const { protocol } = config;
    config.protocol = Object.create(protocol, {
      getShapeId: { value: () => 'smithy.protocols#rpcv2Cbor' },
      serializeRequest: {
        value: async (...args: unknown[]) =>
          Object.assign(await protocol.serializeRequest(...args), { body: 'of the protocol' }),
      },
    }) as Protocol;

    await gatewayOf(client).putRecords(byName, [{ data: Buffer.from('x'), partitionKey: 'k' }]);

    expect(transport.requests[0]?.body).toBe('of the protocol');
  });

  it('has what a middleware of the app has made of its records, and every middleware sees them', async () => {
    const transport = new RecordedTransport(() => ({ body: STORED }));
    const client = createClient(transport.config);
    client.middlewareStack.add(
      (next) => (args) => {
        const input = args.input as PutRecordsCommandInput;
        const Records = input.Records?.map((record) => ({
          ...record,
          PartitionKey: `a ${record.PartitionKey}`,
        }));
        return next({ ...args, input: { ...input, Records } });
      },
      { step: 'initialize', name: 'prefixKeys' },
    );

    await gatewayOf(client).putRecords(byName, [{ data: Buffer.from('x'), partitionKey: 'key' }]);

    expect(transport.requests.map(parsed)).toEqual([
      { StreamName: 'orders', Records: [{ Data: 'eA==', PartitionKey: 'a key' }] },
    ]);
  });

  describe('of entries that can do without their data meanwhile', () => {
    /** An entry that has its data nowhere but in the request's body from when it has been written. */
    class MovedEntry implements PutEntry {
      readonly movable = true;
      private readonly content: MovableData;

      constructor(
        data: Uint8Array,
        readonly partitionKey: string,
      ) {
        this.content = new MovableData(data);
      }

      get data(): Uint8Array {
        return this.content.bytes;
      }

      encoded(...where: [data: Uint8Array, body: Buffer, start: number, end: number]): void {
        this.content.moved(...where);
      }
    }

    const texts = ['small', 'x'.repeat(10_000), '', 'another'];
    const entries = (): MovedEntry[] =>
      texts.map((text, index) => new MovedEntry(Buffer.from(text), `key "${index}"`));
    const textsIn = (moved: readonly PutEntry[]): string[] =>
      moved.map(({ data }) => Buffer.from(data).toString());

    it('says the same, and has the data for them afterwards', async () => {
      const moved = entries();
      const given = moved.map(({ data }) => data);
      const plain = moved.map(({ data, partitionKey }) => ({ data, partitionKey }));

      const [ours] = await requestsFor(byName, moved);
      const [theirs] = await requestsFor(byName, plain);

      expect(ours.body).toEqual(theirs.body);
      expect(textsIn(moved)).toEqual(texts);
      moved.forEach(({ data }, index) => expect(data).not.toBe(given[index]));
    });

    it('leaves them theirs when a middleware of the app sends others in their place', async () => {
      const transport = new RecordedTransport(() => ({ body: STORED }));
      const client = createClient(transport.config);
      client.middlewareStack.add(
        (next) => (args) => {
          const { Records = [] } = args.input as PutRecordsCommandInput;
          for (const record of Records) record.Data = Buffer.from('encrypted');
          return next(args);
        },
        { step: 'initialize', name: 'encrypt' },
      );
      const moved = entries();

      await gatewayOf(client).putRecords(byName, moved);

      expect(transport.requests.map(parsed)).toMatchObject([
        { Records: texts.map(() => ({ Data: Buffer.from('encrypted').toString('base64') })) },
      ]);
      expect(textsIn(moved)).toEqual(texts);
    });

    it('is the same again when a middleware of the app sends it twice', async () => {
      const transport = new RecordedTransport(() => ({ body: STORED }));
      const client = createClient(transport.config);
      client.middlewareStack.add(
        (next) => async (args) => {
          await next(args);
          return next(args);
        },
        { step: 'initialize', name: 'twice' },
      );

      await gatewayOf(client).putRecords(byName, entries());

      const [first, second] = transport.requests;
      expect(second?.body).toEqual(first?.body);
    });
  });

  it('shows its records to a client that stands in for the SDK, and takes its answer', async () => {
    const commands: PutRecordsCommand[] = [];
    const standIn = {
      send: async (command: PutRecordsCommand) => {
        commands.push(command);
        return { Records: [{ SequenceNumber: '7', ShardId: 's' }] };
      },
    };

    const results = await gatewayOf(standIn as unknown as KinesisClient).putRecords(byName, [
      { data: Buffer.from('x'), partitionKey: 'k' },
    ]);

    expect(results).toEqual([{ ok: true, shardId: 's', sequenceNumber: '7' }]);
    expect(commands[0]?.input.Records).toEqual([{ Data: Buffer.from('x'), PartitionKey: 'k' }]);
  });
});
