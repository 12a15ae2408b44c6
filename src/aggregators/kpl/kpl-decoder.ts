import { hash } from 'node:crypto';
import { borrow, type LentBuffer, lenderOf } from '../../runtime/lent-buffer.js';
import type { PackedRecord, UserRecord } from '../aggregator.js';
import { tooManyUserRecords } from '../decode-limits.js';
import { beginsWithMagic, DIGEST_BYTES, ENVELOPE_BYTES, MAGIC, TAG } from './format.js';
import { DecodedKeyTable } from './decoded-key-table.js';
import { KplUserRecord } from './kpl-user-record.js';
import type { OpenedAggregate } from './opened-aggregate.js';
import { malformed, ProtobufReader } from './protobuf-reader.js';

/**
 * Takes a KPL aggregate apart. The user records keep it.
 *
 * @returns undefined for anything else: no magic number, or a digest that is not the message's
 * @throws DeserializationError for a message that is malformed although its digest is right
 */
export function decodeKplAggregate(
  record: PackedRecord,
  maxUserRecords: number,
): readonly UserRecord[] | undefined {
  const data = borrow(record, (buffer, start, end) => buffer.subarray(start, end));
  if (data.length < ENVELOPE_BYTES || !beginsWithMagic(data)) return undefined;
  const end = data.length - DIGEST_BYTES;
  const digest = hash('md5', data.subarray(MAGIC.length, end), 'buffer');
  return digest.compare(data, end) === 0 ? readKplMessage(data, lenderOf(record), maxUserRecords) : undefined;
}

/**
 * Takes an aggregate apart whose digest is known to be right. The user records keep it.
 *
 * @param lender - what it is in
 * @throws DeserializationError for a message that is malformed
 */
export function readKplMessage(
  data: Buffer,
  lender: LentBuffer,
  maxUserRecords: number,
): readonly UserRecord[] {
  const end = data.length - DIGEST_BYTES;
  // Tables come before the records in all we have seen, but protobuf promises no order.
  const aggregate = { bytes: data, lender, ...readTables(data, end, maxUserRecords) };
  const records: UserRecord[] = [];
  const reader = new ProtobufReader(data, MAGIC.length, end);
  while (reader.position < end) {
    const tag = reader.varint();
    if (tag !== TAG.record) reader.skip(tag);
    else if (records.length === maxUserRecords) throw tooManyUserRecords(maxUserRecords);
    else records.push(readRecord(reader, reader.length(), aggregate));
  }
  return records;
}

/** A table has no more entries than there are records: what bounds these bounds it. */
function readTables(
  data: Buffer,
  end: number,
  maxUserRecords: number,
): Pick<OpenedAggregate, 'partitionKeys' | 'explicitHashKeys'> {
  const partitionKeys = new DecodedKeyTable(data, maxUserRecords);
  const explicitHashKeys = new DecodedKeyTable(data, maxUserRecords);
  const reader = new ProtobufReader(data, MAGIC.length, end);
  while (reader.position < end) {
    const tag = reader.varint();
    if (tag === TAG.partitionKey) partitionKeys.read(reader);
    else if (tag === TAG.explicitHashKey) explicitHashKeys.read(reader);
    else reader.skip(tag);
  }
  partitionKeys.close();
  explicitHashKeys.close();
  return { partitionKeys, explicitHashKeys };
}

/** Reads the record in the next `length` bytes. Where a field comes twice the last one counts, as in protobuf. */
function readRecord(reader: ProtobufReader, length: number, aggregate: OpenedAggregate): UserRecord {
  const outerEnd = reader.end;
  const end = reader.position + length;
  reader.end = end;
  let keyIndex = -1;
  let hashIndex: number | undefined;
  let start = -1;
  let dataBytes = 0;
  while (reader.position < end) {
    const tag = reader.varint();
    if (tag === TAG.partitionKeyIndex) {
      keyIndex = reader.varint();
    } else if (tag === TAG.data) {
      dataBytes = reader.length();
      start = reader.position;
      reader.position += dataBytes;
    } else if (tag === TAG.explicitHashKeyIndex) {
      hashIndex = reader.varint();
    } else {
      reader.skip(tag);
    }
  }
  reader.end = outerEnd;
  if (keyIndex < 0 || start < 0) throw malformed('a user record lacks its data or its partition key');
  const { partitionKeys, explicitHashKeys } = aggregate;
  if (!partitionKeys.has(keyIndex)) {
    throw malformed('a user record has a partition key that is not in the table');
  }
  if (hashIndex === undefined) return new KplUserRecord(aggregate, start, dataBytes, keyIndex);
  if (!explicitHashKeys.has(hashIndex)) {
    throw malformed('a user record has an explicit hash key that is not in the table');
  }
  const explicitHashKey = explicitHashKeys.text(hashIndex);
  return new KplUserRecord(aggregate, start, dataBytes, keyIndex, explicitHashKey);
}
