import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { createClient } from '../../src/client/create-client.js';
import { MAX_HASH_KEY } from '../../src/runtime/hash-key.js';
import type { StreamRef } from '../../src/client/kinesis-gateway.js';
import { SdkKinesisGateway } from '../../src/client/sdk-kinesis-gateway.js';
import { KinesisAbortedError, StreamNotFoundError } from '../../src/errors.js';
import { LocalKinesis, VirtualClock } from '../../src/testing/index.js';

const SHARD = 'shardId-000000000000';
const orders: StreamRef = { name: 'the orders', streamName: 'orders' };

describe('the gateway through the SDK', () => {
  let kinesis: LocalKinesis;
  let client: KinesisClient;
  let gateway: SdkKinesisGateway;
  /** The service's clock, an hour ahead of the one the gateway is given. */
  let serviceClock: VirtualClock;

  beforeEach(async () => {
    serviceClock = new VirtualClock(Date.UTC(2026, 0, 1, 13, 0, 0, 250));
    kinesis = await LocalKinesis.start({
      streams: { orders: { shards: 2 } },
      clock: serviceClock,
      limits: 'none',
    });
    client = createClient(kinesis.clientConfig);
    gateway = new SdkKinesisGateway(client, new VirtualClock(Date.UTC(2026, 0, 1, 12)));
  });

  afterEach(async () => {
    client.destroy();
    await kinesis.stop();
  });

  const records = (texts: string[], partitionKey = 'key') =>
    texts.map((text) => ({ data: Buffer.from(text), partitionKey, explicitHashKey: '0' }));

  const readAll = async (
    position: Parameters<typeof gateway.getShardIterator>[2],
    limit = 100,
  ): Promise<string[]> => {
    const page = await gateway.getRecords(
      orders,
      await gateway.getShardIterator(orders, SHARD, position),
      limit,
    );
    return page.records.map((record) => Buffer.from(record.data).toString());
  };

  it('describes a stream', async () => {
    await expect(gateway.describeStream(orders)).resolves.toEqual({
      streamName: 'orders',
      streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/orders',
      status: 'ACTIVE',
      openShardCount: 2,
      createdAt: Date.UTC(2026, 0, 1, 13, 0, 0, 250),
      retention: 24 * 3_600_000,
      maxRecordBytes: 1024 * 1024,
      serviceTime: Date.UTC(2026, 0, 1, 13),
    });
  });

  it('tells the time by the clock of the service, not by its own', async () => {
    await serviceClock.advance(3_600_000);

    const { serviceTime } = await gateway.describeStream(orders);

    expect(serviceTime).toBe(Date.UTC(2026, 0, 1, 14));
  });

  it('finds a stream by its ARN', async () => {
    const byArn: StreamRef = {
      name: 'x',
      streamName: 'ignored',
      streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/orders',
    };

    expect((await gateway.describeStream(byArn)).streamName).toBe('orders');
    expect(await gateway.listShards(byArn)).toHaveLength(2);
    const [result] = await gateway.putRecords(byArn, records(['by arn']));
    expect(result).toMatchObject({ ok: true });
    const iterator = await gateway.getShardIterator(byArn, SHARD, { type: 'TRIM_HORIZON' });
    expect((await gateway.getRecords(byArn, iterator, 10)).records).toHaveLength(1);
  });

  it('lists shards with their hash keys and parents, closed ones too', async () => {
    await kinesis.execute('SplitShard', {
      StreamName: 'orders',
      ShardToSplit: SHARD,
      NewStartingHashKey: '1000',
    });

    const shards = await gateway.listShards(orders);

    expect(shards.map(({ shardId, closed, parentShardIds }) => [shardId, closed, parentShardIds])).toEqual([
      [SHARD, true, []],
      ['shardId-000000000001', false, []],
      ['shardId-000000000002', false, [SHARD]],
      ['shardId-000000000003', false, [SHARD]],
    ]);
    expect(shards[1]).toMatchObject({ startingHashKey: 2n ** 127n, endingHashKey: MAX_HASH_KEY });
    expect(shards[3]).toMatchObject({ startingHashKey: 1000n, endingHashKey: 2n ** 127n - 1n });
  });

  it('names both parents of a merged shard', async () => {
    await kinesis.execute('MergeShards', {
      StreamName: 'orders',
      ShardToMerge: SHARD,
      AdjacentShardToMerge: 'shardId-000000000001',
    });

    expect((await gateway.listShards(orders)).at(-1)?.parentShardIds).toEqual([
      SHARD,
      'shardId-000000000001',
    ]);
  });

  it('lists every shard of a stream that has more than a page', async () => {
    await kinesis.execute('CreateStream', { StreamName: 'wide', ShardCount: 2_100 });

    const shards = await gateway.listShards({ name: 'wide', streamName: 'wide' });

    expect(new Set(shards.map((shard) => shard.shardId)).size).toBe(2_100);
  });

  it('puts records and reads them back, bytes, keys and times as they were', async () => {
    const data = Uint8Array.from([0, 255, 34, 92, 128]);
    const results = await gateway.putRecords(orders, [
      { data, partitionKey: 'ключ "1"', explicitHashKey: '0' },
      { data: new Uint8Array(), partitionKey: 'empty', explicitHashKey: MAX_HASH_KEY.toString() },
    ]);

    expect(results).toMatchObject([
      { ok: true, shardId: SHARD },
      { ok: true, shardId: 'shardId-000000000001' },
    ]);
    const iterator = await gateway.getShardIterator(orders, SHARD, { type: 'TRIM_HORIZON' });
    const page = await gateway.getRecords(orders, iterator, 10);
    const [first] = results;
    expect(page.records).toHaveLength(1);
    expect(page.records[0]).toMatchObject({
      partitionKey: 'ключ "1"',
      sequenceNumber: first?.ok ? first.sequenceNumber : undefined,
      arrivalTime: serviceClock.wallTime(),
    });
    expect(Buffer.from(page.records[0]?.data ?? [])).toEqual(Buffer.from(data));
    expect(page).toMatchObject({ millisBehindLatest: 0, childShards: [] });
    expect(page.nextIterator).toEqual(expect.any(String));
  });

  it('reads from every kind of position', async () => {
    const results = await gateway.putRecords(orders, records(['a', 'b']));
    await serviceClock.advance(10_000);
    const between = serviceClock.wallTime();
    await gateway.putRecords(orders, records(['c']));
    const first = results[0] as { sequenceNumber: string };

    await expect(readAll({ type: 'TRIM_HORIZON' })).resolves.toEqual(['a', 'b', 'c']);
    await expect(readAll({ type: 'LATEST' })).resolves.toEqual([]);
    await expect(readAll({ type: 'AT_TIMESTAMP', timestamp: between })).resolves.toEqual(['c']);
    await expect(readAll({ type: 'AT_SEQUENCE_NUMBER', ...first })).resolves.toEqual(['a', 'b', 'c']);
    await expect(readAll({ type: 'AFTER_SEQUENCE_NUMBER', ...first })).resolves.toEqual(['b', 'c']);
    await expect(readAll({ type: 'TRIM_HORIZON' }, 2)).resolves.toEqual(['a', 'b']);
  });

  it('shows the end of a closed shard and the shards that follow', async () => {
    await kinesis.execute('SplitShard', {
      StreamName: 'orders',
      ShardToSplit: SHARD,
      NewStartingHashKey: '1000',
    });
    const iterator = await gateway.getShardIterator(orders, SHARD, { type: 'TRIM_HORIZON' });

    const page = await gateway.getRecords(orders, iterator, 10);

    expect(page).not.toHaveProperty('nextIterator');
    expect(page.childShards).toEqual([
      { shardId: 'shardId-000000000002', parentShardIds: [SHARD] },
      { shardId: 'shardId-000000000003', parentShardIds: [SHARD] },
    ]);
  });

  it('rejects with errors of ours, that name the stream as the app does', async () => {
    const missing: StreamRef = { name: 'the missing', streamName: 'missing' };

    const failure = gateway.describeStream(missing);

    await expect(failure).rejects.toBeInstanceOf(StreamNotFoundError);
    await expect(failure).rejects.toThrow('"the missing"');
  });

  it('gives up a call at once when its signal has aborted', async () => {
    const failure = gateway.putRecords(orders, records(['never']), AbortSignal.abort(new Error('closing')));

    await expect(failure).rejects.toBeInstanceOf(KinesisAbortedError);
    expect(kinesis.records('orders')).toEqual([]);
  });
});
