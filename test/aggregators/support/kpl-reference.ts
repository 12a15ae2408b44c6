import { createHash } from 'node:crypto';
import protobuf from 'protobufjs';
import type { UserRecord } from '../../../src/aggregators/index.js';

/** The message as the KPL's documents have it; protobufjs makes the code. */
const AggregatedRecord = protobuf
  .parse(
    `syntax = "proto2";
     message AggregatedRecord {
       repeated string partition_key_table = 1;
       repeated string explicit_hash_key_table = 2;
       repeated Record records = 3;
     }
     message Tag { required string key = 1; optional string value = 2; }
     message Record {
       required uint64 partition_key_index = 1;
       optional uint64 explicit_hash_key_index = 2;
       required bytes data = 3;
       repeated Tag tags = 4;
     }`,
    { keepCase: true },
  )
  .root.lookupType('AggregatedRecord');

interface Message {
  partition_key_table: string[];
  explicit_hash_key_table: string[];
  records: { partition_key_index: number; explicit_hash_key_index?: number; data: Uint8Array }[];
}

/** The aggregate protobufjs makes of user records. */
export function referenceEncode(records: readonly UserRecord[]): Buffer {
  const partitionKeys = [...new Set(records.map(({ partitionKey }) => partitionKey))];
  const hashKeys = [
    ...new Set(
      records.flatMap(({ explicitHashKey }) => (explicitHashKey === undefined ? [] : [explicitHashKey])),
    ),
  ];
  const message: Message = {
    partition_key_table: partitionKeys,
    explicit_hash_key_table: hashKeys,
    records: records.map(({ data, partitionKey, explicitHashKey }) => ({
      partition_key_index: partitionKeys.indexOf(partitionKey),
      ...(explicitHashKey === undefined
        ? {}
        : { explicit_hash_key_index: hashKeys.indexOf(explicitHashKey) }),
      data,
    })),
  };
  return envelope(AggregatedRecord.encode(message).finish());
}

/** What protobufjs reads in an aggregate. */
export function referenceDecode(data: Uint8Array): UserRecord[] {
  const decoded = AggregatedRecord.decode(data.subarray(4, -16)) as unknown as Message;
  return decoded.records.map((record) => ({
    data: record.data,
    partitionKey: decoded.partition_key_table[Number(record.partition_key_index)] ?? '',
    // protobufjs puts the default on the prototype: only an own property was on the wire.
    ...(Object.hasOwn(record, 'explicit_hash_key_index')
      ? { explicitHashKey: decoded.explicit_hash_key_table[Number(record.explicit_hash_key_index)] ?? '' }
      : {}),
  }));
}

/** A message with the magic number before it and its digest behind. */
export function envelope(message: Uint8Array): Buffer {
  const digest = createHash('md5').update(message).digest();
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), message, digest]);
}
