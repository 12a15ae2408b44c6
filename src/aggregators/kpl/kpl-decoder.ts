import { hash } from 'node:crypto';
import type { PackedRecord, UserRecord } from '../aggregator.js';
import { tooManyUserRecords } from '../decode-limits.js';
import { beginsWithMagic, DIGEST_BYTES, ENVELOPE_BYTES, MAGIC, TAG } from './format.js';
import { malformed, ProtobufReader } from './protobuf-reader.js';

/** Tables come before the records in all we have seen, but protobuf promises no order. */
interface RecordEntry {
  readonly keyIndex: number;
  readonly hashIndex: number | undefined;
  readonly data: Uint8Array;
}

/**
 * Takes a KPL aggregate apart. The data of the user records are views.
 *
 * @returns undefined for anything else: no magic number, or a digest that is not the message's
 * @throws DeserializationError for a message that is malformed although its digest is right
 */
export function decodeKplAggregate(
  { data }: PackedRecord,
  maxUserRecords: number,
): readonly UserRecord[] | undefined {
  if (data.length < ENVELOPE_BYTES || !beginsWithMagic(data)) return undefined;
  const end = data.length - DIGEST_BYTES;
  const digest = hash('md5', data.subarray(MAGIC.length, end), 'buffer');
  if (digest.compare(data, end) !== 0) return undefined;

  const partitionKeys: string[] = [];
  const explicitHashKeys: string[] = [];
  const entries: RecordEntry[] = [];
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const reader = new ProtobufReader(data, MAGIC.length, end);
  // A table has no more entries than there are records: what bounds these bounds it.
  while (reader.position < end) {
    const tag = reader.varint();
    if (tag === TAG.record) {
      if (entries.length === maxUserRecords) throw tooManyUserRecords(maxUserRecords);
      entries.push(readRecord(reader, reader.length()));
    } else if (tag === TAG.partitionKey) {
      if (partitionKeys.push(readText(reader, text)) > maxUserRecords)
        throw tooManyUserRecords(maxUserRecords);
    } else if (tag === TAG.explicitHashKey) {
      if (explicitHashKeys.push(readText(reader, text)) > maxUserRecords)
        throw tooManyUserRecords(maxUserRecords);
    } else {
      reader.skip(tag);
    }
  }
  return entries.map((entry) => userRecordOf(entry, partitionKeys, explicitHashKeys));
}

function readText(reader: ProtobufReader, text: Buffer): string {
  const length = reader.length();
  const start = reader.position;
  reader.position += length;
  return text.toString('utf8', start, reader.position);
}

/** Reads the record in the next `length` bytes. Where a field comes twice the last one counts, as in protobuf. */
function readRecord(reader: ProtobufReader, length: number): RecordEntry {
  const outerEnd = reader.end;
  const end = reader.position + length;
  reader.end = end;
  let keyIndex = -1;
  let hashIndex: number | undefined;
  let data: Uint8Array | undefined;
  while (reader.position < end) {
    const tag = reader.varint();
    if (tag === TAG.partitionKeyIndex) {
      keyIndex = reader.varint();
    } else if (tag === TAG.data) {
      const dataBytes = reader.length();
      data = reader.bytes.subarray(reader.position, reader.position + dataBytes);
      reader.position += dataBytes;
    } else if (tag === TAG.explicitHashKeyIndex) {
      hashIndex = reader.varint();
    } else {
      reader.skip(tag);
    }
  }
  reader.end = outerEnd;
  if (keyIndex < 0 || !data) throw malformed('a user record lacks its data or its partition key');
  return { keyIndex, hashIndex, data };
}

function userRecordOf(
  { keyIndex, hashIndex, data }: RecordEntry,
  partitionKeys: readonly string[],
  explicitHashKeys: readonly string[],
): UserRecord {
  const partitionKey = partitionKeys[keyIndex];
  if (partitionKey === undefined)
    throw malformed('a user record has a partition key that is not in the table');
  if (hashIndex === undefined) return { data, partitionKey };
  const explicitHashKey = explicitHashKeys[hashIndex];
  if (explicitHashKey === undefined) {
    throw malformed('a user record has an explicit hash key that is not in the table');
  }
  return { data, partitionKey, explicitHashKey };
}
