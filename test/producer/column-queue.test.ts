import fc from 'fast-check';
import { ColumnQueue } from '../../src/producer/column-queue.js';
import { DataSlab } from '../../src/producer/data-slab.js';
import { Epoch } from '../../src/producer/epoch.js';
import { FifoQueue } from '../../src/producer/pending-queue.js';
import { PendingUserRecord } from '../../src/producer/pending-record.js';
import { PutMoment } from '../../src/producer/put-moment.js';
import { pendingUserRecord } from '../support/pending-record.js';

/** All that a record is to whoever takes it. */
function traits(record: PendingUserRecord | undefined): unknown {
  if (!record) return undefined;
  const { partitionKey, explicitHashKey, size, dataBytes, expiresAt, settle, place } = record;
  const data = Buffer.from(record.data).toString();
  return { data, partitionKey, explicitHashKey, size, dataBytes, expiresAt, settle, place };
}

describe('a queue in columns', () => {
  it('gives back all that a record was', () => {
    const queue = new ColumnQueue();
    const slab = new DataSlab();
    const moment = new PutMoment(new Epoch(), 1_234);
    const settle = (): void => undefined;
    const records = ['text', 'é', 'x'.repeat(5_000), Buffer.from('bytes')].map((data, index) => {
      const hashKey = index === 1 ? '42' : undefined;
      const bytes = Buffer.byteLength(data);
      return new PendingUserRecord(data, `key ${index}`, hashKey, moment, settle, 7 * index, bytes);
    });
    const before = records.map(traits);

    for (const record of records) {
      record.storeIn(slab);
      queue.push(record);
    }

    expect(records.map(() => traits(queue.next()))).toEqual(before);
    expect(queue.next()).toBeUndefined();
    expect(queue.length).toBe(0);
    expect(queue.bytes).toBe(0);
  });

  it('is any other queue, seen from outside, however many there are in it', () => {
    const action = fc.oneof(
      { weight: 5, arbitrary: fc.record({ push: fc.integer({ min: 1, max: 300 }) }) },
      { weight: 5, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 400 }), back: fc.nat(5) }) },
      { weight: 1, arbitrary: fc.record({ expireUpTo: fc.nat(3_000) }) },
      { weight: 1, arbitrary: fc.constant({ drain: true as const }) },
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
        const [columns, plain] = [new ColumnQueue(), new FifoQueue()];
        let serial = 0;
        const keys = (records: readonly { partitionKey: string }[]): string[] =>
          records.map(({ partitionKey }) => partitionKey);
        for (const step of actions) {
          if ('push' in step) {
            for (let i = 0; i < step.push; i++) {
              const record = pendingUserRecord(`key-${serial}`, { expiresAt: serial++ });
              columns.push(record);
              plain.push(record);
            }
          } else if ('take' in step) {
            const taken = Array.from({ length: step.take }, () => columns.next()).filter((each) => !!each);
            const expected = Array.from({ length: step.take }, () => plain.next()).filter((each) => !!each);
            expect(keys(taken)).toEqual(keys(expected));
            columns.putBack(taken.slice(0, step.back));
            plain.putBack(expected.slice(0, step.back));
          } else if ('drain' in step) {
            expect(keys(columns.drain())).toEqual(keys(plain.drain()));
          } else {
            const { expireUpTo } = step;
            expect(keys(columns.takeExpired(expireUpTo))).toEqual(keys(plain.takeExpired(expireUpTo)));
          }
          expect([columns.length, columns.bytes]).toEqual([plain.length, plain.bytes]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
