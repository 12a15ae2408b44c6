import fc from 'fast-check';
import { JsonAggregator } from '../../src/aggregators/json-aggregator.js';
import { bytesOf } from '../../src/aggregators/serializers/utf8.js';

const aggregator = new JsonAggregator();

describe('the JSON aggregator', () => {
  it('gives back every JSON value it was given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const data = bytesOf(aggregator.serialize(value));
        const [record] = aggregator.unpack({ data, partitionKey: 'k' });
        expect(aggregator.deserialize(record?.data ?? new Uint8Array())).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  it('writes UTF-8, one value to a record', () => {
    const data = bytesOf(aggregator.serialize({ city: 'Zürich 🚀' }));

    expect(Buffer.from(data).toString('utf8')).toBe('{"city":"Zürich 🚀"}');
    expect(aggregator.unpack({ data, partitionKey: 'k' })).toEqual([{ data, partitionKey: 'k' }]);
  });

  it.each([undefined, () => 1, Symbol('s'), 10n])('refuses %p, which JSON has no form for', (value) => {
    expect(() => aggregator.serialize(value)).toThrow(TypeError);
  });

  it('refuses a value that contains itself', () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(() => aggregator.serialize(loop)).toThrow(TypeError);
  });

  it.each([
    ['broken JSON', Buffer.from('{"a":')],
    ['no bytes at all', Buffer.alloc(0)],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ])('refuses to read %s', (_what, data) => {
    expect(() => aggregator.deserialize(data)).toThrow();
  });
});
