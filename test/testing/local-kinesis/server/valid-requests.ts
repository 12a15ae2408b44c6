import { type LocalKinesis } from '../../../../src/testing/index.js';
import { JacksonCbor } from './cbor.js';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly target: string;
  readonly contentType: string;
  readonly body: Buffer;
}

type Value = string | number | Date | Uint8Array | readonly Value[] | { readonly [name: string]: Value };

/** Requests the local Kinesis accepts, in both formats: what mutations start from. */
export async function validRequests(kinesis: LocalKinesis, streamName: string): Promise<WireRequest[]> {
  const data = Buffer.from('some data of a record');
  const { SequenceNumber } = await kinesis.execute('PutRecord', {
    StreamName: streamName,
    PartitionKey: 'a',
    ExplicitHashKey: '0',
    Data: data,
  });
  const { ShardIterator } = await kinesis.execute('GetShardIterator', {
    StreamName: streamName,
    ShardId: 'shardId-000000000000',
    ShardIteratorType: 'TRIM_HORIZON',
  });
  const stream = { StreamName: streamName };
  const shard = { ...stream, ShardId: 'shardId-000000000000' };
  const record = { Data: data, PartitionKey: 'key-é', ExplicitHashKey: '17' };
  const StartingSequenceNumber = SequenceNumber as string;
  const { StreamDescriptionSummary } = await kinesis.execute('DescribeStreamSummary', {
    StreamName: streamName,
  });
  const { StreamARN } = StreamDescriptionSummary as { StreamARN: string };
  const registered = await kinesis.execute('RegisterStreamConsumer', { StreamARN, ConsumerName: 'one' });
  const { ConsumerARN } = registered.Consumer as { ConsumerARN: string };
  const ShardId = 'shardId-000000000000';
  const moment = new Date('2026-01-02T03:04:05.678Z');
  const inputs: Record<string, Value>[] = [
    { PutRecord: { ...stream, ...record, SequenceNumberForOrdering: '1' } },
    { PutRecords: { ...stream, Records: [record, { ...record, PartitionKey: 'other' }, record] } },
    { GetRecords: { ShardIterator: ShardIterator as string, Limit: 10 } },
    { GetShardIterator: { ...shard, ShardIteratorType: 'AT_TIMESTAMP', Timestamp: moment } },
    {
      GetShardIterator: { ...shard, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber },
    },
    { ListShards: { ...stream, MaxResults: 2, ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: moment } } },
    { ListStreams: { Limit: 3, ExclusiveStartStreamName: 'a' } },
    { DescribeStream: { ...stream, Limit: 5, ExclusiveStartShardId: 'shardId-000000000000' } },
    { DescribeStreamSummary: stream },
    { DescribeLimits: {} },
    {
      SubscribeToShard: {
        ConsumerARN,
        ShardId,
        StartingPosition: { Type: 'AT_TIMESTAMP', Timestamp: moment },
      },
    },
    { RegisterStreamConsumer: { StreamARN, ConsumerName: 'other' } },
    { DescribeStreamConsumer: { ConsumerARN } },
    { ListStreamConsumers: { StreamARN, MaxResults: 5 } },
    { DeregisterStreamConsumer: { StreamARN, ConsumerName: 'other' } },
    { AddTagsToStream: { ...stream, Tags: { team: 'a', owner: 'b' } } },
    { ListTagsForStream: { ...stream, Limit: 1 } },
    { RemoveTagsFromStream: { ...stream, TagKeys: ['team'] } },
    { IncreaseStreamRetentionPeriod: { ...stream, RetentionPeriodHours: 48 } },
    { DecreaseStreamRetentionPeriod: { ...stream, RetentionPeriodHours: 24 } },
    { UpdateStreamMode: { StreamARN, StreamModeDetails: { StreamMode: 'PROVISIONED' } } },
    { UpdateMaxRecordSize: { StreamARN, MaxRecordSizeInKiB: 2048 } },
    { SplitShard: { ...stream, ShardToSplit: ShardId, NewStartingHashKey: '100' } },
    {
      MergeShards: {
        ...stream,
        ShardToMerge: 'shardId-000000000002',
        AdjacentShardToMerge: 'shardId-000000000003',
      },
    },
    { UpdateShardCount: { ...stream, TargetShardCount: 4, ScalingType: 'UNIFORM_SCALING' } },
    { CreateStream: { StreamName: 'made-up', ShardCount: 1, Tags: { team: 'a' } } },
  ];
  return inputs.flatMap((input) =>
    Object.entries(input).flatMap(([operation, value]) => {
      const target = `Kinesis_20131202.${operation}`;
      return [
        {
          target,
          contentType: 'application/x-amz-json-1.1',
          body: Buffer.from(JSON.stringify(jsonValue(value))),
        },
        { target, contentType: 'application/x-amz-cbor-1.1', body: cborValue(value) },
      ];
    }),
  );
}

function jsonValue(value: Value): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (isList(value)) return value.map(jsonValue);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonValue(member)]));
}

function cborValue(value: Value): Buffer {
  if (value instanceof Date) return JacksonCbor.timestamp(value);
  if (value instanceof Uint8Array) return JacksonCbor.bytes(value);
  if (typeof value === 'string') return JacksonCbor.text(value);
  if (typeof value === 'number') return JacksonCbor.integer(value);
  if (isList(value)) return JacksonCbor.list(...value.map(cborValue));
  return JacksonCbor.map(
    Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cborValue(member)])),
  );
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
