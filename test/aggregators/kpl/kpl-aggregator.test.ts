import { DeserializationError } from '../../../src/errors.js';
import {
  BytesSerializer,
  JsonSerializer,
  KplAggregator,
  StringSerializer,
  type UserRecord,
} from '../../../src/aggregators/index.js';
import { hashKeyOf } from '../../../src/runtime/hash-key.js';
import { packAll, packingOf, plain, sealOne, sizeOf } from '../support/aggregates.js';
import { userRecord } from '../support/arbitraries.js';
import { envelope, referenceEncode } from '../support/kpl-reference.js';
import { bytesOf } from '../../../src/aggregators/serializers/utf8.js';

const MAGIC = Buffer.from('f3899ac2', 'hex');
const aggregator = new KplAggregator(new BytesSerializer());

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}

function unpack(data: Uint8Array): readonly UserRecord[] {
  return aggregator.unpack({ data, partitionKey: 'outer' });
}

const ONE = userRecord(Buffer.from('x'), 'one');
const TWO = userRecord(Buffer.from('y'), 'two', '42');

describe('a KPL aggregate', () => {
  it('has the bytes of the specification', () => {
    const [sealed] = packAll(aggregator, [ONE, TWO], 1000);
    const message = bytes(
      '0a 03 6f6e65  0a 03 74776f  12 02 3432  1a 05 08 00 1a 01 78  1a 07 08 01 10 00 1a 01 79',
    );
    expect(sealed?.data).toEqual(envelope(message));
  });

  it('goes under the key "a" and the hash of the first record\'s key', () => {
    const [sealed] = packAll(aggregator, [ONE, TWO], 1000);
    expect(sealed).toMatchObject({
      partitionKey: 'a',
      explicitHashKey: hashKeyOf('one').toString(),
      count: 2,
    });
  });

  it('goes to the explicit hash key of the first record if it has one', () => {
    const [sealed] = packAll(aggregator, [TWO, ONE], 1000);
    expect(sealed).toMatchObject({ partitionKey: 'a', explicitHashKey: '42' });
  });

  it('of a single user record is sent raw, under its own keys', () => {
    expect(packAll(aggregator, [TWO], 1000)).toEqual([{ ...TWO, count: 1 }]);
    expect(packAll(aggregator, [ONE], 1000)).toEqual([{ ...ONE, count: 1 }]);
  });

  it('of a single user record is an aggregate of one where that is asked for', () => {
    const never = new KplAggregator(new BytesSerializer(), { alone: 'aggregated' });
    const [sealed] = packAll(never, [ONE], 1000);
    expect(sealed?.data).toEqual(referenceEncode([ONE]));
    expect(sealed).toMatchObject({ partitionKey: 'a', explicitHashKey: hashKeyOf('one').toString() });
  });

  it('holds a single user record that is itself an aggregate, so that it comes back whole', () => {
    const inner = userRecord(referenceEncode([ONE, TWO]), 'three');
    const open = packingOf(aggregator).open();
    expect(open.tryAdd(inner, 1000)).toBe(true);
    const { size } = open;
    const sealed = sealOne(open);
    expect(sizeOf(sealed)).toBe(size);
    expect(packingOf(aggregator).fits(inner, size)).toBe(true);
    expect(packingOf(aggregator).fits(inner, size - 1)).toBe(false);
    expect(unpack(sealed.data).map(plain)).toEqual([plain(inner)]);
  });

  it('counts bytes of UTF-8, not characters', () => {
    const json = new KplAggregator(new JsonSerializer());
    const open = packingOf(json).open();
    for (const key of ['東京', 'Zürich', '🛩️'])
      open.tryAdd(userRecord(bytesOf(json.serialize(key)), key), 1000);
    const { size } = open;
    expect(sizeOf(sealOne(open))).toBe(size);
  });
});

