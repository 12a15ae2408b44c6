import { GetShardIteratorCommand, type ShardIteratorType } from '@aws-sdk/client-kinesis';
import { apiReference, type Topic } from '../harness/expectation.js';
import { defined } from '../harness/defined.js';
import { refusalName } from '../harness/refusal.js';
import { type Scenario, textsOf } from '../harness/scenario.js';

/** A stream of three records a moment apart, with what the records know of themselves. */
async function threeRecords(kinesis: Scenario) {
  const { name } = await kinesis.stream();
  for (const text of ['a', 'b', 'c']) {
    await kinesis.put(name, text);
    await kinesis.wait(50);
  }
  const records = await kinesis.read(await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' }), 3);
  const [a, b, c] = [defined(records[0]), defined(records[1]), defined(records[2])];
  return { name, a, b, c };
}

export const iterators: Topic = {
  topic: 'shard iterators',
  expectations: [
    {
      behaviour: 'TRIM_HORIZON starts with the oldest record',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        await kinesis.put(name, 'a');
        await kinesis.put(name, 'b');
        expect(await kinesis.texts(name, 2)).toEqual(['a', 'b']);
      },
    },
    {
      behaviour: 'LATEST starts with what is put after it was asked for',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        await kinesis.put(name, 'before');
        const iterator = await kinesis.iterator(name, { ShardIteratorType: 'LATEST' });
        await kinesis.put(name, 'after');
        expect(textsOf(await kinesis.read(iterator, 1))).toEqual(['after']);
      },
    },
    {
      behaviour: 'AT_SEQUENCE_NUMBER starts with that record',
      async verify(kinesis) {
        const { name, b } = await threeRecords(kinesis);
        expect(
          await kinesis.texts(name, 2, {
            ShardIteratorType: 'AT_SEQUENCE_NUMBER',
            StartingSequenceNumber: b.SequenceNumber,
          }),
        ).toEqual(['b', 'c']);
      },
    },
    {
      behaviour: 'AFTER_SEQUENCE_NUMBER starts with the record after it',
      async verify(kinesis) {
        const { name, b } = await threeRecords(kinesis);
        expect(
          await kinesis.texts(name, 1, {
            ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
            StartingSequenceNumber: b.SequenceNumber,
          }),
        ).toEqual(['c']);
      },
    },
    {
      behaviour: 'AT_SEQUENCE_NUMBER of the number a shard starts with reads it from its beginning',
      async verify(kinesis) {
        const { name } = await threeRecords(kinesis);
        const [shard] = await kinesis.shards(name);
        expect(
          await kinesis.texts(name, 3, {
            ShardIteratorType: 'AT_SEQUENCE_NUMBER',
            StartingSequenceNumber: shard?.SequenceNumberRange?.StartingSequenceNumber,
          }),
        ).toEqual(['a', 'b', 'c']);
      },
    },
    {
      behaviour: 'AT_TIMESTAMP starts with the first record that arrived at that moment or later',
      async verify(kinesis) {
        const { name, b } = await threeRecords(kinesis);
        expect(
          await kinesis.texts(name, 2, {
            ShardIteratorType: 'AT_TIMESTAMP',
            Timestamp: b.ApproximateArrivalTimestamp,
          }),
        ).toEqual(['b', 'c']);
      },
    },
    {
      behaviour: 'AT_TIMESTAMP before the first record starts with the first record',
      async verify(kinesis) {
        const { name, a } = await threeRecords(kinesis);
        const longAgo = new Date(defined(a.ApproximateArrivalTimestamp).getTime() - 3_600_000);
        expect(
          await kinesis.texts(name, 3, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: longAgo }),
        ).toEqual(['a', 'b', 'c']);
      },
    },
    {
      behaviour: 'AT_TIMESTAMP after the last record starts with what comes next',
      source: apiReference('GetShardIterator'),
      async verify(kinesis) {
        const { name, c } = await threeRecords(kinesis);
        await kinesis.wait(1_100);
        const sinceThen = new Date(defined(c.ApproximateArrivalTimestamp).getTime() + 1_000);
        const iterator = await kinesis.iterator(name, {
          ShardIteratorType: 'AT_TIMESTAMP',
          Timestamp: sinceThen,
        });
        await kinesis.put(name, 'd');
        expect(textsOf(await kinesis.read(iterator, 1))).toEqual(['d']);
      },
    },
    {
      behaviour: 'AT_TIMESTAMP in the future is refused with InvalidArgumentException',
      async verify(kinesis) {
        const { name, c } = await threeRecords(kinesis);
        const tomorrow = new Date(defined(c.ApproximateArrivalTimestamp).getTime() + 86_400_000);
        const iterator = kinesis.iterator(name, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: tomorrow });
        expect(await refusalName(iterator)).toBe('InvalidArgumentException');
      },
    },
    {
      behaviour: 'an iterator type without the position it needs is refused with InvalidArgumentException',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        for (const type of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER', 'AT_TIMESTAMP'] as const) {
          const iterator = kinesis.iterator(name, { ShardIteratorType: type });
          expect([type, await refusalName(iterator)]).toEqual([type, 'InvalidArgumentException']);
        }
      },
    },
    {
      behaviour: 'a sequence number that is none is refused with InvalidArgumentException',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const iterator = kinesis.iterator(name, {
          ShardIteratorType: 'AT_SEQUENCE_NUMBER',
          StartingSequenceNumber: '12345678901234567890',
        });
        expect(await refusalName(iterator)).toBe('InvalidArgumentException');
      },
    },
    {
      behaviour: "another shard's sequence number is refused with InvalidArgumentException",
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 2 });
        const [first, second] = await kinesis.shards(name);
        const iterator = kinesis.iterator(name, {
          ShardId: defined(first?.ShardId),
          ShardIteratorType: 'AT_SEQUENCE_NUMBER',
          StartingSequenceNumber: second?.SequenceNumberRange?.StartingSequenceNumber,
        });
        expect(await refusalName(iterator)).toBe('InvalidArgumentException');
      },
    },
    {
      behaviour: 'a shard the stream does not have is refused with ResourceNotFoundException',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const iterator = kinesis.iterator(name, {
          ShardId: 'shardId-000000000007',
          ShardIteratorType: 'TRIM_HORIZON',
        });
        expect(await refusalName(iterator)).toBe('ResourceNotFoundException');
      },
    },
    {
      behaviour: 'an iterator type that does not exist is refused with ValidationException',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const command = new GetShardIteratorCommand({
          StreamName: name,
          ShardId: await kinesis.onlyShard(name),
          ShardIteratorType: 'FROM_THE_MIDDLE' as ShardIteratorType,
        });
        expect(await refusalName(kinesis.send(command))).toBe('ValidationException');
      },
    },
    {
      behaviour: 'garbage in place of an iterator is refused with InvalidArgumentException',
      async verify(kinesis) {
        expect(await refusalName(kinesis.page('bm90IGFuIGl0ZXJhdG9y'))).toBe('InvalidArgumentException');
      },
    },
    {
      behaviour: 'an iterator older than five minutes is refused with ExpiredIteratorException',
      source: apiReference('GetRecords'),
      virtualTime: true,
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        await kinesis.put(name, 'a');
        const iterator = await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' });
        await kinesis.wait(290_000);
        expect(textsOf((await kinesis.page(iterator)).Records)).toEqual(['a']);
        await kinesis.wait(11_000);
        expect(await refusalName(kinesis.page(iterator))).toBe('ExpiredIteratorException');
      },
    },
  ],
};
