import { DeserializationError } from '../../../src/errors.js';
import {
  BytesSerializer,
  JsonLinesAggregator,
  LinesAggregator,
  StringSerializer,
} from '../../../src/aggregators/index.js';
import { packAll, valueOf } from '../support/aggregates.js';
import { userRecord } from '../support/arbitraries.js';
import { bytesOf } from '../../../src/aggregators/serializers/utf8.js';

const json = new JsonLinesAggregator();

function read(text: string): unknown[] {
  return json.unpack({ data: Buffer.from(text), partitionKey: 'key' }).map((record) => valueOf(json, record));
}

describe('JsonLinesAggregator', () => {
  it('ends each line with a newline', () => {
    const records = [{ id: 1 }, 'two\nlines'].map((value) =>
      userRecord(bytesOf(json.serialize(value)), 'key'),
    );
    const [sealed] = packAll(json, records, 1000);
    expect(Buffer.from(sealed?.data ?? []).toString()).toBe('{"id":1}\n"two\\nlines"\n');
  });

  it('reads a plain record, empty lines, and a last line without a newline', () => {
    expect(read('{"id":1}')).toEqual([{ id: 1 }]);
    expect(read('\n1\n\n\n2\n3')).toEqual([1, 2, 3]);
    expect(read('1\r\n2\r\n')).toEqual([1, 2]);
    expect(read('')).toEqual([]);
  });

  it('spoils no other line when one is malformed', () => {
    const [first, second, third] = json.unpack({ data: Buffer.from('1\n{"id":\n3\n'), partitionKey: 'key' });
    expect(first && valueOf(json, first)).toBe(1);
    expect(() => second && valueOf(json, second)).toThrow(SyntaxError);
    expect(third && valueOf(json, third)).toBe(3);
  });

  it('refuses more lines than its limit', () => {
    const limited = new JsonLinesAggregator({ maxUserRecords: 2 });
    expect(() => limited.unpack({ data: Buffer.from('1\n2\n3\n'), partitionKey: 'key' })).toThrow(
      DeserializationError,
    );
    expect(limited.unpack({ data: Buffer.from('1\n2\n'), partitionKey: 'key' })).toHaveLength(2);
  });

  it('puts no more lines into a record than its limit', () => {
    const limited = new JsonLinesAggregator({ maxUserRecords: 2 });
    const records = [1, 2, 3].map((value) => userRecord(bytesOf(limited.serialize(value)), 'key'));
    expect(packAll(limited, records, 1000).map(({ count }) => count)).toEqual([2, 1]);
  });
});

describe('LinesAggregator', () => {
  it('refuses values that cannot be a line', () => {
    const strings = new LinesAggregator(new StringSerializer());
    expect(() => strings.serialize('two\nlines')).toThrow(TypeError);
    expect(() => strings.serialize('')).toThrow(TypeError);
    expect(() => new LinesAggregator(new BytesSerializer()).serialize(Uint8Array.of(10))).toThrow(TypeError);
    expect(Buffer.from(strings.serialize('one line')).toString()).toBe('one line');
  });

  it('groups across partition keys only where that is asked for', () => {
    expect(json.packing).toMatchObject({ scope: 'partition-key', carriesKeys: true });
    expect(new JsonLinesAggregator({ scope: 'shard' }).packing).toMatchObject({
      scope: 'shard',
      carriesKeys: false,
    });
  });
});
