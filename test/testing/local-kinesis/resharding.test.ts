import { LocalKinesis, type LocalKinesisOptions, ServiceError } from '../../../src/testing/index.js';

const running: LocalKinesis[] = [];

async function start(options: LocalKinesisOptions): Promise<LocalKinesis> {
  const kinesis = await LocalKinesis.start(options);
  running.push(kinesis);
  return kinesis;
}

afterEach(async () => {
  for (const kinesis of running.splice(0)) await kinesis.stop();
});

describe('resharding a local Kinesis', () => {
  const openRanges = async (kinesis: LocalKinesis): Promise<[string, bigint, bigint][]> => {
    const output = await kinesis.execute('ListShards', {
      StreamName: 'orders',
      ShardFilter: { Type: 'AT_LATEST' },
    });
    const shards = output.Shards as {
      ShardId: string;
      HashKeyRange: { StartingHashKey: string; EndingHashKey: string };
    }[];
    return shards
      .map(({ ShardId, HashKeyRange: { StartingHashKey, EndingHashKey } }): [string, bigint, bigint] => [
        ShardId,
        BigInt(StartingHashKey),
        BigInt(EndingHashKey),
      ])
      .sort(([, one], [, other]) => Number(one - other));
  };

  it('splits the widest shard in the middle unless told otherwise', async () => {
    const kinesis = await start({ streams: { orders: {} } });

    const [lower, upper] = await kinesis.split('orders');
    const thirds = await kinesis.split('orders', upper, (2n ** 127n + 2n ** 126n + 5n).toString());

    expect(await openRanges(kinesis)).toEqual([
      [lower, 0n, 2n ** 127n - 1n],
      [thirds[0], 2n ** 127n, 2n ** 127n + 2n ** 126n + 4n],
      [thirds[1], 2n ** 127n + 2n ** 126n + 5n, 2n ** 128n - 1n],
    ]);
    expect(await kinesis.split('orders')).toHaveLength(2);
    expect((await openRanges(kinesis)).map(([id]) => id)).not.toContain(lower);
  });

  it('merges the first two shards unless told otherwise', async () => {
    const kinesis = await start({ streams: { orders: { shards: 4 } } });
    const before = await openRanges(kinesis);

    const first = await kinesis.merge('orders');
    const last = await kinesis.merge('orders', before[3]?.[0], before[2]?.[0]);

    expect(await openRanges(kinesis)).toEqual([
      [first, before[0]?.[1], before[1]?.[2]],
      [last, before[2]?.[1], before[3]?.[2]],
    ]);
  });

  it('refuses what the service refuses', async () => {
    const kinesis = await start({ streams: { orders: {} } });
    const [lower] = await kinesis.split('orders');
    await kinesis.merge('orders');

    await expect(kinesis.split('none')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await expect(kinesis.split('orders', lower)).rejects.toBeInstanceOf(ServiceError);
    await expect(kinesis.merge('orders')).rejects.toBeInstanceOf(ServiceError);
  });
});
