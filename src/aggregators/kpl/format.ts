/**
 * The KPL's aggregation format: `F3 89 9A C2`, a protobuf message, and the message's MD5.
 *
 * ```proto
 * message AggregatedRecord { repeated string partition_key_table     = 1;
 *                            repeated string explicit_hash_key_table = 2;
 *                            repeated Record records                 = 3; }
 * message Tag    { required string key = 1; optional string value = 2; }
 * message Record { required uint64 partition_key_index     = 1;
 *                  optional uint64 explicit_hash_key_index = 2;
 *                  required bytes  data                    = 3;
 *                  repeated Tag    tags                    = 4; }
 * ```
 *
 * Source: `aggregation-format.md` of amazon-kinesis-producer.
 */
export const MAGIC = Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2);

export const DIGEST_BYTES = 16;

/** Bytes of an aggregate besides its message. */
export const ENVELOPE_BYTES = MAGIC.length + DIGEST_BYTES;

/** The partition key the KPL gives an aggregate; its explicit hash key decides the shard. */
export const OUTER_PARTITION_KEY = 'a';

/** The bytes before each field: its number and wire type. */
export const TAG = {
  partitionKey: 0x0a,
  explicitHashKey: 0x12,
  record: 0x1a,
  partitionKeyIndex: 0x08,
  explicitHashKeyIndex: 0x10,
  data: 0x1a,
} as const;

export function beginsWithMagic(data: Uint8Array): boolean {
  return data[0] === 0xf3 && data[1] === 0x89 && data[2] === 0x9a && data[3] === 0xc2;
}