describe('decoding KPL records', () => {
  it('takes a record without the magic number as it is', () => {
    const plainRecord = Buffer.from('{"id":1}');
    expect(unpack(plainRecord)).toEqual([{ data: plainRecord, partitionKey: 'outer' }]);
    expect(unpack(Buffer.alloc(0))).toEqual([{ data: Buffer.alloc(0), partitionKey: 'outer' }]);
    expect(unpack(MAGIC)).toEqual([{ data: MAGIC, partitionKey: 'outer' }]);
  });

  it('takes a record with a wrong digest as it is', () => {
    const data = referenceEncode([ONE, TWO]);
    for (const index of [4, data.length - 17, data.length - 1]) {
      const bad = Buffer.from(data);
      bad.writeUInt8(bad.readUInt8(index) ^ 1, index);
      expect(unpack(bad)).toEqual([{ data: bad, partitionKey: 'outer' }]);
    }
    const short = data.subarray(0, -1);
    expect(unpack(short)).toEqual([{ data: short, partitionKey: 'outer' }]);
  });

  it('reads tables behind the records, unknown fields and tags', () => {
    const message = bytes(
      '1a 0a 08 00 1a 01 78 22 03 0a 01 74  20 ff01  29 0102030405060708  35 01020304  1a 05 08 01 1a 01 79  0a 03 6f6e65  0a 03 74776f',
    );
    expect(unpack(envelope(message)).map(plain)).toEqual([
      plain(ONE),
      plain(userRecord(Buffer.from('y'), 'two')),
    ]);
  });

  it('reads an aggregate of no records', () => {
    expect(unpack(envelope(Buffer.alloc(0)))).toEqual([]);
  });

  it.each([
    ['a partition key index beyond the table', '0a 01 61  1a 05 08 01 1a 01 78'],
    ['an explicit hash key index beyond the table', '0a 01 61  1a 07 08 00 10 00 1a 01 78'],
    ['an index of ten bytes', '0a 01 61  1a 0e 08 ffffffffffffffffff01 1a 01 78'],
    ['a number without an end', '0a 01 61  1a 0d 08 ffffffffffffffffffffff 00'],
    ['no partition key', '0a 01 61  1a 03 1a 01 78'],
    ['no data', '0a 01 61  1a 02 08 00'],
    ['a record longer than the message', '0a 01 61  1a 7f 08 00 1a 01 78'],
    ['data longer than their record', '0a 01 61  1a 05 08 00 1a 02 78  1a 00'],
    ['a key longer than the message', '0a ffffffff0f 61'],
    ['a group, which proto2 has no more', '0b 0c'],
    ['a fixed field that is cut short', '29 0102'],
    ['a tag and nothing behind it', '1a'],
  ])('refuses %s', (_, message) => {
    expect(() => unpack(envelope(bytes(message)))).toThrow(DeserializationError);
  });

  it('refuses more user records than its limit', () => {
    const limited = new KplAggregator(new BytesSerializer(), { maxUserRecords: 1 });
    expect(() => limited.unpack({ data: referenceEncode([ONE, TWO]), partitionKey: 'a' })).toThrow(
      /more than 1 user records/,
    );
    expect(() => limited.unpack({ data: envelope(bytes('0a 01 61 0a 01 62')), partitionKey: 'a' })).toThrow(
      DeserializationError,
    );
    expect(packAll(limited, [ONE, TWO], 1000)).toHaveLength(2);
  });

  it('gives views of the record, not copies', () => {
    const data = referenceEncode([ONE, TWO]);
    for (const record of unpack(data)) expect(record.data.buffer).toBe(data.buffer);
  });

  it('works on a view into a larger buffer', () => {
    const strings = new KplAggregator(new StringSerializer());
    const aggregate = referenceEncode([ONE, TWO]);
    const larger = Buffer.concat([Buffer.alloc(100), aggregate, Buffer.alloc(100)]);
    const view = new Uint8Array(larger.buffer, larger.byteOffset + 100, aggregate.length);
    const read = strings.unpack({ data: view, partitionKey: 'a' });
    expect(read.map((record) => strings.deserialize(record.data))).toEqual(['x', 'y']);
    expect(read.map((record) => record.partitionKey)).toEqual(['one', 'two']);
  });
});
