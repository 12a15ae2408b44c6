import fc from 'fast-check';
import { BodyPool } from '../../src/client/body-pool.js';
import { readGetRecordsAnswer, recordsOf } from '../../src/client/get-records-answer.js';
import type { ScannedRecord } from '../../src/client/scanned-record.js';
import { DataReleasedError } from '../../src/errors.js';
import { BORROW, viewOf } from '../../src/runtime/lent-buffer.js';

interface RawRecord {
  SequenceNumber: string;
  PartitionKey: string;
  Data: string;
  ApproximateArrivalTimestamp: number;
}

const nextTurn = (): Promise<void> => Promise.resolve();

function withoutData(record: RawRecord | undefined): object {
  const {
    SequenceNumber: sequenceNumber,
    PartitionKey: partitionKey,
    ApproximateArrivalTimestamp: time = 0,
  } = record ?? {};
  return { sequenceNumber, partitionKey, arrivalTime: Math.round(time * 1000) };
}

describe('the body of an answer with large records', () => {
  const largeRecord = fc.record({
    SequenceNumber: fc.bigInt({ min: 0n, max: 2n ** 180n }).map(String),
    PartitionKey: fc.string({ unit: 'grapheme-ascii' }).map((key) => key.replaceAll(/["\\]/g, '.')),
    ApproximateArrivalTimestamp: fc.integer({ min: 0, max: 2 ** 41 }).map((time) => time / 1000),
    Data: fc
      .uint8Array({ minLength: 1_100, maxLength: 3_000, size: 'max' })
      .map((data) => Buffer.from(data).toString('base64')),
  });

  /** The answer as the gateway has it, in a body of the pool's. */
  async function lent(records: readonly RawRecord[], pool: BodyPool) {
    const text = JSON.stringify({ MillisBehindLatest: 0, NextShardIterator: 'i', Records: records });
    const body = pool.take(Math.max(text.length, 64 * 1024));
    const length = body.write(text, 'latin1');
    const output = await readGetRecordsAnswer(body.subarray(0, length), pool, nextTurn);
    const page = output && recordsOf(output);
    if (!output || !page?.takeBack) throw new Error('it was not lent');
    return { body, page, output, takeBack: page.takeBack, capacity: body.length };
  }

  it('is used again when it is taken back, and the records know all but their data', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(largeRecord, { minLength: 1, maxLength: 40 }),
        fc.nat(),
        async (records, seen) => {
          const pool = new BodyPool();
          const { body, page, takeBack, capacity } = await lent(records, pool);
          // Some have been looked at, some have not.
          for (const each of page.records.slice(0, seen % (records.length + 1))) {
            void each.sequenceNumber;
            (each as ScannedRecord)[BORROW](viewOf);
          }
          takeBack();
          takeBack();

          const again = pool.take(capacity);
          expect(again.buffer).toBe(body.buffer);
          expect(pool.take(capacity).buffer).not.toBe(body.buffer);
          again.fill('x');
          for (const [index, each] of page.records.entries()) {
            const { sequenceNumber, partitionKey, arrivalTime } = each;
            expect({ sequenceNumber, partitionKey, arrivalTime }).toEqual(withoutData(records[index]));
            expect(() => each.data).toThrow(DataReleasedError);
            expect(() => (each as ScannedRecord)[BORROW](viewOf)).toThrow(DataReleasedError);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  const DATA = Buffer.alloc(1_500, 'large').toString('base64');
  const large = [1, 2, 3].map((number) => ({
    SequenceNumber: String(number),
    PartitionKey: 'key',
    ApproximateArrivalTimestamp: number,
    Data: DATA,
  }));

  it('stays as it is once somebody has asked for the data of a record', async () => {
    const pool = new BodyPool();
    const { body, page, takeBack, capacity } = await lent(large, pool);
    const data = page.records[1]?.data;
    takeBack();
    expect(pool.take(capacity).buffer).not.toBe(body.buffer);
    expect(data && Buffer.from(data).toString('base64')).toBe(DATA);
    expect(page.records.map(({ data: each }) => Buffer.from(each).toString('base64'))).toEqual([
      DATA,
      DATA,
      DATA,
    ]);
  });

  it('stays as it is once a middleware has looked at the records', async () => {
    const pool = new BodyPool();
    const { body, output, takeBack, capacity } = await lent(large, pool);
    expect(output.Records).toHaveLength(3);
    takeBack();
    expect(pool.take(capacity).buffer).not.toBe(body.buffer);
    expect(Buffer.from(output.Records?.[2]?.Data ?? []).toString('base64')).toBe(DATA);
  });

  it('is not lent where records are small, or there are none', async () => {
    const small = JSON.stringify({ ...large[0], Data: 'eyJhIjoxfQ==' });
    for (const records of [small, '']) {
      const text = `{"Records":[${records}],"NextShardIterator":"i"}`;
      const output = await readGetRecordsAnswer(Buffer.from(text), new BodyPool(), nextTurn);
      const page = output && recordsOf(output);
      expect(page?.records).toHaveLength(records === '' ? 0 : 1);
      expect(page?.takeBack).toBeUndefined();
    }
  });
});
