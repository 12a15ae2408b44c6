import { DeserializationError } from '../../../src/errors.js';
import { BytesSerializer, NetstringAggregator } from '../../../src/aggregators/index.js';
import { MsgpackAggregator } from '../../../src/aggregators/msgpack/index.js';
import { packAll, valueOf } from '../support/aggregates.js';
import { userRecord } from '../support/arbitraries.js';
import { bytesOf } from '../../../src/aggregators/serializers/utf8.js';

const netstrings = new NetstringAggregator(new BytesSerializer());

function read(text: string): string[] {
  return netstrings
    .unpack({ data: Buffer.from(text), partitionKey: 'key' })
    .map(({ data }) => Buffer.from(data).toString());
}

describe('NetstringAggregator', () => {
  it('writes the length, a colon, the bytes and a comma', () => {
    const records = ['', 'x', '0123456789'].map((text) => userRecord(Buffer.from(text), 'key'));
    const [sealed] = packAll(netstrings, records, 1000);
    expect(Buffer.from(sealed?.data ?? []).toString()).toBe('0:,1:x,10:0123456789,');
  });

  it('reads what it writes, whatever is inside', () => {
    expect(read('0:,5:1:x,,,1:x,')).toEqual(['', '1:x,,', 'x']);
  });

  it('takes a record that does not begin like a netstring as it is', () => {
    for (const text of ['', 'text', '1234', ':', '1;x', '12345678901:x']) expect(read(text)).toEqual([text]);
  });

  it.each(['1:', '1:x', '1:x;', '2:x,', '1:x,1', '1:x,y', '9999999999:x,', '1:x,:'])('refuses %j', (text) => {
    expect(() => read(text)).toThrow(DeserializationError);
  });

  it('refuses more user records than its limit', () => {
    const limited = new NetstringAggregator(new BytesSerializer(), { maxUserRecords: 1 });
    expect(() => limited.unpack({ data: Buffer.from('0:,0:,'), partitionKey: 'key' })).toThrow(
      DeserializationError,
    );
  });
});

describe('MsgpackAggregator', () => {
  const msgpack = new MsgpackAggregator();

  it('reads plain MessagePack among netstrings: no value looks like one', () => {
    for (const value of [48, 57, 'text', '5:x', { id: 1 }, [1], null, 1.5]) {
      const [record] = msgpack.unpack({ data: bytesOf(msgpack.serialize(value)), partitionKey: 'key' });
      expect(record && valueOf(msgpack, record)).toEqual(value);
    }
  });

  it('reads integers of 64 bits as numbers where they are exact', () => {
    expect(msgpack.deserialize(Buffer.from('cf0000018bcfe56800', 'hex'))).toBe(1_700_000_000_000);
    expect(msgpack.deserialize(Buffer.from('cfffffffffffffffff', 'hex'))).toBe(2n ** 64n - 1n);
  });
});
