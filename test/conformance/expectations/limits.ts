import {
  CreateStreamCommand,
  GetRecordsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
import { apiReference, type Topic } from '../harness/expectation.js';
import { LAST_HASH_KEY } from '../harness/hash-keys.js';
import { refusal, refusalName } from '../harness/refusal.js';

const MIB = 1024 * 1024;

/** A bound that the model states is a ValidationException, one of the service's own an InvalidArgumentException. */
const REFUSED = ['ValidationException', 'InvalidArgumentException'];

function entries(count: number, bytes = 1): PutRecordsRequestEntry[] {
  const data = Buffer.alloc(bytes, 'x');
  return Array.from({ length: count }, (_, index) => ({ Data: data, PartitionKey: `${index}` }));
}

export const limits: Topic = {
  topic: 'limits of a request',
  expectations: [
    {
      behaviour: 'PutRecords takes 500 records',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const answer = await kinesis.send(new PutRecordsCommand({ StreamName: name, Records: entries(500) }));
        expect(answer.FailedRecordCount).toBe(0);
        expect(answer.Records).toHaveLength(500);
      },
    },
    {
      behaviour: 'PutRecords of 501 records is refused with ValidationException',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const put = new PutRecordsCommand({ StreamName: name, Records: entries(501) });
        expect(await refusalName(kinesis.send(put))).toBe('ValidationException');
      },
    },
    {
      behaviour: 'PutRecords of no record is refused with ValidationException',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const put = new PutRecordsCommand({ StreamName: name, Records: [] });
        expect(await refusalName(kinesis.send(put))).toBe('ValidationException');
      },
    },
    {
      behaviour: 'a PutRecords request of more than 10 MiB is refused as a client error',
      source: apiReference('PutRecords'),
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const put = new PutRecordsCommand({ StreamName: name, Records: entries(11, 960 * 1024) });
        const error = await refusal(kinesis.send(put));
        expect(REFUSED).toContain(error.name);
      },
    },
    {
      behaviour: 'a record of just under 1 MiB with its partition key is taken and comes back whole',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const data = Buffer.alloc(MIB - 3, 'x');
        await kinesis.send(new PutRecordCommand({ StreamName: name, Data: data, PartitionKey: 'key' }));
        const iterator = await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' });
        const [record] = await kinesis.read(iterator, 1);
        expect(record?.Data?.byteLength).toBe(data.byteLength);
      },
    },
    {
      behaviour: 'a record of more than 1 MiB is refused as a client error',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const Data = Buffer.alloc(MIB + 1, 'x');
        const put = new PutRecordCommand({ StreamName: name, Data, PartitionKey: 'key' });
        expect(REFUSED).toContain(await refusalName(kinesis.send(put)));
      },
    },
    {
      behaviour: 'a PutRecords request with one record of more than 1 MiB is refused as a whole',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const Records = [...entries(1), ...entries(1, MIB + 1)];
        const put = new PutRecordsCommand({ StreamName: name, Records });
        expect(REFUSED).toContain(await refusalName(kinesis.send(put)));
        const page = await kinesis.page(await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' }));
        expect(page.Records).toEqual([]);
      },
    },
    {
      behaviour: 'a partition key has 1 to 256 characters, of any alphabet',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        for (const key of ['k', 'k'.repeat(256), 'ю'.repeat(256)]) {
          await kinesis.put(name, 'record', { PartitionKey: key });
        }
        for (const key of ['', 'k'.repeat(257)]) {
          const put = kinesis.put(name, 'record', { PartitionKey: key });
          expect(await refusalName(put)).toBe('ValidationException');
        }
      },
    },
    {
      behaviour: 'an explicit hash key that is no decimal number is refused as a client error',
      source: apiReference('PutRecord'),
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        for (const key of ['-1', '0x10', 'abc']) {
          const put = kinesis.put(name, 'record', { ExplicitHashKey: key });
          expect(REFUSED).toContain(await refusalName(put));
        }
      },
    },
    {
      behaviour: 'an explicit hash key of 2^128 is refused with InvalidArgumentException',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const put = kinesis.put(name, 'record', { ExplicitHashKey: String(LAST_HASH_KEY + 1n) });
        expect(await refusalName(put)).toBe('InvalidArgumentException');
      },
    },
    {
      behaviour: 'GetRecords takes a Limit of 10 000, and none above or below 1',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const iterator = await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' });
        await kinesis.page(iterator, 10_000);
        for (const limit of [0, 10_001]) {
          const page = kinesis.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }));
          expect(REFUSED).toContain(await refusalName(page));
        }
      },
    },
    {
      behaviour: 'a stream name has 1 to 128 letters, digits, dots, dashes and underscores',
      async verify(kinesis) {
        for (const name of ['', 'x'.repeat(129), 'with space', 'with/slash']) {
          const create = new CreateStreamCommand({ StreamName: name, ShardCount: 1 });
          expect([name, await refusalName(kinesis.send(create))]).toEqual([name, 'ValidationException']);
        }
        const longest = kinesis.newName().padEnd(128, '_');
        expect(await refusalName(kinesis.summary(longest))).toBe('ResourceNotFoundException');
      },
    },
    {
      behaviour: 'a stream of no shards is refused with ValidationException',
      async verify(kinesis) {
        const create = new CreateStreamCommand({ StreamName: kinesis.newName(), ShardCount: 0 });
        expect(await refusalName(kinesis.send(create))).toBe('ValidationException');
      },
    },
  ],
};
