import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { type Aggregator, type UserRecord } from '../../src/aggregators/index.js';
import { BINARY, EXACT, PACKING } from './support/aggregators.js';
import { packAll, packingOf, plain, sizeOf, valueOf } from './support/aggregates.js';
import { binaryRecords, recordsOf, userRecord } from './support/arbitraries.js';
import { bytesOf } from '../../src/aggregators/serializers/utf8.js';

const LARGE = 10 * 1024 * 1024;

/** What a consumer sees of the keys: formats without them give all records those of the first. */
function withKeysOfFirst(records: readonly UserRecord[]): UserRecord[] {
  return records.map(({ data }) => userRecord(data, records[0]?.partitionKey ?? ''));
}

function unpackAll(aggregator: Aggregator, records: readonly UserRecord[], maxBytes: number): UserRecord[] {
  return packAll(aggregator, records, maxBytes).flatMap(({ data, partitionKey, count }) => {
    const unpacked = aggregator.unpack({ data, partitionKey });
    expect(unpacked).toHaveLength(count);
    return unpacked;
  });
}

describe.each(PACKING)('%s', (_, create) => {
  it('gives back what was added, in order', () => {
    const aggregator = create();
    fc.assert(
      fc.property(
        recordsOf((value) => aggregator.serialize(value)),
        (records) => {
          const unpacked = unpackAll(aggregator, records, LARGE);
          const values = records.map(({ data }) => aggregator.deserialize(data));
          expect(unpacked.map((record) => valueOf(aggregator, record))).toEqual(values);
          // Where the record is alone its explicit hash key is outside, and not a consumer's to see.
          const expected = packingOf(aggregator).carriesKeys && packingOf(aggregator).scope === 'shard';
          expect(unpacked.map((record) => record.partitionKey)).toEqual(
            (expected ? records : withKeysOfFirst(records)).map((record) => record.partitionKey),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes sealed records apart, if at all, into what was added, all keys included', () => {
    const aggregator = create();
    fc.assert(
      fc.property(
        recordsOf((value) => aggregator.serialize(value)),
        (records) => {
          let from = 0;
          for (const { data, count, takeApart } of packAll(aggregator, records, LARGE)) {
            const added = records.slice(from, (from += count));
            if (takeApart) expect(takeApart(data).map(plain)).toEqual(added.map(plain));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  /** Each would be a shape to the engine, which kept what its getter knows, the user records, until it collects shapes. */
  it('seals Kinesis records without getters of their own', () => {
    const aggregator = create();
    const records = [1, 2].map(() => userRecord(bytesOf(aggregator.serialize('text')), 'key'));
    for (const sealed of packAll(aggregator, records, LARGE)) {
      expect(sealed.data.length).toBeGreaterThan(0);
      const own = Object.values(Object.getOwnPropertyDescriptors(sealed));
      expect(own.filter((property) => 'get' in property)).toEqual([]);
    }
  });

  it('never makes a Kinesis record larger than it may be', () => {
    const aggregator = create();
    fc.assert(
      fc.property(
        recordsOf((value) => aggregator.serialize(value)),
        fc.integer({ min: 0, max: 400 }),
        (records, slack) => {
          const fit = (maxBytes: number): boolean =>
            records.every((record) => packingOf(aggregator).fits(record, maxBytes));
          let maxBytes = slack;
          while (!fit(maxBytes)) maxBytes += 50;
          const sealed = packAll(aggregator, records, maxBytes);
          for (const record of sealed) expect(sizeOf(record)).toBeLessThanOrEqual(maxBytes);
          expect(sealed.reduce((total, { count }) => total + count, 0)).toBe(records.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is put under the keys of the first record, or such as lead to its shard', () => {
    const aggregator = create();
    const data = bytesOf(aggregator.serialize({ id: 1 }));
    const records = [userRecord(data, 'first', '17'), userRecord(data, 'first', '17')];
    const [sealed] = packAll(aggregator, records, LARGE);
    expect(sealed).toMatchObject({ explicitHashKey: '17', count: 2 });
    const outer = packingOf(aggregator).scope === 'shard' ? 'a' : 'first';
    expect(sealed?.partitionKey).toBe(outer);
  });

  it('keeps a record that was let in alone, however large, out of the way of others', () => {
    const aggregator = create();
    const large = userRecord(bytesOf(aggregator.serialize(randomBytes(3000).toString('base64'))), 'key');
    const small = userRecord(bytesOf(aggregator.serialize('small')), 'key');
    const open = packingOf(aggregator).open();
    expect(open.tryAdd(large, Infinity)).toBe(true);
    const added = open.tryAdd(small, 1000);
    const sealed = open.seal();
    expect(sealed.map(({ count }) => count)).toEqual(added ? [1, 1] : [1]);
    const values = sealed
      .flatMap((record) => aggregator.unpack(record))
      .map((record) => valueOf(aggregator, record));
    expect(values).toEqual(
      [large, ...(added ? [small] : [])].map(({ data }) => aggregator.deserialize(data)),
    );
  });

  it('seals to nothing when nothing was added', () => {
    const open = packingOf(create()).open();
    expect(open.size).toBe(0);
    expect(open.seal()).toEqual([]);
  });

  it('counts the user records it has taken', () => {
    const aggregator = create();
    const record = userRecord(bytesOf(aggregator.serialize(1)), 'key');
    const open = packingOf(aggregator).open();
    for (let added = 0; added < 1000; added++) expect(open.tryAdd(record, LARGE)).toBe(true);
    expect(open.count).toBe(1000);
    expect(open.seal().reduce((total, { count }) => total + count, 0)).toBe(1000);
  });
});

describe.each(EXACT)('%s', (_, create) => {
  it('knows its size to the byte after each record', () => {
    const aggregator = create();
    fc.assert(
      fc.property(
        recordsOf((value) => aggregator.serialize(value)),
        (records) => {
          for (let count = 1; count <= records.length; count++) {
            const open = packingOf(aggregator).open();
            for (const record of records.slice(0, count)) open.tryAdd(record, LARGE);
            const { size } = open;
            expect(open.count).toBe(count);
            expect(open.seal().map(sizeOf)).toEqual([size]);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes a record that fits to the byte, and refuses it with one byte less', () => {
    const aggregator = create();
    fc.assert(
      fc.property(
        recordsOf((value) => aggregator.serialize(value)),
        (records) => {
          const last = records.at(-1);
          if (!last) return;
          const before = records.slice(0, -1);
          const fill = () => {
            const open = packingOf(aggregator).open();
            for (const record of before) open.tryAdd(record, LARGE);
            return open;
          };
          const full = fill();
          full.tryAdd(last, LARGE);
          const refused = fill();
          const sizeBefore = refused.size;
          expect(refused.tryAdd(last, full.size - 1)).toBe(false);
          expect([refused.count, refused.size]).toEqual([before.length, sizeBefore]);
          expect(refused.seal().map(sizeOf)).toEqual(before.length > 0 ? [sizeBefore] : []);
          expect(fill().tryAdd(last, full.size)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says that a record fits alone exactly if it can be added to an empty aggregate', () => {
    const aggregator = create();
    const packing = packingOf(aggregator);
    fc.assert(
      fc.property(
        recordsOf((value) => aggregator.serialize(value)),
        (records) => {
          for (const record of records) {
            const open = packing.open();
            expect(open.tryAdd(record, LARGE)).toBe(true);
            expect(packing.fits(record, open.size)).toBe(true);
            expect(packing.fits(record, open.size - 1)).toBe(false);
            expect(packing.open().tryAdd(record, open.size - 1)).toBe(false);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('goes on after a record that is too large for any', () => {
    const aggregator = create();
    const open = packingOf(aggregator).open();
    const large = userRecord(bytesOf(aggregator.serialize({ text: 'x'.repeat(1000) })), 'key');
    const small = userRecord(bytesOf(aggregator.serialize({ text: 'x' })), 'key');
    expect(open.tryAdd(large, 500)).toBe(false);
    expect(open.tryAdd(small, 500)).toBe(true);
    const [sealed] = open.seal();
    expect(sealed && aggregator.unpack(sealed).map((record) => valueOf(aggregator, record))).toEqual([
      { text: 'x' },
    ]);
  });
});

describe.each(BINARY)('%s', (_, create) => {
  it('carries any bytes', () => {
    const aggregator = create();
    fc.assert(
      fc.property(binaryRecords, (records) => {
        const expected = packingOf(aggregator).scope === 'shard' ? records : withKeysOfFirst(records);
        const unpacked = unpackAll(aggregator, records, LARGE);
        // Where a record is alone its explicit hash key is outside, and not a consumer's to see.
        const alone = records.length === 1;
        expect(unpacked.map(plain)).toEqual(
          expected.map((record) => plain(alone ? userRecord(record.data, record.partitionKey) : record)),
        );
      }),
      { numRuns: 60 },
    );
  });
});
