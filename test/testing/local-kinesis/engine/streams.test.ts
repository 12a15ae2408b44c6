import { type Answer, refusal, shardId, startEngine } from './engine-fixture.js';

const StreamName = 'orders';
const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders';
const NONE = { limits: 'none' } as const;

describe('a stream', () => {
  it('is described with its shards, page by page', async () => {
    const { call, clock, createStream } = startEngine();
    await createStream(3);
    const first = await call('DescribeStream', { StreamName, Limit: 2 });
    const { Shards } = first.StreamDescription as { Shards: Answer[] };

    expect(first.StreamDescription).toMatchObject({
      StreamName,
      StreamARN,
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      RetentionPeriodHours: 24,
      StreamCreationTimestamp: new Date(clock.wallTime()),
      EncryptionType: 'NONE',
      HasMoreShards: true,
    });
    expect(Shards.map(({ ShardId }) => ShardId)).toEqual([shardId(0), shardId(1)]);
    expect(Shards[0]?.HashKeyRange).toEqual({
      StartingHashKey: '0',
      EndingHashKey: '113427455640312821154458202477256070484',
    });
    const rest = await call('DescribeStream', { StreamName, ExclusiveStartShardId: shardId(1) });
    expect(rest.StreamDescription).toMatchObject({ HasMoreShards: false, Shards: [{ ShardId: shardId(2) }] });
  });

  it('is CREATING for the delay: described, but neither written nor listed', async () => {
    const { call, clock, createStream, put, shardIds } = startEngine({ delays: { createStream: 500 } });
    await createStream();
    expect((await call('DescribeStream', { StreamName })).StreamDescription).toMatchObject({
      StreamStatus: 'CREATING',
      Shards: [],
    });
    expect((await refusal(put('x'))).code).toBe('ResourceNotFoundException');
    expect((await refusal(shardIds())).code).toBe('ResourceInUseException');
    await clock.advance(500);
    expect((await put('x')).ShardId).toBe(shardId(0));
  });

  it('is DELETING for the delay, then gone, and a new one of its name knows nothing of it', async () => {
    const { call, clock, createStream, iterator, put } = startEngine({
      ...NONE,
      delays: { deleteStream: 500 },
    });
    await createStream();
    await put('old');
    const ShardIterator = await iterator();
    await call('DeleteStream', { StreamName });
    expect((await call('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary).toMatchObject({
      StreamStatus: 'DELETING',
    });
    expect((await refusal(call('DeleteStream', { StreamName }))).code).toBe('ResourceInUseException');
    expect((await refusal(createStream())).code).toBe('ResourceInUseException');
    await clock.advance(500);
    expect((await refusal(call('DescribeStream', { StreamName }))).code).toBe('ResourceNotFoundException');

    await createStream();
    expect((await refusal(call('GetRecords', { ShardIterator }))).code).toBe('ResourceNotFoundException');
    expect((await call('GetRecords', { ShardIterator: await iterator() })).Records).toEqual([]);
  });

  it('can be deleted while it is being created', async () => {
    const { call, clock, createStream, put } = startEngine({
      delays: { createStream: 500, deleteStream: 1000 },
    });
    await createStream();
    await call('DeleteStream', { StreamName });
    await clock.advance(600);
    expect((await refusal(put('x'))).code).toBe('ResourceNotFoundException');
    await clock.advance(400);
    expect(await call('ListStreams')).toMatchObject({ StreamNames: [] });
    expect(clock.pending).toBe(0);
  });

  it('may be on demand: it starts with four shards, and nobody splits them', async () => {
    const { call, createStream } = startEngine(NONE);
    await call('CreateStream', { StreamName, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    expect((await call('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary).toMatchObject({
      OpenShardCount: 4,
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    });
    const split = () => call('SplitShard', { StreamName, ShardToSplit: shardId(0), NewStartingHashKey: '5' });
    expect((await refusal(split())).code).toBe('ValidationException');
    expect(await call('DescribeLimits')).toMatchObject({ OnDemandStreamCount: 1, OpenShardCount: 0 });
    await call('UpdateStreamMode', { StreamARN, StreamModeDetails: { StreamMode: 'PROVISIONED' } });
    await split();
    expect(await call('DescribeLimits')).toMatchObject({ OnDemandStreamCount: 0, OpenShardCount: 5 });
    expect((await refusal(createStream())).code).toBe('ResourceInUseException');
  });

  it('scales to thousands of shards without delay', async () => {
    const { call, createStream } = startEngine(NONE);
    await createStream(2000);
    const scale = (TargetShardCount: number) =>
      call('UpdateShardCount', { StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
    await scale(4000);
    await scale(3000);
    const { Shards } = await call('ListShards', {
      StreamName,
      ShardFilter: { Type: 'AT_LATEST' },
      MaxResults: 10_000,
    });
    expect(Shards).toHaveLength(3000);
  });

  it('keeps the account within its quota of shards', async () => {
    const { call, createStream } = startEngine({
      limits: { openShards: 3, controlCallsPerSecond: Infinity },
    });
    await createStream(2);
    const another = (ShardCount: number) => call('CreateStream', { StreamName: 'more', ShardCount });
    expect((await refusal(another(2))).code).toBe('LimitExceededException');
    await another(1);
    const split = call('SplitShard', { StreamName, ShardToSplit: shardId(0), NewStartingHashKey: '5' });
    expect((await refusal(split)).code).toBe('LimitExceededException');
  });
});

describe('the list of streams', () => {
  it('comes in pages, by name', async () => {
    const { call } = startEngine(NONE);
    for (const name of ['c', 'a', 'b']) await call('CreateStream', { StreamName: name, ShardCount: 1 });
    const first = await call('ListStreams', { Limit: 2 });
    expect(first).toMatchObject({ StreamNames: ['a', 'b'], HasMoreStreams: true });
    const last = {
      StreamNames: ['c'],
      HasMoreStreams: false,
      StreamSummaries: [{ StreamName: 'c', StreamStatus: 'ACTIVE' }],
    };
    expect(await call('ListStreams', { NextToken: first.NextToken })).toMatchObject(last);
    expect(await call('ListStreams', { ExclusiveStartStreamName: 'b' })).toMatchObject(last);
  });
});

describe('tags', () => {
  it('are added, replaced, listed and removed', async () => {
    const { call } = startEngine(NONE);
    await call('CreateStream', { StreamName, ShardCount: 1, Tags: { team: 'a', env: 'test' } });
    await call('AddTagsToStream', { StreamName, Tags: { team: 'b', owner: 'c' } });
    expect(await call('ListTagsForStream', { StreamName, Limit: 2 })).toEqual({
      Tags: [
        { Key: 'env', Value: 'test' },
        { Key: 'owner', Value: 'c' },
      ],
      HasMoreTags: true,
    });
    await call('RemoveTagsFromStream', { StreamName, TagKeys: ['env', 'owner'] });
    expect(await call('ListTagsForStream', { StreamName })).toEqual({
      Tags: [{ Key: 'team', Value: 'b' }],
      HasMoreTags: false,
    });
  });

  it('belong to consumers, too', async () => {
    const { call, createStream } = startEngine(NONE);
    await createStream();
    const { Consumer } = await call('RegisterStreamConsumer', { StreamARN, ConsumerName: 'audit' });
    const { ConsumerARN } = Consumer as { ConsumerARN: string };
    for (const ResourceARN of [StreamARN, ConsumerARN]) {
      await call('TagResource', { ResourceARN, Tags: { team: 'a', env: 'test' } });
      await call('UntagResource', { ResourceARN, TagKeys: ['env'] });
      expect(await call('ListTagsForResource', { ResourceARN })).toEqual({
        Tags: [{ Key: 'team', Value: 'a' }],
      });
    }
    const unknown = call('ListTagsForResource', { ResourceARN: `${StreamARN}/consumer/nobody:1` });
    expect((await refusal(unknown)).code).toBe('ResourceNotFoundException');
  });

  it('are at most fifty, and none of them AWS’s own', async () => {
    const { call, createStream } = startEngine(NONE);
    await createStream();
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`tag-${number}`, 'x']));
    await call('AddTagsToStream', { StreamName, Tags: many });
    const more = call('AddTagsToStream', { StreamName, Tags: { more: 'x' } });
    expect((await refusal(more)).code).toBe('LimitExceededException');
    const reserved = call('AddTagsToStream', { StreamName, Tags: { 'aws:x': 'x' } });
    expect((await refusal(reserved)).code).toBe('InvalidArgumentException');
  });
});

describe('the rate of calls', () => {
  it.each<[string, number, string, Answer]>([
    ['DescribeStream', 10, 'LimitExceededException', { StreamName }],
    ['DescribeStreamSummary', 20, 'LimitExceededException', { StreamName }],
    ['DescribeLimits', 1, 'LimitExceededException', {}],
    ['ListStreams', 5, 'LimitExceededException', {}],
    ['ListShards', 1000, 'LimitExceededException', { StreamName }],
    [
      'GetShardIterator',
      5,
      'ProvisionedThroughputExceededException',
      { StreamName, ShardId: shardId(0), ShardIteratorType: 'LATEST' },
    ],
  ])('of %s is %d a second', async (operation, perSecond, code, input) => {
    const { call, clock, createStream } = startEngine();
    await createStream();
    for (let count = 0; count < perSecond; count++) await call(operation, input);
    expect((await refusal(call(operation, input))).code).toBe(code);
    await clock.advance(1000 / perSecond);
    await call(operation, input);
    expect((await refusal(call(operation, input))).code).toBe(code);
  });

  it('can be zero', async () => {
    const { call, createStream, put } = startEngine({
      limits: { shardWriteRecordsPerSecond: 0, controlCallsPerSecond: 1 },
    });
    await createStream();
    expect((await refusal(put('x'))).code).toBe('ProvisionedThroughputExceededException');
    await call('DescribeStream', { StreamName });
  });
});
