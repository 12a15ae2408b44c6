import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeLimitsCommand,
  DescribeStreamCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-kinesis';
import { apiReference, type Topic } from '../harness/expectation.js';
import { refusalName } from '../harness/refusal.js';
import { LAST_HASH_KEY, rangesInOrder } from '../harness/hash-keys.js';
import { type Scenario } from '../harness/scenario.js';

async function gone(kinesis: Scenario, name: string): Promise<void> {
  await kinesis.eventually(async () => {
    const outcome = await kinesis.summary(name).catch((error: Error) => error.name);
    return outcome === 'ResourceNotFoundException' || undefined;
  }, 'the stream to be gone');
}

export const streams: Topic = {
  topic: 'streams',
  expectations: [
    {
      behaviour:
        'a created stream becomes ACTIVE with shards that divide the hash keys without hole or overlap',
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 3 });
        const ranges = rangesInOrder(await kinesis.shards(name));
        expect(ranges).toHaveLength(3);
        expect(ranges[0]?.start).toBe(0n);
        expect(ranges[1]?.start).toBe((ranges[0]?.end ?? 0n) + 1n);
        expect(ranges[2]?.start).toBe((ranges[1]?.end ?? 0n) + 1n);
        expect(ranges[2]?.end).toBe(LAST_HASH_KEY);
      },
    },
    {
      behaviour: 'a new stream is summarised with its ARN, creation time, open shards and defaults',
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 2 });
        const summary = await kinesis.summary(name);
        expect(summary).toMatchObject({
          StreamName: name,
          StreamStatus: 'ACTIVE',
          RetentionPeriodHours: 24,
          OpenShardCount: 2,
          EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
        });
        expect(summary.StreamARN).toMatch(/^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\d{12}:stream\//);
        expect(summary.StreamARN?.endsWith(`:stream/${name}`)).toBe(true);
        expect(summary.StreamCreationTimestamp).toBeInstanceOf(Date);
      },
    },
    {
      behaviour: 'a new stream is provisioned, unencrypted and without consumers, and its summary says so',
      source: apiReference('StreamDescriptionSummary'),
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        expect(await kinesis.summary(name)).toMatchObject({
          StreamModeDetails: { StreamMode: 'PROVISIONED' },
          EncryptionType: 'NONE',
          ConsumerCount: 0,
        });
      },
    },
    {
      behaviour: 'DescribeStream pages through the shards',
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 3 });
        const { StreamDescription: first } = await kinesis.send(
          new DescribeStreamCommand({ StreamName: name, Limit: 2 }),
        );
        expect(first?.Shards).toHaveLength(2);
        expect(first?.HasMoreShards).toBe(true);
        const { StreamDescription: second } = await kinesis.send(
          new DescribeStreamCommand({
            StreamName: name,
            ExclusiveStartShardId: first?.Shards?.at(-1)?.ShardId,
          }),
        );
        expect(second?.Shards).toHaveLength(1);
        expect(second?.HasMoreShards).toBe(false);
        const ids = [...(first?.Shards ?? []), ...(second?.Shards ?? [])].map((shard) => shard.ShardId);
        expect(new Set(ids).size).toBe(3);
      },
    },
    {
      behaviour: 'ListStreams names streams in order and goes on after ExclusiveStartStreamName',
      async verify(kinesis) {
        const names = [(await kinesis.stream()).name, (await kinesis.stream()).name].sort();
        const listed: string[] = [];
        let more = true;
        while (more) {
          const answer = await kinesis.send(
            new ListStreamsCommand({ Limit: 1, ExclusiveStartStreamName: listed.at(-1) ?? 'conformance' }),
          );
          listed.push(...(answer.StreamNames ?? []));
          more = answer.HasMoreStreams === true && !names.every((name) => listed.includes(name));
        }
        expect(listed).toEqual(expect.arrayContaining(names));
        expect(listed).toEqual([...listed].sort());
      },
    },
    {
      behaviour: 'ListStreams summarises each stream with its ARN and status',
      source: apiReference('ListStreams'),
      async verify(kinesis) {
        const { name, arn } = await kinesis.stream();
        const answer = await kinesis.send(
          new ListStreamsCommand({ ExclusiveStartStreamName: name.slice(0, -1) }),
        );
        expect(answer.StreamSummaries).toContainEqual(
          expect.objectContaining({ StreamName: name, StreamARN: arn, StreamStatus: 'ACTIVE' }),
        );
      },
    },
    {
      behaviour: 'a name that is taken is refused with ResourceInUseException',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const again = kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
        expect(await refusalName(again)).toBe('ResourceInUseException');
      },
    },
    {
      behaviour: 'a deleted stream is gone, and its name can be used for a new, empty one',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        await kinesis.put(name, 'of the old stream');
        await kinesis.send(new DeleteStreamCommand({ StreamName: name }));
        await gone(kinesis, name);

        await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
        await kinesis.active(name);
        await kinesis.put(name, 'of the new stream');
        expect(await kinesis.texts(name, 1)).toEqual(['of the new stream']);
      },
    },
    {
      behaviour: 'an iterator of a deleted stream is refused with ResourceNotFoundException',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const iterator = await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' });
        await kinesis.send(new DeleteStreamCommand({ StreamName: name }));
        await gone(kinesis, name);
        expect(await refusalName(kinesis.page(iterator))).toBe('ResourceNotFoundException');
      },
    },
    {
      behaviour: 'more shards than the account may have are refused with LimitExceededException',
      source: apiReference('CreateStream'),
      async verify(kinesis) {
        const { ShardLimit: limit, OpenShardCount: open } = await kinesis.send(new DescribeLimitsCommand({}));
        const tooMany = new CreateStreamCommand({
          StreamName: kinesis.newName(),
          ShardCount: (limit ?? 0) - (open ?? 0) + 1,
        });
        expect(await refusalName(kinesis.once(tooMany))).toBe('LimitExceededException');
      },
    },
    {
      behaviour: 'DescribeLimits counts open shards and tells the limits of the account',
      source: apiReference('DescribeLimits'),
      async verify(kinesis) {
        await kinesis.stream({ shards: 2 });
        const limits = await kinesis.send(new DescribeLimitsCommand({}));
        expect(limits.OpenShardCount).toBeGreaterThanOrEqual(2);
        expect(limits.ShardLimit).toBeGreaterThanOrEqual(limits.OpenShardCount ?? 0);
        expect(limits.OnDemandStreamCount).toBeGreaterThanOrEqual(0);
        expect(limits.OnDemandStreamCountLimit).toBeGreaterThan(0);
      },
    },
  ],
};
