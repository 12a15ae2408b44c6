import { pack, unpack } from 'msgpackr';
import { DeserializationError } from '../../../src/errors.js';
import { JsonLinesAggregator } from '../../../src/aggregators/index.js';
import { MsgpackListAggregator } from '../../../src/aggregators/msgpack/index.js';
import { packAll, packingOf, sealOne, valueOf } from '../support/aggregates.js';
import { userRecord } from '../support/arbitraries.js';
import { bytesOf } from '../../../src/aggregators/serializers/utf8.js';

const aggregator = new MsgpackListAggregator();

function sealValues(values: readonly unknown[]) {
  const [sealed] = packAll(
    aggregator,
    values.map((value) => userRecord(aggregator.serialize(value), 'key')),
    10_000_000,
  );
  if (!sealed) throw new Error('nothing was sealed');
  return sealed;
}

const events = Array.from({ length: 500 }, (_, id) => ({
  id,
  type: 'departure',
  place: { gate: `B${id % 40}`, terminal: 1 },
  delayed: id % 3 === 0,
}));

describe('MsgpackListAggregator', () => {
  it('names keys once: half the bytes of JSON lines and less', () => {
    const lines = new JsonLinesAggregator();
    const [json] = packAll(
      lines,
      events.map((event) => userRecord(bytesOf(lines.serialize(event)), 'key')),
      10_000_000,
    );
    expect(sealValues(events).data.length).toBeLessThan((json?.data.length ?? 0) / 2);
  });

  it('writes a list that msgpackr reads without us', () => {
    expect(unpack(sealValues(events).data)).toEqual(events);
  });

  it.each([1, 15, 16, 65_535, 65_536])('holds %i user records', (count) => {
    const numbers = Array.from({ length: count }, (_, index) => index);
    const read = aggregator.unpack(sealValues(numbers));
    expect(read.map((record) => valueOf(aggregator, record))).toEqual(numbers);
  });

  it('holds more shapes than msgpackr has identifiers for', () => {
    const shapes = Array.from({ length: 1000 }, (_, index) => ({
      [`key ${index % 300}`]: { [`inner ${index % 70}`]: index },
    }));
    const read = aggregator.unpack(sealValues(shapes));
    expect(read.map((record) => valueOf(aggregator, record))).toEqual(shapes);
    expect(read.map((record) => aggregator.deserialize(record.data))).toEqual(shapes);
  });

  it('encodes a value that is handed over with the record, without its bytes', () => {
    const open = packingOf(aggregator).open();
    for (const value of [{ id: 1 }, { id: 2 }]) {
      const record = {
        partitionKey: 'key',
        decoded: { value },
        get data(): Uint8Array {
          throw new Error('not needed');
        },
      };
      expect(open.tryAdd(record, 1000)).toBe(true);
    }
    expect(unpack(sealOne(open).data)).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('is full once it has refused a record', () => {
    const open = packingOf(aggregator).open();
    open.tryAdd(userRecord(aggregator.serialize({ id: 1 }), 'key'), 100);
    expect(open.tryAdd(userRecord(aggregator.serialize({ text: 'x'.repeat(100) }), 'key'), 100)).toBe(false);
    expect(open.tryAdd(userRecord(aggregator.serialize({ text: 'x' }), 'key'), 100)).toBe(false);
    expect(unpack(sealOne(open).data)).toEqual([{ id: 1 }]);
  });

  it('neither puts nor takes more user records than its limit', () => {
    const limited = new MsgpackListAggregator({ maxUserRecords: 2 });
    const records = [1, 2, 3].map((value) => userRecord(limited.serialize(value), 'key'));
    expect(packAll(limited, records, 1000).map(({ count }) => count)).toEqual([2, 1]);
    expect(() => limited.unpack({ data: pack([1, 2, 3]), partitionKey: 'key' })).toThrow(
      DeserializationError,
    );
  });

  it('makes the bytes of a user record as they were, whatever became of its value', () => {
    const [record] = aggregator.unpack(sealValues([{ id: 1, list: [1] }]));
    const value = record?.decoded?.value as { id: number; list: number[] };
    value.id = 2;
    value.list.push(2);
    expect(record && aggregator.deserialize(record.data)).toEqual({ id: 1, list: [1] });
  });

  it('takes a plain record for one user record', () => {
    for (const value of [{ id: 1 }, 'text', 42, null, true]) {
      const read = aggregator.unpack({ data: pack(value), partitionKey: 'key' });
      expect(read.map((record) => valueOf(aggregator, record))).toEqual([value]);
    }
  });

  it.each([
    ['of four thousand million elements', 'ddffffffff01'],
    ['within lists, each as long as what is left', 'dd00000003dd00000003dd00000003'],
    ['cut short', '930102'],
    ['with bytes behind it', '910102'],
  ])('refuses a list %s', (_, hex) => {
    expect(() => aggregator.unpack({ data: Buffer.from(hex, 'hex'), partitionKey: 'key' })).toThrow(
      DeserializationError,
    );
  });

  it('refuses lists nested too deeply', () => {
    const data = Buffer.alloc(1_000_000, 0x91);
    expect(() => aggregator.unpack({ data, partitionKey: 'key' })).toThrow(DeserializationError);
  });
});
