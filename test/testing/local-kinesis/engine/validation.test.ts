import { ServiceError } from '../../../../src/testing/local-kinesis/engine/service-error.js';
import { OPERATIONS } from '../../../../src/testing/local-kinesis/engine/operation-table.js';
import { SeededRandom } from '../../../../src/testing/seeded-random.js';
import { type Answer, bytes, refusal, shardId, startEngine } from './engine-fixture.js';

const MIB = 1024 * 1024;
const ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders';
const record = { PartitionKey: 'k', Data: bytes('x') };

describe('a request', () => {
  it.each<[string, Answer, string, string]>([
    [
      'CreateStream',
      {},
      'ValidationException',
      "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
    ],
    [
      'CreateStream',
      { StreamName: 'a b', ShardCount: 0 },
      'ValidationException',
      "2 validation errors detected: Value 'a b' at 'streamName' failed to satisfy constraint: Member must satisfy " +
        "regular expression pattern: [a-zA-Z0-9_.-]+; Value '0' at 'shardCount' failed to satisfy constraint: Member " +
        'must have value greater than or equal to 1',
    ],
    [
      'CreateStream',
      { StreamName: 'a'.repeat(129), ShardCount: 1 },
      'ValidationException',
      'length less than or equal to 128',
    ],
    [
      'CreateStream',
      { StreamName: 5, ShardCount: 1 },
      'SerializationException',
      'a number can not be converted to a string',
    ],
    ['CreateStream', { StreamName: 'orders', ShardCount: 1 }, 'ResourceInUseException', 'already exists'],
    ['CreateStream', { StreamName: 'new' }, 'InvalidArgumentException', 'ShardCount'],
    ['DescribeStream', {}, 'InvalidArgumentException', 'StreamName or StreamARN'],
    [
      'DescribeStream',
      { StreamName: 'other', StreamARN: ARN },
      'InvalidArgumentException',
      'do not name the same stream',
    ],
    [
      'DescribeStream',
      { StreamARN: `${ARN}2` },
      'ResourceNotFoundException',
      'Stream orders2 under account 000000000000 not found.',
    ],
    ['DescribeStream', { StreamARN: 'orders' }, 'ValidationException', "at 'streamARN'"],
    [
      'GetShardIterator',
      { StreamName: 'orders', ShardId: shardId(0), ShardIteratorType: 'X' },
      'ValidationException',
      'satisfy enum value set: [AT_SEQUENCE_NUMBER',
    ],
    [
      'GetShardIterator',
      { StreamName: 'orders', ShardId: shardId(9), ShardIteratorType: 'LATEST' },
      'ResourceNotFoundException',
      'Could not find shard',
    ],
    [
      'GetShardIterator',
      { StreamName: 'orders', ShardId: shardId(0), ShardIteratorType: 'AT_TIMESTAMP' },
      'InvalidArgumentException',
      'timestamp',
    ],
    [
      'GetShardIterator',
      {
        StreamName: 'orders',
        ShardId: shardId(0),
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        StartingSequenceNumber: null,
      },
      'InvalidArgumentException',
      'StartingSequenceNumber',
    ],
    ['GetRecords', { ShardIterator: 'x', Limit: 10_001 }, 'ValidationException', "Value '10001' at 'limit'"],
    ['GetRecords', { ShardIterator: 'x', Limit: 1.5 }, 'SerializationException', 'integer'],
    [
      'PutRecord',
      { StreamName: 'orders', PartitionKey: '', Data: bytes('x') },
      'ValidationException',
      "at 'partitionKey'",
    ],
    [
      'PutRecord',
      { StreamName: 'orders', PartitionKey: 'k'.repeat(257), Data: bytes('x') },
      'ValidationException',
      'less than or equal to 256',
    ],
    [
      'PutRecord',
      { StreamName: 'orders', PartitionKey: 'k', Data: 'text' },
      'SerializationException',
      'blob',
    ],
    [
      'PutRecord',
      { StreamName: 'orders', ...record, ExplicitHashKey: '-1' },
      'ValidationException',
      "at 'explicitHashKey'",
    ],
    [
      'PutRecord',
      { StreamName: 'orders', PartitionKey: 'k', Data: new Uint8Array(MIB) },
      'ValidationException',
      'length less than or equal to 1048576',
    ],
    [
      'PutRecords',
      { StreamName: 'orders', Records: [] },
      'ValidationException',
      'greater than or equal to 1',
    ],
    [
      'PutRecords',
      { StreamName: 'orders', Records: Array(501).fill(record) },
      'ValidationException',
      'less than or equal to 500',
    ],
    [
      'PutRecords',
      { StreamName: 'orders', Records: [record, { Data: bytes('x') }] },
      'ValidationException',
      "Value null at 'records.2.member.partitionKey'",
    ],
    ['PutRecords', { StreamName: 'orders', Records: [record, null] }, 'SerializationException', 'list'],
    [
      'PutRecords',
      { StreamName: 'orders', Records: [{ ...record, Data: new Uint8Array(MIB) }] },
      'ValidationException',
      "at 'records.1.member.data'",
    ],
    [
      'PutRecords',
      { StreamName: 'orders', Records: Array(11).fill({ PartitionKey: 'k', Data: new Uint8Array(MIB - 1) }) },
      'InvalidArgumentException',
      '10 MB',
    ],
    [
      'SplitShard',
      { StreamName: 'orders', ShardToSplit: shardId(0) },
      'ValidationException',
      "Value null at 'newStartingHashKey'",
    ],
    ['NoSuchThing', {}, 'UnknownOperationException', 'NoSuchThing'],
    ['toString', {}, 'UnknownOperationException', 'toString'],
  ])('%s is refused as the service does (%#)', async (operation, input, code, message) => {
    const { call, createStream, engine } = startEngine();
    await createStream();
    const refused = await refusal(call(operation, input));
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(message);
    expect([...engine.records('orders')]).toEqual([]);
  });

  it('names its stream by name, by ARN or by both', async () => {
    const { call, createStream } = startEngine();
    await createStream();
    for (const reference of [
      { StreamName: 'orders' },
      { StreamARN: ARN },
      { StreamName: 'orders', StreamARN: ARN },
    ]) {
      expect(await call('PutRecord', { ...reference, ...record })).toMatchObject({ ShardId: shardId(0) });
    }
  });

  it('may give null for what it leaves out', async () => {
    const { call, createStream } = startEngine();
    await createStream();
    const nulls = { ExplicitHashKey: null, SequenceNumberForOrdering: null, StreamARN: null };
    await call('PutRecord', { StreamName: 'orders', ...record, ...nulls });
    await call('PutRecords', {
      StreamName: 'orders',
      StreamARN: null,
      Records: [{ ...record, ExplicitHashKey: null }],
    });
    await call('ListShards', {
      StreamName: 'orders',
      NextToken: null,
      ShardFilter: { Type: 'AT_LATEST', ShardId: null },
    });
  });

  it('may carry larger records once the stream takes them', async () => {
    const { call, createStream } = startEngine();
    await createStream();
    const large = { StreamName: 'orders', PartitionKey: 'k', Data: new Uint8Array(2 * MIB - 1) };
    await call('UpdateMaxRecordSize', { StreamARN: ARN, MaxRecordSizeInKiB: 2048 });
    await call('PutRecord', large);
    const summary = await call('DescribeStreamSummary', { StreamName: 'orders' });
    expect(summary.StreamDescriptionSummary).toMatchObject({ MaxRecordSizeInKiB: 2048 });
    expect((await refusal(call('PutRecord', { ...large, Data: new Uint8Array(2 * MIB) }))).code).toBe(
      'ValidationException',
    );
    expect((await refusal(call('PutRecord', large))).code).toBe('ProvisionedThroughputExceededException');
  });
});

