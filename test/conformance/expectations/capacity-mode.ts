import {
  CreateStreamCommand,
  PutRecordCommand,
  UpdateMaxRecordSizeCommand,
  UpdateStreamModeCommand,
} from '@aws-sdk/client-kinesis';
import { apiReference, type Topic } from '../harness/expectation.js';

export const capacityMode: Topic = {
  topic: 'capacity mode and record size',
  expectations: [
    {
      behaviour: 'an on-demand stream is created without a shard count and starts with four shards',
      source: 'https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html',
      async verify(kinesis) {
        const name = kinesis.newName();
        await kinesis.send(
          new CreateStreamCommand({ StreamName: name, StreamModeDetails: { StreamMode: 'ON_DEMAND' } }),
        );
        const summary = await kinesis.active(name);
        expect(summary.StreamModeDetails).toMatchObject({ StreamMode: 'ON_DEMAND' });
        expect(summary.OpenShardCount).toBe(4);
      },
    },
    {
      behaviour: 'UpdateStreamMode turns a provisioned stream into an on-demand one',
      source: apiReference('UpdateStreamMode'),
      async verify(kinesis) {
        const { name, arn } = await kinesis.stream();
        await kinesis.send(
          new UpdateStreamModeCommand({ StreamARN: arn, StreamModeDetails: { StreamMode: 'ON_DEMAND' } }),
        );
        const summary = await kinesis.active(name);
        expect(summary.StreamModeDetails).toMatchObject({ StreamMode: 'ON_DEMAND' });
      },
    },
    {
      behaviour: 'UpdateMaxRecordSize lets a stream take records larger than 1 MiB',
      source: apiReference('UpdateMaxRecordSize'),
      async verify(kinesis) {
        const { name, arn } = await kinesis.stream();
        await kinesis.send(new UpdateMaxRecordSizeCommand({ StreamARN: arn, MaxRecordSizeInKiB: 2048 }));
        expect((await kinesis.active(name)).MaxRecordSizeInKiB).toBe(2048);
        const data = Buffer.alloc(1_500_000, 'x');
        await kinesis.send(new PutRecordCommand({ StreamName: name, Data: data, PartitionKey: 'key' }));
        const [record] = await kinesis.read(
          await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' }),
          1,
        );
        expect(record?.Data?.byteLength).toBe(data.byteLength);
      },
    },
    {
      behaviour: 'a new stream takes records of 1 MiB, and its summary says so',
      source: apiReference('StreamDescriptionSummary'),
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        expect((await kinesis.summary(name)).MaxRecordSizeInKiB).toBe(1024);
      },
    },
  ],
};
