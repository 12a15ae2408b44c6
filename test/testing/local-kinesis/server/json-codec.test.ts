import fc from 'fast-check';
import { jsonCodec } from '../../../../src/testing/local-kinesis/server/json-codec.js';

const refused = expect.objectContaining({ code: 'SerializationException', statusCode: 400 }) as Error;
const decode = (operation: string, body: unknown): unknown =>
  jsonCodec.decode(operation, Buffer.from(JSON.stringify(body)));

describe('requests in JSON', () => {
  it('carry any bytes in base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (data) => {
        const base64 = Buffer.from(data).toString('base64');
        expect(decode('PutRecord', { Data: base64 })).toEqual({ Data: Buffer.from(data) });
      }),
    );
  });

  it.each(['A', 'AAA', 'AA=A', 'AAAA=', 'AA-_', 'AA AA', 'Ü===', 'AAAAA==='])(
    'are refused for the blob %p',
    (blob) => {
      expect(() => decode('PutRecord', { Data: blob })).toThrow(refused);
    },
  );

  it('carry nothing but base64 where a blob belongs', () => {
    const characters = fc.constantFrom(...'ABab09+/=-_ \nÜ');
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 12 }), (blob) => {
        const valid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(blob);
        if (valid) expect(decode('PutRecord', { Data: blob })).toEqual({ Data: Buffer.from(blob, 'base64') });
        else expect(() => decode('PutRecord', { Data: blob })).toThrow(refused);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([1.5, null, { a: 1 }, [1]])('leave a blob of the wrong type (%p) to the operation', (blob) => {
    expect(decode('PutRecords', { Records: [{ Data: blob }] })).toEqual({ Records: [{ Data: blob }] });
  });

  it.each([[{ Records: 'x' }], [{ Records: [1, null] }], [{ Records: { Data: 'AA==' } }]])(
    'leave lists of the wrong type (%j) to the operation',
    (input) => {
      expect(decode('PutRecords', input)).toEqual(input);
    },
  );

  it('carry timestamps in seconds with a fraction', () => {
    const timestamp = new Date('2026-01-02T03:04:05.678Z');
    const seconds = timestamp.getTime() / 1000;

    expect(decode('GetShardIterator', { Timestamp: seconds })).toEqual({ Timestamp: timestamp });
    expect(decode('SubscribeToShard', { StartingPosition: { Timestamp: seconds } })).toEqual({
      StartingPosition: { Timestamp: timestamp },
    });
  });

  it('are refused for a timestamp no date can hold', () => {
    expect(() => decode('GetShardIterator', { Timestamp: 1e300 })).toThrow(refused);
  });

  it.each(['', '{', '[]', 'null', '"text"', '1', '{"a":1}x', '['.repeat(1_000_000)])(
    'are refused when they are no structure (case %#)',
    (body) => {
      expect(() => jsonCodec.decode('ListStreams', Buffer.from(body))).toThrow(refused);
    },
  );
});

describe('answers in JSON', () => {
  it('say the same as JSON.stringify where there are no blobs and dates', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false })), (value) => {
        expect(JSON.parse(jsonCodec.encode(value).toString())).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('have blobs of any length in base64', () => {
    for (const length of [0, 1, 2, 3, 4, 100, 1023, 1024, 2047, 2048, 2049, 5000, 100_000]) {
      const data = Buffer.from(
        Array.from({ length: length + 1 }, (_, index) => (index * 7919) % 256),
      ).subarray(1);
      expect(jsonCodec.encode({ Data: data }).toString()).toBe(`{"Data":"${data.toString('base64')}"}`);
    }
  });

  it('have blobs in base64 and dates in seconds, and leave out what is absent', () => {
    const body = jsonCodec.encode({
      Absent: undefined,
      Data: Uint8Array.from([1, 2, 3, 4]).subarray(1),
      At: new Date(1_767_323_045_678),
      Next: null,
    });

    expect(body.toString()).toBe('{"Data":"AgME","At":1767323045.678,"Next":null}');
  });
});