/** What mutations put in the place of a value. */
const ODDITIES: readonly unknown[] = [
  null,
  undefined,
  '',
  'x',
  'orders',
  '🚀'.repeat(300),
  '9'.repeat(130),
  -1,
  0,
  1,
  1.5,
  NaN,
  Infinity,
  2 ** 31,
  true,
  [],
  [null],
  [[]],
  {},
  { __proto__: null },
  { constructor: 1, toString: 2 },
  new Uint8Array(3),
  new Date(NaN),
  new Date(8.64e15),
  new Date(-8.64e15),
  ARN,
  `${ARN}/consumer/x:1`,
  shardId(0),
  'TRIM_HORIZON',
  'AT_TIMESTAMP',
  () => 1,
  Symbol('odd'),
  10n,
];

describe('hostile input', () => {
  it('never gets anything but an error of the service', async () => {
    const random = new SeededRandom(42);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)] as T;
    const { call, createStream, iterator } = startEngine({ limits: 'none' });
    await createStream(2);
    const members: Answer = {
      StreamName: 'orders',
      StreamARN: ARN,
      ShardId: shardId(0),
      ShardIteratorType: 'LATEST',
      StartingSequenceNumber: '49',
      Timestamp: new Date(0),
      ShardIterator: await iterator(),
      Limit: 5,
      Records: [record],
      ...record,
      ConsumerName: 'audit',
      ConsumerARN: `${ARN}/consumer/audit:1767225600`,
      StartingPosition: { Type: 'LATEST', SequenceNumber: null },
      ShardFilter: { Type: 'FROM_TIMESTAMP', Timestamp: new Date(0) },
      Tags: { a: 'b' },
      TagKeys: ['a'],
      ResourceARN: ARN,
      ShardToSplit: shardId(0),
      NewStartingHashKey: '7',
      ShardToMerge: shardId(0),
      AdjacentShardToMerge: shardId(1),
      TargetShardCount: 2,
      ScalingType: 'UNIFORM_SCALING',
      RetentionPeriodHours: 24,
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      NextToken: 'e30=',
      MaxResults: 1,
    };
    const names = [...OPERATIONS.keys()].filter((name) => name !== 'DeleteStream');
    const answered = new Set<string>();
    for (let count = 0; count < 20_000; count++) {
      const operation = pick(names);
      let input: unknown = { ...members };
      for (const name of Object.keys(members)) if (random.next() < 0.15) delete (input as Answer)[name];
      if (random.next() < 0.9) {
        const changed = input as Answer;
        changed[pick(Object.keys(members))] = pick(ODDITIES);
        if (random.next() < 0.3)
          changed.Records = [
            { ...record, [pick(['Data', 'PartitionKey', 'ExplicitHashKey'])]: pick(ODDITIES) },
          ];
        if (random.next() < 0.3)
          changed.ShardFilter = {
            Type: 'AT_TIMESTAMP',
            [pick(['Type', 'ShardId', 'Timestamp'])]: pick(ODDITIES),
          };
        if (random.next() < 0.3)
          changed.StartingPosition = {
            Type: 'AT_TIMESTAMP',
            [pick(['Type', 'SequenceNumber', 'Timestamp'])]: pick(ODDITIES),
          };
        if (random.next() < 0.1) changed.Tags = { x: pick(ODDITIES) };
      } else {
        input = pick(ODDITIES);
      }
      try {
        await call(operation, input as Answer);
        answered.add(operation);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw new Error(`${operation} broke`, { cause: error });
        expect(error.statusCode).toBe(400);
      }
    }
    // Else the mutations would test the first check of each operation only.
    expect([...answered]).toEqual(
      expect.arrayContaining(['PutRecords', 'GetRecords', 'SplitShard', 'ListTagsForStream']),
    );
  });
});
