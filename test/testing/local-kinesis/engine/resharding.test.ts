import { refusal, shardId, startEngine, texts } from './engine-fixture.js';

const TOP = 2n ** 128n - 1n;
const MIDDLE = String(2n ** 127n);
const NONE = { limits: 'none' } as const;
const HOUR = 3_600_000;

function split(engine: ReturnType<typeof startEngine>, shard = 0, NewStartingHashKey = MIDDLE) {
  return engine.call('SplitShard', {
    StreamName: 'orders',
    ShardToSplit: shardId(shard),
    NewStartingHashKey,
  });
}

function merge(engine: ReturnType<typeof startEngine>, shard: number, adjacent: number) {
  const input = {
    StreamName: 'orders',
    ShardToMerge: shardId(shard),
    AdjacentShardToMerge: shardId(adjacent),
  };
  return engine.call('MergeShards', input);
}

function scale(engine: ReturnType<typeof startEngine>, TargetShardCount: number) {
  const input = { StreamName: 'orders', TargetShardCount, ScalingType: 'UNIFORM_SCALING' };
  return engine.call('UpdateShardCount', input);
}

async function openRanges({ call }: ReturnType<typeof startEngine>): Promise<bigint[][]> {
  const { Shards } = await call('ListShards', { StreamName: 'orders', ShardFilter: { Type: 'AT_LATEST' } });
  const ranges = (Shards as { HashKeyRange: { StartingHashKey: string; EndingHashKey: string } }[]).map(
    ({ HashKeyRange: { StartingHashKey, EndingHashKey } }) => [
      BigInt(StartingHashKey),
      BigInt(EndingHashKey),
    ],
  );
  return ranges.sort(([a = 0n], [b = 0n]) => (a < b ? -1 : 1));
}

describe('a split', () => {
  it('closes the parent and gives each child its half, after all its numbers', async () => {
    const engine = startEngine(NONE);
    await engine.createStream();
    const { SequenceNumber } = await engine.put('before');
    await split(engine);

    const { Shards } = await engine.call('ListShards', { StreamName: 'orders' });
    const shards = Shards as {
      SequenceNumberRange: Record<'StartingSequenceNumber' | 'EndingSequenceNumber', string>;
    }[];
    expect(shards).toMatchObject([
      { ShardId: shardId(0), HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(TOP) } },
      {
        ShardId: shardId(1),
        ParentShardId: shardId(0),
        HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(BigInt(MIDDLE) - 1n) },
      },
      {
        ShardId: shardId(2),
        ParentShardId: shardId(0),
        HashKeyRange: { StartingHashKey: MIDDLE, EndingHashKey: String(TOP) },
      },
    ]);
    const ending = BigInt(shards[0]?.SequenceNumberRange.EndingSequenceNumber ?? '');
    expect(ending).toBeGreaterThan(BigInt(SequenceNumber));
    for (const child of shards.slice(1)) {
      expect(BigInt(child.SequenceNumberRange.StartingSequenceNumber)).toBeGreaterThan(ending);
      expect(child.SequenceNumberRange).not.toHaveProperty('EndingSequenceNumber');
    }
    expect((await engine.put('after', { ExplicitHashKey: MIDDLE })).ShardId).toBe(shardId(2));
  });

  it('lets the parent be read to its end, which names the children', async () => {
    const engine = startEngine(NONE);
    await engine.createStream();
    await engine.put('one');
    await engine.put('two');
    const ShardIterator = await engine.iterator();
    await split(engine);

    const first = await engine.call('GetRecords', { ShardIterator, Limit: 1 });
    expect(first).not.toHaveProperty('ChildShards');
    const last = await engine.call('GetRecords', { ShardIterator: first.NextShardIterator });
    expect(texts(last.Records)).toEqual(['two']);
    expect(last).not.toHaveProperty('NextShardIterator');
    expect(last.ChildShards).toEqual([
      {
        ShardId: shardId(1),
        ParentShards: [shardId(0)],
        HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(BigInt(MIDDLE) - 1n) },
      },
      {
        ShardId: shardId(2),
        ParentShards: [shardId(0)],
        HashKeyRange: { StartingHashKey: MIDDLE, EndingHashKey: String(TOP) },
      },
    ]);
  });

  it('is refused at the edges of the range, for closed shards and for shards that are not there', async () => {
    const engine = startEngine(NONE);
    await engine.createStream();
    expect((await refusal(split(engine, 0, '0'))).code).toBe('InvalidArgumentException');
    expect((await refusal(split(engine, 0, String(TOP + 1n)))).code).toBe('InvalidArgumentException');
    expect((await refusal(split(engine, 7))).code).toBe('ResourceNotFoundException');
    await split(engine);
    expect((await refusal(split(engine, 0))).code).toBe('ResourceInUseException');
  });

  it('happens after the delay, and until then the stream is UPDATING and writable', async () => {
    const engine = startEngine({ delays: { updateStream: 1000 } });
    await engine.createStream();
    await split(engine);
    const status = async (): Promise<unknown> =>
      (await engine.call('DescribeStreamSummary', { StreamName: 'orders' })).StreamDescriptionSummary;

    expect(await status()).toMatchObject({ StreamStatus: 'UPDATING', OpenShardCount: 1 });
    expect((await engine.put('x')).ShardId).toBe(shardId(0));
    expect((await refusal(split(engine))).code).toBe('ResourceInUseException');
    await engine.clock.advance(1000);
    expect(await status()).toMatchObject({ StreamStatus: 'ACTIVE', OpenShardCount: 2 });
  });
});

