import * as fc from 'fast-check';
import { DeserializationError } from '../../src/errors.js';
import { JsonListAggregator } from '../../src/aggregators/index.js';
import { packAll, valueOf } from './support/aggregates.js';
import { jsonValue, userRecord } from './support/arbitraries.js';
import { bytesOf } from '../../src/aggregators/serializers/utf8.js';

const list = new JsonListAggregator();

function unpack(text: string) {
  return list.unpack({ data: Buffer.from(text), partitionKey: 'key' });
}

describe('JsonListAggregator', () => {
  it('writes one JSON list', () => {
    const records = [{ id: 1 }, [2], 'three'].map((value) =>
      userRecord(bytesOf(list.serialize(value)), 'key'),
    );
    const [sealed] = packAll(list, records, 1000);
    expect(Buffer.from(sealed?.data ?? []).toString()).toBe('[{"id":1},[2],"three"]');
  });

  it('gives the bytes of each element as they stand in the list', () => {
    fc.assert(
      fc.property(fc.array(jsonValue, { maxLength: 10 }), fc.constantFrom(0, 1, '\t'), (values, space) => {
        const records = unpack(JSON.stringify(values, null, space));
        expect(records.map((record) => valueOf(list, record))).toEqual(values);
        expect(records.map((record) => list.deserialize(record.data))).toEqual(values);
      }),
    );
    expect(unpack(' [ 1.0 , "a,]\\"" ,{} ] ').map(({ data }) => Buffer.from(data).toString())).toEqual([
      '1.0',
      '"a,]\\""',
      '{}',
    ]);
  });

  it('gives the bytes as they were, whatever became of the value', () => {
    const [record] = unpack('[{"id":1}]');
    (record?.decoded?.value as { id: number }).id = 2;
    expect(record && list.deserialize(record.data)).toEqual({ id: 1 });
  });

  it('takes what is no list for one user record', () => {
    for (const text of ['{"id":[1]}', '"[1]"', '42', 'no JSON', '']) {
      expect(unpack(text)).toEqual([{ data: Buffer.from(text), partitionKey: 'key' }]);
    }
    expect(unpack('[]')).toEqual([]);
  });

  it.each(['[', '[1,', '[1}', '[1] [2]', '[1', '[\xff]'])('refuses %j', (text) => {
    expect(() => list.unpack({ data: Buffer.from(text, 'latin1'), partitionKey: 'key' })).toThrow(
      DeserializationError,
    );
  });

  it('refuses a list nested a million times without end', () => {
    expect(() => unpack('['.repeat(1_000_000))).toThrow(DeserializationError);
  });

  it('refuses more elements than its limit', () => {
    const limited = new JsonListAggregator({ maxUserRecords: 2 });
    expect(() => limited.unpack({ data: Buffer.from('[1,2,3]'), partitionKey: 'key' })).toThrow(
      DeserializationError,
    );
  });
});
