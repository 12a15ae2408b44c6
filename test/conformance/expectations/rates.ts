import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
import { apiReference, QUOTAS, type Topic } from '../harness/expectation.js';
import { isThrottling, refusalName } from '../harness/refusal.js';
import { textsOf } from '../harness/scenario.js';

const MIB = 1024 * 1024;

function numbered(count: number, from = 0): PutRecordsRequestEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    Data: Buffer.from(`${from + index}`),
    PartitionKey: 'key',
  }));
}

export const rates: Topic = {
  topic: 'rates',
  expectations: [
    {
      behaviour: 'records above 1000 a second fail one by one, and only those acknowledged are stored',
      source: apiReference('PutRecords'),
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const iterator = await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' });
        const requests = Array.from({ length: 5 }, (_, index) => numbered(500, index * 500));
        const answers = await Promise.all(
          requests.map((Records) => kinesis.once(new PutRecordsCommand({ StreamName: name, Records }))),
        );
        const acknowledged: string[] = [];
        let failed = 0;
        answers.forEach((answer, request) => {
          const failures = (answer.Records ?? []).filter((record) => record.ErrorCode !== undefined);
          expect(answer.FailedRecordCount).toBe(failures.length);
          failed += failures.length;
          for (const failure of failures) {
            expect(failure.ErrorCode).toBe('ProvisionedThroughputExceededException');
            expect(failure.ErrorMessage).toContain(name);
            expect(failure.SequenceNumber).toBeUndefined();
          }
          (answer.Records ?? []).forEach((record, index) => {
            if (record.SequenceNumber !== undefined) acknowledged.push(`${request * 500 + index}`);
          });
        });
        expect(failed).toBeGreaterThan(0);
        expect(acknowledged.length).toBeGreaterThanOrEqual(1000);
        const stored = textsOf(await kinesis.read(iterator, acknowledged.length));
        expect(stored.sort()).toEqual(acknowledged.sort());
      },
    },
    {
      behaviour: 'PutRecord above a shard rate is refused with ProvisionedThroughputExceededException',
      source: apiReference('PutRecord'),
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const Data = Buffer.alloc(MIB - 100, 'x');
        const outcomes = await Promise.allSettled(
          Array.from({ length: 4 }, () =>
            kinesis.once(new PutRecordCommand({ StreamName: name, Data, PartitionKey: 'key' })),
          ),
        );
        const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(refused.length).toBeGreaterThan(0);
        expect(refused.length).toBeLessThan(4);
        for (const { reason } of refused) {
          expect((reason as Error).name).toBe('ProvisionedThroughputExceededException');
        }
      },
    },
    {
      behaviour: 'a shard that was throttled takes records again a second later',
      source: QUOTAS,
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const flood = Array.from({ length: 4 }, () =>
          kinesis.once(new PutRecordsCommand({ StreamName: name, Records: numbered(500) })),
        );
        const answers = await Promise.all(flood);
        expect(answers.some((answer) => (answer.FailedRecordCount ?? 0) > 0)).toBe(true);
        await kinesis.wait(1_100);
        const later = await kinesis.once(new PutRecordsCommand({ StreamName: name, Records: numbered(100) }));
        expect(later.FailedRecordCount).toBe(0);
      },
    },
    {
      behaviour: 'a throttled shard does not hold back the others of its stream',
      source: apiReference('PutRecords'),
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 2 });
        const hot = numbered(500).map((record) => ({ ...record, ExplicitHashKey: '0' }));
        const answers = await Promise.all(
          Array.from({ length: 4 }, () =>
            kinesis.once(new PutRecordsCommand({ StreamName: name, Records: hot })),
          ),
        );
        expect(answers.some((answer) => (answer.FailedRecordCount ?? 0) > 0)).toBe(true);
        const cold = {
          Data: Buffer.from('cold'),
          PartitionKey: 'key',
          ExplicitHashKey: `${2n ** 127n + 5n}`,
        };
        const mixed = await kinesis.once(
          new PutRecordsCommand({ StreamName: name, Records: [...hot.slice(1), cold] }),
        );
        expect(mixed.Records?.at(-1)?.ShardId).toBe('shardId-000000000001');
      },
    },
    {
      behaviour: 'more than five GetRecords a second on a shard get ProvisionedThroughputExceededException',
      source: apiReference('GetRecords'),
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const iterator = await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' });
        const outcomes = await Promise.allSettled(
          Array.from({ length: 15 }, () => kinesis.once(new GetRecordsCommand({ ShardIterator: iterator }))),
        );
        const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(refused.length).toBeGreaterThan(0);
        expect(refused.length).toBeLessThanOrEqual(10);
        for (const { reason } of refused) {
          expect((reason as Error).name).toBe('ProvisionedThroughputExceededException');
        }
      },
    },
    {
      behaviour: 'after an answer of 10 MiB, GetRecords is refused for five seconds',
      source: apiReference('GetRecords'),
      virtualTime: true,
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const Data = Buffer.alloc(MIB - 3, 'x');
        for (let index = 0; index < 11; index++) {
          await kinesis.send(new PutRecordCommand({ StreamName: name, Data, PartitionKey: 'key' }));
          await kinesis.wait(1_100);
        }
        const page = await kinesis.page(await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' }));
        expect(page.Records?.length).toBe(10);
        const next = new GetRecordsCommand({ ShardIterator: page.NextShardIterator });
        await kinesis.wait(4_000);
        expect(await refusalName(kinesis.once(next))).toBe('ProvisionedThroughputExceededException');
        await kinesis.wait(1_100);
        expect((await kinesis.once(next)).Records?.length).toBe(1);
      },
    },
    {
      behaviour: 'calls above the rate of an operation are refused with LimitExceededException',
      source: apiReference('DescribeStreamSummary'),
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 60 }, () =>
            kinesis.once(new DescribeStreamSummaryCommand({ StreamName: name })),
          ),
        );
        const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(refused.length).toBeGreaterThan(0);
        expect(refused.length).toBeLessThan(60);
        for (const { reason } of refused) {
          expect((reason as Error).name).toBe('LimitExceededException');
          expect(isThrottling(reason)).toBe(true);
        }
      },
    },
  ],
};