describe('a merge', () => {
  it('gives the child both ranges and both parents', async () => {
    const engine = startEngine(NONE);
    await engine.createStream(2);
    const ShardIterator = await engine.iterator(1);
    await merge(engine, 1, 0);

    const { ChildShards } = await engine.call('GetRecords', { ShardIterator });
    const HashKeyRange = { StartingHashKey: '0', EndingHashKey: String(TOP) };
    expect(ChildShards).toEqual([
      { ShardId: shardId(2), ParentShards: [shardId(1), shardId(0)], HashKeyRange },
    ]);
    const { Shards } = await engine.call('ListShards', {
      StreamName: 'orders',
      ShardFilter: { Type: 'AT_LATEST' },
    });
    expect(Shards).toMatchObject([
      { ParentShardId: shardId(1), AdjacentParentShardId: shardId(0), HashKeyRange },
    ]);
  });

  it('is refused for shards that do not touch', async () => {
    const engine = startEngine(NONE);
    await engine.createStream(3);
    expect((await refusal(merge(engine, 0, 2))).code).toBe('InvalidArgumentException');
    expect((await refusal(merge(engine, 0, 0))).code).toBe('InvalidArgumentException');
  });
});

describe('UpdateShardCount', () => {
  it.each([
    [2, 4],
    [4, 2],
    [4, 3],
    [3, 5],
    [5, 3],
    [1, 2],
    [7, 7],
  ])('brings %d shards to %d that cover all hash keys evenly', async (from, to) => {
    const engine = startEngine(NONE);
    await engine.createStream(from);
    await scale(engine, to);

    const ranges = await openRanges(engine);
    expect(ranges).toHaveLength(to);
    let next = 0n;
    for (const [start, end = 0n] of ranges) {
      expect(start).toBe(next);
      next = end + 1n;
    }
    expect(next).toBe(TOP + 1n);
    const sizes = ranges.map(([start = 0n, end = 0n]) => end - start);
    const spread = sizes.reduce((a, b) => (a > b ? a : b)) - sizes.reduce((a, b) => (a < b ? a : b));
    expect(spread).toBeLessThan(BigInt(to));
  });

  it('scales at most to double and down to half, ten times in 24 hours', async () => {
    const engine = startEngine({ limits: { controlCallsPerSecond: Infinity } });
    await engine.createStream(3);
    expect((await refusal(scale(engine, 7))).code).toBe('InvalidArgumentException');
    expect((await refusal(scale(engine, 1))).code).toBe('InvalidArgumentException');
    for (let count = 0; count < 10; count++) await scale(engine, count % 2 === 0 ? 2 : 3);
    expect((await refusal(scale(engine, 2))).code).toBe('LimitExceededException');
    await engine.clock.advance(24 * HOUR);
    await scale(engine, 2);
  });
});

