import {
  AddTagsToStreamCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListShardsCommand,
  ListTagsForStreamCommand,
  PutRecordCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { apiReference, type Topic } from '../harness/expectation.js';
import { refusalName } from '../harness/refusal.js';
import { textsOf } from '../harness/scenario.js';

const source = apiReference('PutRecord');

export const addressing: Topic = {
  topic: 'addressing a stream by its ARN',
  expectations: [
    {
      behaviour: 'records are put and got by StreamARN alone',
      source,
      async verify(kinesis) {
        const { arn: StreamARN } = await kinesis.stream();
        const Data = Buffer.from('a');
        await kinesis.send(new PutRecordCommand({ StreamARN, Data, PartitionKey: 'key' }));
        await kinesis.send(new PutRecordsCommand({ StreamARN, Records: [{ Data, PartitionKey: 'key' }] }));
        const { ShardIterator } = await kinesis.send(
          new GetShardIteratorCommand({
            StreamARN,
            ShardId: 'shardId-000000000000',
            ShardIteratorType: 'TRIM_HORIZON',
          }),
        );
        const page = await kinesis.send(new GetRecordsCommand({ StreamARN, ShardIterator }));
        expect(textsOf(page.Records)).toEqual(['a', 'a']);
      },
    },
    {
      behaviour: 'a stream is described and listed by StreamARN alone',
      source,
      async verify(kinesis) {
        const { name, arn: StreamARN } = await kinesis.stream();
        const described = await kinesis.send(new DescribeStreamCommand({ StreamARN }));
        expect(described.StreamDescription?.StreamName).toBe(name);
        const summary = await kinesis.send(new DescribeStreamSummaryCommand({ StreamARN }));
        expect(summary.StreamDescriptionSummary?.StreamName).toBe(name);
        const shards = await kinesis.send(new ListShardsCommand({ StreamARN }));
        expect(shards.Shards).toHaveLength(1);
      },
    },
    {
      behaviour: 'a stream is changed and deleted by StreamARN alone',
      source,
      async verify(kinesis) {
        const { name, arn: StreamARN } = await kinesis.stream();
        await kinesis.send(new AddTagsToStreamCommand({ StreamARN, Tags: { team: 'blue' } }));
        const { Tags } = await kinesis.send(new ListTagsForStreamCommand({ StreamARN }));
        expect(Tags).toEqual([{ Key: 'team', Value: 'blue' }]);
        await kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamARN, RetentionPeriodHours: 48 }));
        await kinesis.active(name);
        await kinesis.send(
          new SplitShardCommand({
            StreamARN,
            ShardToSplit: 'shardId-000000000000',
            NewStartingHashKey: String(2n ** 127n),
          }),
        );
        expect(await kinesis.active(name)).toMatchObject({ RetentionPeriodHours: 48, OpenShardCount: 2 });
        await kinesis.send(new DeleteStreamCommand({ StreamARN }));
        expect((await kinesis.summary(name).catch(() => undefined))?.StreamStatus ?? 'DELETING').toBe(
          'DELETING',
        );
      },
    },
    {
      behaviour: 'StreamName and StreamARN may be given together',
      source,
      async verify(kinesis) {
        const { name, arn } = await kinesis.stream();
        const put = await kinesis.put(name, 'a', { StreamARN: arn });
        expect(put.SequenceNumber).toBeDefined();
        expect(await kinesis.texts(name, 1)).toEqual(['a']);
      },
    },
    {
      behaviour: 'an ARN of a stream that does not exist is refused with ResourceNotFoundException',
      source,
      async verify(kinesis) {
        const { arn } = await kinesis.stream();
        const command = new DescribeStreamSummaryCommand({ StreamARN: `${arn}-other` });
        expect(await refusalName(kinesis.send(command))).toBe('ResourceNotFoundException');
      },
    },
    {
      behaviour: 'neither a name nor an ARN is refused as a client error',
      async verify(kinesis) {
        expect(['InvalidArgumentException', 'ValidationException']).toContain(
          await refusalName(kinesis.send(new DescribeStreamSummaryCommand({}))),
        );
      },
    },
  ],
};
