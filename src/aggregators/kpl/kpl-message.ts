import { hash } from 'node:crypto';
import type { UserRecord } from '../aggregator.js';
import { dataBytesOf } from '../data-bytes.js';
import { DIGEST_BYTES, ENVELOPE_BYTES, MAGIC, TAG } from './format.js';
import { entryBytes } from './key-table.js';
import { varintBytes, writeVarint } from './varint.js';

/** The index of an explicit hash key where there is none. */
export const NONE = -1;

/** What an aggregate says. */
export interface KplMessage {
  /** Bytes of the message, without what is around it. */
  readonly bytes: number;
  readonly partitionKeys: Iterable<string>;
  readonly explicitHashKeys: Iterable<string>;
  readonly records: readonly UserRecord[];
  /** For each record the index of its key. */
  readonly keyIndexes: readonly number[];
  /** For each record the index of its explicit hash key, where it has one. */
  readonly hashIndexes: readonly (number | undefined)[];
}

/** Bytes that a user record adds to a message, its keys aside. */
export function recordBytes(dataBytes: number, keyIndex: number, hashIndex: number): number {
  return entryBytes(innerBytes(dataBytes, keyIndex, hashIndex));
}

/** The data of a Kinesis record: the message between the magic number and its digest. */
export function writeKplAggregate(message: KplMessage): Buffer {
  const data = Buffer.allocUnsafeSlow(ENVELOPE_BYTES + message.bytes);
  data.set(MAGIC);
  let position = MAGIC.length;
  for (const key of message.partitionKeys) position = writeKey(data, position, TAG.partitionKey, key);
  for (const key of message.explicitHashKeys) position = writeKey(data, position, TAG.explicitHashKey, key);
  const { records, keyIndexes, hashIndexes } = message;
  for (let i = 0; i < records.length; i++) {
    const record = records[i] as UserRecord;
    position = writeRecord(data, position, record, keyIndexes[i] as number, hashIndexes[i] ?? NONE);
  }
  data.set(hash('md5', data.subarray(MAGIC.length, position), 'buffer'), data.length - DIGEST_BYTES);
  return data;
}

function writeKey(buffer: Buffer, start: number, tag: number, key: string): number {
  buffer[start] = tag;
  // As a rule a key has so few bytes that one says how many: to count them first would cost half as much as to write them.
  const bytes = buffer.write(key, start + 2);
  if (varintBytes(bytes) > 1) buffer.write(key, start + 1 + varintBytes(bytes));
  return writeVarint(buffer, start + 1, bytes) + bytes;
}

function writeRecord(
  buffer: Buffer,
  start: number,
  record: UserRecord,
  keyIndex: number,
  hashIndex: number,
): number {
  const dataBytes = dataBytesOf(record);
  buffer[start] = TAG.record;
  let position = writeVarint(buffer, start + 1, innerBytes(dataBytes, keyIndex, hashIndex));
  buffer[position++] = TAG.partitionKeyIndex;
  position = writeVarint(buffer, position, keyIndex);
  if (hashIndex !== NONE) {
    buffer[position++] = TAG.explicitHashKeyIndex;
    position = writeVarint(buffer, position, hashIndex);
  }
  buffer[position++] = TAG.data;
  position = writeVarint(buffer, position, dataBytes);
  if (record.writeData) record.writeData(buffer, position);
  else buffer.set(record.data, position);
  return position + dataBytes;
}

function innerBytes(dataBytes: number, keyIndex: number, hashIndex: number): number {
  const hashBytes = hashIndex === NONE ? 0 : 1 + varintBytes(hashIndex);
  return 1 + varintBytes(keyIndex) + hashBytes + 1 + varintBytes(dataBytes) + dataBytes;
}