describe('retention', () => {
  it('forgets records once they are older than the retention period', async () => {
    const engine = startEngine(NONE);
    await engine.createStream();
    const { SequenceNumber } = await engine.put('old');
    await engine.clock.advance(HOUR);
    await engine.put('new');
    await engine.clock.advance(23 * HOUR);
    expect(await engine.read()).toEqual(['old', 'new']);
    await engine.clock.advance(1);

    expect(await engine.read()).toEqual(['new']);
    expect(await engine.read(0, 'AT_SEQUENCE_NUMBER', { StartingSequenceNumber: SequenceNumber })).toEqual([
      'new',
    ]);
    expect([...engine.engine.records('orders')]).toHaveLength(1);
  });

  it('can be made longer and shorter, and then trims at once', async () => {
    const engine = startEngine(NONE);
    await engine.createStream();
    const change = (operation: string, RetentionPeriodHours: number) =>
      engine.call(operation, { StreamName: 'orders', RetentionPeriodHours });
    await change('IncreaseStreamRetentionPeriod', 48);
    await engine.put('x');
    await engine.clock.advance(30 * HOUR);
    expect(await engine.read()).toEqual(['x']);
    await change('DecreaseStreamRetentionPeriod', 24);
    expect(await engine.read()).toEqual([]);

    expect((await refusal(change('DecreaseStreamRetentionPeriod', 23))).message).toContain('too short');
    expect((await refusal(change('IncreaseStreamRetentionPeriod', 8761))).message).toContain('too long');
    expect((await refusal(change('DecreaseStreamRetentionPeriod', 25))).code).toBe(
      'InvalidArgumentException',
    );
  });

  it('drops closed shards from the lists when it passes them', async () => {
    const engine = startEngine(NONE);
    await engine.createStream();
    await engine.clock.advance(HOUR);
    await split(engine);
    await engine.clock.advance(24 * HOUR);
    expect(await engine.shardIds()).toEqual([0, 1, 2].map(shardId));
    await engine.clock.advance(1);

    expect(await engine.shardIds()).toEqual([1, 2].map(shardId));
    expect((await refusal(engine.iterator(0))).code).toBe('ResourceNotFoundException');
  });
});

describe('the shard filter', () => {
  it('selects by time and by generation', async () => {
    const engine = startEngine(NONE);
    await engine.createStream();
    const created = new Date(engine.clock.wallTime());
    await engine.clock.advance(HOUR);
    await split(engine);
    const splitAt = new Date(engine.clock.wallTime());
    await engine.clock.advance(HOUR);
    await merge(engine, 1, 2);
    await engine.clock.advance(HOUR);
    const ids = async (filter: object) =>
      (await engine.shardIds({ ...filter })).map((id) => Number(id.slice(-1)));

    expect(await ids({ Type: 'AT_LATEST' })).toEqual([3]);
    expect(await ids({ Type: 'AT_TRIM_HORIZON' })).toEqual([0]);
    expect(await ids({ Type: 'FROM_TRIM_HORIZON' })).toEqual([0, 1, 2, 3]);
    expect(await ids({ Type: 'AT_TIMESTAMP', Timestamp: created })).toEqual([0]);
    expect(await ids({ Type: 'AT_TIMESTAMP', Timestamp: new Date(splitAt.getTime() + 1) })).toEqual([1, 2]);
    expect(await ids({ Type: 'FROM_TIMESTAMP', Timestamp: new Date(splitAt.getTime() + 1) })).toEqual([
      1, 2, 3,
    ]);
    expect(await ids({ Type: 'AFTER_SHARD_ID', ShardId: shardId(1) })).toEqual([2, 3]);
    await engine.clock.advance(22 * HOUR + 1);
    expect(await ids({ Type: 'AT_TRIM_HORIZON' })).toEqual([1, 2]);
  });

  it('keeps the parent at the trim horizon when it was split in the millisecond it was created', async () => {
    const engine = startEngine(NONE);
    await engine.createStream();
    await split(engine);
    expect(await engine.shardIds({ Type: 'AT_TRIM_HORIZON' })).toEqual([shardId(0)]);
  });

  it('goes with every page of a listing, whose tokens work for five minutes', async () => {
    const engine = startEngine(NONE);
    await engine.createStream(5);
    await split(engine, 4, String(TOP - 5n));
    const page = (input: object) => engine.call('ListShards', { MaxResults: 2, ...input });

    const first = await page({ StreamName: 'orders', ShardFilter: { Type: 'AT_LATEST' } });
    const second = await page({ NextToken: first.NextToken });
    const third = await page({ NextToken: second.NextToken });
    const ids = [first, second, third].flatMap(({ Shards }) =>
      (Shards as { ShardId: string }[]).map((s) => s.ShardId),
    );
    expect(ids).toEqual([0, 1, 2, 3, 5, 6].map(shardId));
    expect(third).not.toHaveProperty('NextToken');

    expect((await refusal(page({ NextToken: first.NextToken, StreamName: 'orders' }))).code).toBe(
      'InvalidArgumentException',
    );
    expect((await refusal(page({ NextToken: 'made up' }))).code).toBe('InvalidArgumentException');
    await engine.clock.advance(300_001);
    expect((await refusal(page({ NextToken: first.NextToken }))).code).toBe('ExpiredNextTokenException');
  });
});
