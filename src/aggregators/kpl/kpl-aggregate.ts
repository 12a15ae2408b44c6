import { hashKeyOf } from '../../runtime/hash-key.js';
import type { OpenAggregate, SealedRecord, UserRecord } from '../aggregator.js';
import { dataBytesOf, keyBytesOf } from '../data-bytes.js';
import { beginsWithMagic, ENVELOPE_BYTES, OUTER_PARTITION_KEY } from './format.js';
import { entryBytes, KeyTable } from './key-table.js';
import { type KplMessage, NONE, recordBytes, writeKplAggregate } from './kpl-message.js';
import { KplSealedRecord } from './kpl-sealed-record.js';

/** Whether a user record that has found no company is sent `raw`, as the KPL does, or as an aggregate of one. */
export type KplAlone = 'raw' | 'aggregated';

/**
 * Collects user records in the KPL's format: counts their bytes as they are added, and writes them when the aggregate is
 * sealed, for its tables of keys come first.
 */
export class KplAggregate implements OpenAggregate {
  size = 0;
  private messageBytes = 0;
  private readonly records: UserRecord[] = [];
  private readonly partitionKeys = new KeyTable();
  private readonly explicitHashKeys = new KeyTable();
  private readonly keyIndexes: number[] = [];
  private readonly hashIndexes: number[] = [];

  constructor(
    private readonly alone: KplAlone,
    private readonly maxUserRecords: number,
  ) {}

  get count(): number {
    return this.records.length;
  }

  tryAdd(record: UserRecord, maxBytes: number): boolean {
    const isFirst = this.count === 0;
    if (this.count >= this.maxUserRecords) return false;
    if (isFirst && sizeAlone(record, this.alone) > maxBytes) return false;
    // The first goes alone if no other comes: it may then have less framing, and so a size that fits.
    const maxMessageBytes = isFirst ? Infinity : maxBytes - ENVELOPE_BYTES - OUTER_PARTITION_KEY.length;
    if (!this.addToMessage(record, maxMessageBytes)) return false;
    this.size = isFirst ? sizeAlone(record, this.alone) : this.aggregatedSize;
    return true;
  }

  seal(): readonly SealedRecord[] {
    const { count } = this;
    const [first] = this.records;
    if (!first) return [];
    const { partitionKey, explicitHashKey } = first;
    if (count === 1 && goesRaw(first, this.alone)) {
      const { data } = first;
      return [
        explicitHashKey === undefined
          ? { data, partitionKey, count }
          : { data, partitionKey, explicitHashKey, count },
      ];
    }
    const outerHashKey = explicitHashKey ?? hashKeyOf(partitionKey).toString();
    return [new KplSealedRecord(writeKplAggregate(this.message()), outerHashKey, count)];
  }

  private get aggregatedSize(): number {
    return ENVELOPE_BYTES + this.messageBytes + OUTER_PARTITION_KEY.length;
  }

  /** Adds a record, unless the message would then have more than `maxMessageBytes`. */
  private addToMessage(record: UserRecord, maxMessageBytes: number): boolean {
    const { partitionKeys, explicitHashKeys } = this;
    const { partitionKey, explicitHashKey } = record;
    const knownKey = partitionKeys.indexOf(partitionKey);
    const keyIndex = knownKey ?? partitionKeys.size;
    const knownHash = explicitHashKey === undefined ? NONE : explicitHashKeys.indexOf(explicitHashKey);
    const hashIndex = knownHash ?? explicitHashKeys.size;
    let added = recordBytes(dataBytesOf(record), keyIndex, hashIndex);
    if (knownKey === undefined) added += entryBytes(keyBytesOf(record));
    if (knownHash === undefined) added += entryBytes(explicitHashKey?.length ?? 0);
    if (this.messageBytes + added > maxMessageBytes) return false;

    if (knownKey === undefined) partitionKeys.add(partitionKey);
    if (knownHash === undefined && explicitHashKey !== undefined) explicitHashKeys.add(explicitHashKey);
    this.records.push(record);
    this.keyIndexes.push(keyIndex);
    if (hashIndex !== NONE) this.hashIndexes[this.records.length - 1] = hashIndex;
    this.messageBytes += added;
    return true;
  }

  private message(): KplMessage {
    const { records, keyIndexes, hashIndexes } = this;
    return {
      bytes: this.messageBytes,
      partitionKeys: this.partitionKeys.keys,
      explicitHashKeys: this.explicitHashKeys.keys,
      records,
      keyIndexes,
      hashIndexes,
    };
  }
}

/** Bytes of data and partition key of the Kinesis record if a user record finds no company. */
export function sizeAlone(record: UserRecord, alone: KplAlone): number {
  const { explicitHashKey } = record;
  const dataBytes = dataBytesOf(record);
  const keyBytes = keyBytesOf(record);
  if (goesRaw(record, alone)) return dataBytes + keyBytes;
  const hashed = explicitHashKey === undefined ? 0 : entryBytes(explicitHashKey.length);
  const hashIndex = explicitHashKey === undefined ? NONE : 0;
  const message = entryBytes(keyBytes) + hashed + recordBytes(dataBytes, 0, hashIndex);
  return ENVELOPE_BYTES + message + OUTER_PARTITION_KEY.length;
}

/** Bytes that the format adds to the data and the partition key of a user record alone: 81, or less. */
const FRAMING_ROOM = 128;

/** Whether a user record alone has room, however it is sent: as a rule it has, and need not be made to know it. */
export function certainlyFits(record: UserRecord, maxBytes: number): boolean {
  return dataBytesOf(record) + 3 * record.partitionKey.length + FRAMING_ROOM <= maxBytes;
}

/** Bytes that look like an aggregate must be inside one, or the consumer would take them apart. */
function goesRaw(record: UserRecord, alone: KplAlone): boolean {
  return alone === 'raw' && !beginsWithMagic(record.data);
}
