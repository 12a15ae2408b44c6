import { PutRecordCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { type Topic } from '../harness/expectation.js';
import { hashOf, ownerOf, rangesInOrder } from '../harness/hash-keys.js';
import { textsOf } from '../harness/scenario.js';

export const records: Topic = {
  topic: 'putting and getting records',
  expectations: [
    {
      behaviour: 'a record comes back with its bytes, partition key, sequence number and arrival time',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
        const put = await kinesis.send(
          new PutRecordCommand({ StreamName: name, Data: everyByte, PartitionKey: 'ключ 🔑' }),
        );
        const [record] = await kinesis.read(
          await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' }),
          1,
        );
        expect(Buffer.from(record?.Data ?? [])).toEqual(Buffer.from(everyByte));
        expect(record?.PartitionKey).toBe('ключ 🔑');
        expect(record?.SequenceNumber).toBe(put.SequenceNumber);
        expect(record?.ApproximateArrivalTimestamp).toBeInstanceOf(Date);
        expect(put.ShardId).toBe(await kinesis.onlyShard(name));
      },
    },
    {
      behaviour: 'a record may have no bytes at all',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        await kinesis.put(name, '');
        expect(await kinesis.texts(name, 1)).toEqual(['']);
      },
    },
    {
      behaviour: 'PutRecords answers for each record in the order of the request',
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 3 });
        const shards = await kinesis.shards(name);
        const keys = Array.from({ length: 30 }, (_, index) => `key ${index}`);
        const answer = await kinesis.send(
          new PutRecordsCommand({
            StreamName: name,
            Records: keys.map((key) => ({ Data: Buffer.from(key), PartitionKey: key })),
          }),
        );
        expect(answer.FailedRecordCount).toBe(0);
        expect(answer.Records?.map((record) => record.ShardId)).toEqual(
          keys.map((key) => ownerOf(hashOf(key), shards)),
        );
        expect(answer.Records?.every((record) => record.ErrorCode === undefined)).toBe(true);

        const stored = new Map<string | undefined, string | undefined>();
        for (const { shardId } of rangesInOrder(shards)) {
          const expected = answer.Records?.filter((record) => record.ShardId === shardId) ?? [];
          const iterator = await kinesis.iterator(name, {
            ShardId: shardId,
            ShardIteratorType: 'TRIM_HORIZON',
          });
          for (const record of await kinesis.read(iterator, expected.length)) {
            stored.set(record.SequenceNumber, record.PartitionKey);
          }
        }
        expect(answer.Records?.map((record) => stored.get(record.SequenceNumber))).toEqual(keys);
      },
    },
    {
      behaviour: 'a partition key is hashed over its UTF-8 bytes',
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 4 });
        const shards = await kinesis.shards(name);
        for (const key of ['naïve', '日本語', '🛫', '\u0000', 'ключ']) {
          const put = await kinesis.put(name, 'record', { PartitionKey: key });
          expect([key, put.ShardId]).toEqual([key, ownerOf(hashOf(key), shards)]);
        }
      },
    },
    {
      behaviour: 'an explicit hash key decides the shard, up to the edges of its range',
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 3 });
        for (const { shardId, start, end } of rangesInOrder(await kinesis.shards(name))) {
          for (const hashKey of [start, end]) {
            const put = await kinesis.put(name, 'record', { ExplicitHashKey: String(hashKey) });
            expect(put.ShardId).toBe(shardId);
          }
        }
      },
    },
    {
      behaviour: 'sequence numbers increase within a shard, and no double can hold them',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const numbers: bigint[] = [];
        for (let index = 0; index < 5; index++) {
          numbers.push(BigInt((await kinesis.put(name, `${index}`)).SequenceNumber ?? 0));
        }
        expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
        expect(new Set(numbers).size).toBe(5);
        expect(numbers.every((number) => number > 10n ** 50n)).toBe(true);
      },
    },
    {
      behaviour: 'SequenceNumberForOrdering puts a record after the one it names',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const first = await kinesis.put(name, 'first');
        const second = await kinesis.put(name, 'second', { SequenceNumberForOrdering: first.SequenceNumber });
        expect(BigInt(second.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(first.SequenceNumber ?? 0));
        expect(await kinesis.texts(name, 2)).toEqual(['first', 'second']);
      },
    },
    {
      behaviour: 'GetRecords gives at most Limit records and the next iterator goes on without gap or repeat',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const texts = Array.from({ length: 10 }, (_, index) => `${index}`);
        for (const text of texts) await kinesis.put(name, text);
        let iterator = await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' });
        const pages: string[][] = [];
        while (pages.flat().length < texts.length) {
          const page = await kinesis.page(iterator, 4);
          pages.push(textsOf(page.Records));
          iterator = page.NextShardIterator ?? '';
        }
        expect(pages.every((page) => page.length <= 4)).toBe(true);
        expect(pages.flat()).toEqual(texts);
      },
    },
    {
      behaviour: 'an iterator can be used again and yields the same records',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        await kinesis.putAll(name, ['a', 'b']);
        const iterator = await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' });
        const first = textsOf((await kinesis.page(iterator)).Records);
        const again = textsOf((await kinesis.page(iterator)).Records);
        expect(first).toHaveLength(2);
        expect(again).toEqual(first);
      },
    },
  ],
};
