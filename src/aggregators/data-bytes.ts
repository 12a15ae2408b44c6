import type { UserRecord } from './aggregator.js';

/** Bytes of the partition key of a user record. */
export function keyBytesOf(record: UserRecord): number {
  return record.keyBytes ?? Buffer.byteLength(record.partitionKey);
}

/** Bytes of the data of a record, which need not be made to count them. */
export function dataBytesOf(record: Pick<UserRecord, 'data' | 'dataBytes'>): number {
  return record.dataBytes ?? record.data.length;
}
