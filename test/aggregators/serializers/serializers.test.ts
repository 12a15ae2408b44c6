import * as fc from 'fast-check';
import {
  type Aggregator,
  BytesSerializer,
  JsonAggregator,
  JsonSerializer,
  SingleAggregator,
  StringAggregator,
  StringSerializer,
} from '../../../src/aggregators/index.js';
import { bytesOf } from '../../../src/aggregators/serializers/utf8.js';

describe('StringSerializer', () => {
  const strings = new StringSerializer();

  it('gives back any text, a byte order mark included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(strings.deserialize(bytesOf(strings.serialize(text)))).toBe(text);
      }),
    );
    expect(strings.deserialize(bytesOf(strings.serialize('\ufefftext')))).toBe('\ufefftext');
  });

  it('refuses what UTF-8 cannot carry rather than changing it', () => {
    expect(() => strings.serialize('\ud83d')).toThrow(TypeError);
    expect(() => strings.serialize(42)).toThrow(TypeError);
    expect(() => strings.deserialize(Uint8Array.of(0xff))).toThrow('not valid');
  });
});

describe('JsonSerializer', () => {
  const json = new JsonSerializer();

  it('refuses what JSON has no form for', () => {
    for (const value of [undefined, () => 1, Symbol('x')])
      expect(() => json.serialize(value)).toThrow(TypeError);
  });

  it('carries half a surrogate pair, as JSON can', () => {
    expect(json.deserialize(bytesOf(json.serialize('\ud83d')))).toBe('\ud83d');
  });
});

describe('BytesSerializer', () => {
  const bytes = new BytesSerializer();

  it('copies, so that the caller may reuse its buffer', () => {
    const data = Uint8Array.of(1, 2);
    const serialized = bytes.serialize(data);
    data[0] = 9;
    expect([...serialized]).toEqual([1, 2]);
    expect(() => bytes.serialize('text')).toThrow(TypeError);
  });
});

describe('aggregators of one record each', () => {
  it.each<Aggregator>([
    new JsonAggregator(),
    new StringAggregator(),
    new SingleAggregator(new StringSerializer()),
  ])('$name has no packing, and leaves records as they are', (aggregator) => {
    expect(aggregator.packing).toBeUndefined();
    const record = { data: bytesOf(aggregator.serialize('text')), partitionKey: 'key' };
    expect(aggregator.unpack(record)).toEqual([record]);
    expect(aggregator.deserialize(record.data)).toBe('text');
  });
});
