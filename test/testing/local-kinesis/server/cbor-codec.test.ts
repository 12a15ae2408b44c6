import { cbor } from '@smithy/core/cbor';
import { cborCodec } from '../../../../src/testing/local-kinesis/server/cbor-codec.js';
import { JacksonCbor } from './cbor.js';

const { bytes, integer, list, map, text, timestamp } = {
  bytes: JacksonCbor.bytes.bind(JacksonCbor),
  integer: JacksonCbor.integer.bind(JacksonCbor),
  list: JacksonCbor.list.bind(JacksonCbor),
  map: JacksonCbor.map.bind(JacksonCbor),
  text: JacksonCbor.text.bind(JacksonCbor),
  timestamp: JacksonCbor.timestamp.bind(JacksonCbor),
};

const moment = new Date('2026-01-02T03:04:05.678Z');

describe('requests in CBOR', () => {
  it('are read as the SDKs for Java write them', () => {
    const body = map({
      StreamName: text('orders'),
      Records: list(map({ Data: bytes(Buffer.alloc(300, 9)), PartitionKey: text('k'.repeat(40)) })),
    });

    expect(cborCodec.decode('PutRecords', body)).toEqual({
      StreamName: 'orders',
      Records: [{ Data: Buffer.alloc(300, 9), PartitionKey: 'k'.repeat(40) }],
    });
  });

  it.each([
    ['tagged', timestamp(moment)],
    ['bare', integer(moment.getTime())],
  ])('may carry timestamps as %s milliseconds', (_form, value) => {
    expect(cborCodec.decode('GetShardIterator', map({ Timestamp: value }))).toEqual({ Timestamp: moment });
    expect(cborCodec.decode('ListShards', map({ ShardFilter: map({ Timestamp: value }) }))).toEqual({
      ShardFilter: { Timestamp: moment },
    });
  });

  it('may have lengths up front', () => {
    const body = Buffer.from(
      cbor.serialize({ StreamName: 'orders', Limit: 3, Tags: { a: 'b' }, Flag: true }),
    );

    expect(cborCodec.decode('ListStreams', body)).toEqual({
      StreamName: 'orders',
      Limit: 3,
      Tags: { a: 'b' },
      Flag: true,
    });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a list', list(integer(1))],
    ['a structure cut short', map({ StreamName: text('orders') }).subarray(0, 12)],
    ['bytes after the end', Buffer.concat([map({}), Buffer.from([0])])],
    ['a member name that is no text', Buffer.from([0xa1, 0x01, 0x01])],
    ['a member name in pieces', Buffer.from([0xa1, 0x7f, 0x61, 0x61, 0xff, 0x01])],
    ['text in pieces of bytes', Buffer.from([0xa1, 0x61, 0x61, 0x7f, 0x41, 0x61, 0xff])],
    ['a list longer than the body', Buffer.from([0xa1, 0x61, 0x61, 0x9b, 0, 0, 0, 1, 0, 0, 0, 0])],
    [
      'text longer than the body',
      Buffer.from([0xa1, 0x61, 0x61, 0x7b, 255, 255, 255, 255, 255, 255, 255, 255]),
    ],
    ['a big number', Buffer.from([0xa1, 0x61, 0x61, 0xc2, 0x41, 0x01])],
    ['a decimal fraction', Buffer.from([0xa1, 0x61, 0x61, 0xc4, 0x82, 0x1a, 0x0f, 0xff, 0xff, 0xff, 0x01])],
    ['a reserved length', Buffer.from([0xa1, 0x61, 0x61, 0x1c])],
    ['an unknown simple value', Buffer.from([0xa1, 0x61, 0x61, 0xe1])],
    [
      'a hundred thousand nested lists',
      Buffer.concat([Buffer.from([0xa1, 0x61, 0x61]), Buffer.alloc(100_000, 0x9f)]),
    ],
    ['a timestamp no date can hold', map({ Timestamp: integer(2 ** 60) })],
  ])('are refused when they are %s', (_what, body) => {
    expect(() => cborCodec.decode('GetShardIterator', body)).toThrow(
      expect.objectContaining({ code: 'SerializationException', statusCode: 400 }) as Error,
    );
  });
});

describe('answers in CBOR', () => {
  it('have blobs as bytes and timestamps as whole milliseconds, and leave out what is absent', () => {
    const body = cborCodec.encode({
      Records: [
        { Data: Buffer.from([1, 2]), ApproximateArrivalTimestamp: moment, EncryptionType: undefined },
      ],
      NextShardIterator: undefined,
      MillisBehindLatest: 0,
    });

    expect(cbor.deserialize(body)).toEqual({
      Records: [{ Data: Buffer.from([1, 2]), ApproximateArrivalTimestamp: moment.getTime() }],
      MillisBehindLatest: 0,
    });
  });
});
