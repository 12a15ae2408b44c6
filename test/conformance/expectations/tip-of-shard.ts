import { apiReference, type Topic } from '../harness/expectation.js';
import { textsOf } from '../harness/scenario.js';

export const tipOfShard: Topic = {
  topic: 'the tip of a shard',
  expectations: [
    {
      behaviour:
        'an open shard read to its tip yields no records, but a next iterator and zero MillisBehindLatest',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const page = await kinesis.page(await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' }));
        expect(page.Records).toEqual([]);
        expect(page.NextShardIterator).toBeDefined();
        expect(page.MillisBehindLatest).toBe(0);
      },
    },
    {
      behaviour: 'an iterator waiting at the tip yields what is put later',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const atTip = await kinesis.page(await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' }));
        await kinesis.put(name, 'later');
        expect(textsOf(await kinesis.read(atTip.NextShardIterator ?? '', 1))).toEqual(['later']);
      },
    },
    {
      behaviour: 'MillisBehindLatest counts from now while records are left, and is zero after the last',
      source: apiReference('GetRecords'),
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        await kinesis.putAll(name, ['a', 'b']);
        await kinesis.wait(1_200);
        const behind = await kinesis.page(
          await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' }),
          1,
        );
        expect(behind.MillisBehindLatest).toBeGreaterThanOrEqual(1_000);
        const caughtUp = await kinesis.page(behind.NextShardIterator ?? '');
        expect(textsOf(caughtUp.Records)).toHaveLength(1);
        expect(caughtUp.MillisBehindLatest).toBe(0);
      },
    },
    {
      behaviour: 'records past the retention period are trimmed, and TRIM_HORIZON starts after them',
      source: 'https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html',
      virtualTime: true,
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        await kinesis.put(name, 'old');
        await kinesis.wait(12 * 3_600_000);
        await kinesis.put(name, 'newer');
        expect(await kinesis.texts(name, 2)).toEqual(['old', 'newer']);
        await kinesis.wait(12.5 * 3_600_000);
        expect(await kinesis.texts(name, 1)).toEqual(['newer']);
      },
    },
  ],
};
