import { randomBytes } from 'node:crypto';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { DeserializationError, KinesisConfigurationError } from '../../../src/errors.js';
import {
  BytesSerializer,
  compressed,
  type CompressionFormat,
  JsonAggregator,
  JsonLinesAggregator,
  JsonSerializer,
  KplAggregator,
  NetstringAggregator,
  StringAggregator,
} from '../../../src/aggregators/index.js';
import { packAll, packingOf, sealOne, sizeOf, valueOf } from '../support/aggregates.js';
import { userRecord } from '../support/arbitraries.js';
import { bytesOf } from '../../../src/aggregators/serializers/utf8.js';

const BROTLI_MAGIC = Buffer.from('c1627201', 'hex');

/** Flights alike enough to compress well. */
function flights(count: number) {
  return Array.from({ length: count }, (_, id) => ({
    id,
    from: 'ZRH',
    to: 'HND',
    delay: id % 7,
    late: id % 7 > 3,
  }));
}

describe.each<CompressionFormat>(['brotli', 'gzip'])('an aggregator in %s', (format) => {
  const aggregator = compressed(new KplAggregator(new JsonSerializer()), format);
  const records = flights(10_000).map((flight) =>
    userRecord(bytesOf(aggregator.serialize(flight)), `key ${flight.id % 50}`),
  );

  it('learns how well its records compress, and fills Kinesis records', () => {
    const learning = compressed(new KplAggregator(new JsonSerializer()), format);
    const maxBytes = 15_000;
    const sealed = packAll(learning, records, maxBytes);
    const uncompressed = packAll(new KplAggregator(new JsonSerializer()), records, maxBytes);
    expect(sealed.length).toBeLessThan(uncompressed.length / 3);
    for (const record of sealed) expect(sizeOf(record)).toBeLessThanOrEqual(maxBytes);
    const unpacked = sealed.flatMap((record) => learning.unpack(record));
    expect(unpacked.map((record) => valueOf(learning, record))).toEqual(flights(10_000));
    expect(unpacked.map((record) => record.partitionKey)).toEqual(
      records.map((record) => record.partitionKey),
    );
  });

  it('seals in parts what compresses worse than expected', () => {
    const binary = compressed(new KplAggregator(new BytesSerializer()), format);
    const maxBytes = 5_000;
    const wellCompressed = Array.from({ length: 1000 }, () => userRecord(Buffer.alloc(200), 'key'));
    packAll(binary, wellCompressed, maxBytes);

    const open = packingOf(binary).open();
    const incompressible: Buffer[] = [];
    for (;;) {
      const data = randomBytes(150);
      if (!open.tryAdd(userRecord(data, 'key'), maxBytes)) break;
      incompressible.push(data);
    }
    expect(incompressible.length * 150).toBeGreaterThan(maxBytes);
    const sealed = open.seal();
    expect(sealed.length).toBeGreaterThan(1);
    for (const record of sealed) expect(sizeOf(record)).toBeLessThanOrEqual(maxBytes);
    const unpacked = sealed.map((record) => binary.unpack(record));
    expect(unpacked.map((some) => some.length)).toEqual(sealed.map(({ count }) => count));
    expect(Buffer.concat(unpacked.flat().map(({ data }) => data))).toEqual(Buffer.concat(incompressible));

    // It has learned from that.
    const next = packingOf(binary).open();
    while (next.tryAdd(userRecord(randomBytes(150), 'key'), maxBytes))
      expect(next.size).toBeLessThan(maxBytes);
    expect(next.seal()).toHaveLength(1);
  });

  it('takes a record larger than a Kinesis record if it fits once compressed', () => {
    const large = userRecord(bytesOf(aggregator.serialize('x'.repeat(3_000_000))), 'key');
    const packing = packingOf(aggregator);
    expect(packing.fits(large, 1_048_576)).toBe(true);
    const [sealed] = packAll(aggregator, [large], 1_048_576);
    expect(sealed && aggregator.unpack(sealed).map((record) => valueOf(aggregator, record))).toEqual([
      'x'.repeat(3_000_000),
    ]);
    const random = userRecord(
      bytesOf(aggregator.serialize(randomBytes(2_000_000).toString('base64'))),
      'key',
    );
    expect(packing.fits(random, 1_048_576)).toBe(false);
    expect(packing.open().tryAdd(random, 1_048_576)).toBe(false);
  });

  it('does not refuse incompressible data that fit to the byte', () => {
    const binary = compressed(new KplAggregator(new BytesSerializer()), format);
    const record = userRecord(randomBytes(1000), 'key');
    const [sealed] = packAll(binary, [record], 1003);
    expect(sealed?.data).toBe(record.data);
  });

  it('gives back data that look compressed', () => {
    const binary = compressed(new KplAggregator(new BytesSerializer()), format);
    const looks = [
      gzipSync('text'),
      Buffer.concat([BROTLI_MAGIC, brotliCompressSync('text')]),
      Buffer.concat([BROTLI_MAGIC, randomBytes(100)]),
      Buffer.concat([Buffer.from('1f8b08', 'hex'), randomBytes(100)]),
    ];
    for (const data of looks) {
      const open = packingOf(binary).open();
      expect(open.tryAdd(userRecord(data, 'key'), 10_000)).toBe(true);
      const [unpacked] = binary.unpack(sealOne(open));
      expect(unpacked && Buffer.from(unpacked.data)).toEqual(data);
    }
  });

  it('takes plain records among compressed ones', () => {
    const lines = compressed(new JsonLinesAggregator(), format);
    const read = lines.unpack({ data: Buffer.from('{"id":1}\n{"id":2}\n'), partitionKey: 'key' });
    expect(read.map((record) => valueOf(lines, record))).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('refuses a record that becomes too large, and one that is malformed', () => {
    const zeros = Buffer.alloc(17 * 1024 * 1024);
    const bomb =
      format === 'gzip' ? gzipSync(zeros) : Buffer.concat([BROTLI_MAGIC, brotliCompressSync(zeros)]);
    expect(() => aggregator.unpack({ data: bomb, partitionKey: 'key' })).toThrow(
      /16777216 bytes once decompressed/,
    );
    const small = compressed(new StringAggregator(), format, { maxDecodedBytes: 10 });
    expect(() => small.unpack({ data: bomb, partitionKey: 'key' })).toThrow(DeserializationError);
    const broken = bomb.subarray(0, bomb.length / 2);
    const generous = compressed(new StringAggregator(), format, { maxDecodedBytes: 18 * 1024 * 1024 });
    expect(() => generous.unpack({ data: broken, partitionKey: 'key' })).toThrow(DeserializationError);
  });

  it('compresses each record for itself where they travel alone', () => {
    const json = compressed(new JsonAggregator(), format);
    expect(json.packing).toBeUndefined();
    const flight = flights(300);
    const data = bytesOf(json.serialize(flight));
    expect(data.length).toBeLessThan(JSON.stringify(flight).length / 3);
    const [record] = json.unpack({ data, partitionKey: 'key' });
    expect(record && valueOf(json, record)).toEqual(flight);
    expect(Buffer.from(json.serialize(1)).toString()).toBe('1');
  });

  it('respects the bound of what is collected, however well it compresses', () => {
    const bounded = compressed(new NetstringAggregator(new BytesSerializer()), format, {
      maxUncompressedBytes: 100_000,
      maxDecodedBytes: 100_000,
    });
    const zeros = Array.from({ length: 3000 }, () => userRecord(Buffer.alloc(100), 'key'));
    const sealed = packAll(bounded, zeros, 1_048_576);
    expect(sealed.flatMap((record) => bounded.unpack(record))).toHaveLength(3000);
    expect(Math.max(...sealed.map(({ count }) => count))).toBeLessThanOrEqual(1000);
  });
});

describe('compressed', () => {
  it('writes gzip that anyone can read', () => {
    const lines = compressed(new JsonLinesAggregator(), 'gzip');
    const [sealed] = packAll(
      lines,
      flights(50).map((flight) => userRecord(bytesOf(lines.serialize(flight)), 'key')),
      100_000,
    );
    const text = gunzipSync(sealed?.data ?? Buffer.alloc(0)).toString();
    expect(text).toBe(
      flights(50)
        .map((flight) => `${JSON.stringify(flight)}\n`)
        .join(''),
    );
  });

  it.each([
    ['a format it does not know', () => compressed(new JsonAggregator(), 'zip' as 'gzip')],
    ['a level out of range', () => compressed(new JsonAggregator(), 'brotli', { level: 12 })],
    ['a level that is no integer', () => compressed(new JsonAggregator(), 'gzip', { level: 1.5 })],
    ['a bound of nothing', () => compressed(new JsonAggregator(), 'gzip', { maxDecodedBytes: 0 })],
    [
      'to collect more than it would read',
      () => compressed(new JsonLinesAggregator(), 'gzip', { maxDecodedBytes: 10, maxUncompressedBytes: 11 }),
    ],
  ])('refuses %s', (_, create) => {
    expect(create).toThrow(KinesisConfigurationError);
  });
});
