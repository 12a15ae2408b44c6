import { refusal, shardId, startEngine } from './engine-fixture.js';

describe('a snapshot', () => {
  it('carries streams, shards, records and consumers through JSON to another engine', async () => {
    const before = startEngine({ limits: 'none' });
    await before.createStream();
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders';
    await before.call('RegisterStreamConsumer', { StreamARN, ConsumerName: 'audit', Tags: { team: 'a' } });
    await before.call('AddTagsToStream', { StreamName: 'orders', Tags: { owner: 'b' } });
    await before.call('IncreaseStreamRetentionPeriod', { StreamName: 'orders', RetentionPeriodHours: 48 });
    await before.put('one');
    await before.call('SplitShard', {
      StreamName: 'orders',
      ShardToSplit: shardId(0),
      NewStartingHashKey: '5',
    });
    const two = await before.put('two', { ExplicitHashKey: '9' });
    const ShardIterator = await before.iterator(2);

    const after = startEngine({ limits: 'none' });
    after.engine.restore(JSON.parse(JSON.stringify(before.engine.snapshot())));

    expect([...after.engine.records('orders')]).toEqual([...before.engine.records('orders')]);
    for (const [operation, input] of [
      ['DescribeStream', { StreamName: 'orders' }],
      ['DescribeStreamSummary', { StreamName: 'orders' }],
      ['ListStreamConsumers', { StreamARN }],
      ['ListTagsForStream', { StreamName: 'orders' }],
      ['GetRecords', { ShardIterator }],
      ['GetRecords', { ShardIterator: await before.iterator(0) }],
    ] as const) {
      expect(await after.call(operation, input)).toEqual(await before.call(operation, input));
    }
    const three = await after.put('three', { ExplicitHashKey: '9' });
    expect(three.ShardId).toBe(two.ShardId);
    expect(BigInt(three.SequenceNumber)).toBeGreaterThan(BigInt(two.SequenceNumber));
    await after.call('SplitShard', {
      StreamName: 'orders',
      ShardToSplit: shardId(2),
      NewStartingHashKey: '9',
    });
    expect(await after.shardIds()).toEqual([0, 1, 2, 3, 4].map(shardId));
  });

  it('remembers how often a stream was scaled', async () => {
    const limits = { shardCountUpdatesPerDay: 1, controlCallsPerSecond: Infinity };
    const scale = { StreamName: 'orders', TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' };
    const before = startEngine({ limits });
    await before.createStream();
    await before.call('UpdateShardCount', scale);
    const after = startEngine({ limits });
    after.engine.restore(before.engine.snapshot());
    expect((await refusal(after.call('UpdateShardCount', scale))).code).toBe('LimitExceededException');
  });

  it('is refused when it is something else', () => {
    const { engine } = startEngine();
    for (const wrong of [undefined, null, 'x', {}, { version: 0, streams: [] }, { version: 1 }]) {
      expect(() => engine.restore(wrong)).toThrow(TypeError);
    }
  });

  it('leaves out streams that are still being created', async () => {
    const before = startEngine({ delays: { createStream: 1000 } });
    await before.createStream();
    const after = startEngine();
    after.engine.restore(before.engine.snapshot());
    expect((await refusal(after.call('DescribeStream', { StreamName: 'orders' }))).code).toBe(
      'ResourceNotFoundException',
    );
  });
});
