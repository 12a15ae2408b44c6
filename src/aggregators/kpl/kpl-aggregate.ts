import { hash } from 'node:crypto';
import { hashKeyOf } from '../../runtime/hash-key.js';
import type { OpenAggregate, SealedRecord, UserRecord } from '../aggregator.js';
import { ByteSlab } from '../byte-slab.js';
import { beginsWithMagic, DIGEST_BYTES, ENVELOPE_BYTES, MAGIC, OUTER_PARTITION_KEY, TAG } from './format.js';
import { entryBytes, KeyTable } from './key-table.js';
import { varintBytes, writeVarint } from './varint.js';

/** The index of an explicit hash key where there is none. */
const NONE = -1;

/** Whether a user record that has found no company is sent `raw`, as the KPL does, or as an aggregate of one. */
export type KplAlone = 'raw' | 'aggregated';

/**
 * Collects user records in the KPL's format. Each is encoded as it is added, the tables apart from the records, so
 * that sealing is one copy and the digest.
 */
export class KplAggregate implements OpenAggregate {
  count = 0;
  size = 0;
  private first: UserRecord | undefined;
  private messageBytes = 0;
  private readonly partitionKeys = new KeyTable(TAG.partitionKey);
  private readonly explicitHashKeys = new KeyTable(TAG.explicitHashKey);
  private readonly records = new ByteSlab();

  constructor(
    private readonly alone: KplAlone,
    private readonly maxUserRecords: number,
  ) {}

  tryAdd(record: UserRecord, maxBytes: number): boolean {
    const { first } = this;
    if (!first) return this.addFirst(record, maxBytes);
    if (this.count >= this.maxUserRecords) return false;
    // The first is encoded when it gets company: most likely it will, but a large one will not, and need not be copied.
    if (this.messageBytes === 0) this.encode(first, Infinity);
    if (!this.encode(record, maxBytes - ENVELOPE_BYTES - OUTER_PARTITION_KEY.length)) return false;
    this.count++;
    this.size = this.aggregatedSize;
    return true;
  }

  seal(): readonly SealedRecord[] {
    const { first, count } = this;
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
    return [
      {
        data: this.message(),
        partitionKey: OUTER_PARTITION_KEY,
        explicitHashKey: explicitHashKey ?? hashKeyOf(partitionKey).toString(),
        count,
      },
    ];
  }

  private get aggregatedSize(): number {
    return ENVELOPE_BYTES + this.messageBytes + OUTER_PARTITION_KEY.length;
  }

  private addFirst(record: UserRecord, maxBytes: number): boolean {
    const size = sizeAlone(record, this.alone);
    if (size > maxBytes) return false;
    this.first = record;
    this.count = 1;
    this.size = size;
    return true;
  }

  /** Encodes a record, unless the message would then have more than `maxMessageBytes`. */
  private encode({ data, partitionKey, explicitHashKey }: UserRecord, maxMessageBytes: number): boolean {
    const { partitionKeys, explicitHashKeys } = this;
    let tablesGrowth = 0;
    const knownKey = partitionKeys.indexOf(partitionKey);
    const keyIndex = knownKey ?? partitionKeys.size;
    let keyBytes = 0;
    if (knownKey === undefined) {
      keyBytes = Buffer.byteLength(partitionKey);
      tablesGrowth = entryBytes(keyBytes);
    }
    let hashIndex = NONE;
    let newHash: string | undefined;
    if (explicitHashKey !== undefined) {
      const knownHash = explicitHashKeys.indexOf(explicitHashKey);
      hashIndex = knownHash ?? explicitHashKeys.size;
      if (knownHash === undefined) {
        newHash = explicitHashKey;
        tablesGrowth += entryBytes(explicitHashKey.length);
      }
    }
    const inner = innerBytes(data.length, keyIndex, hashIndex);
    const added = 1 + varintBytes(inner) + inner;
    if (this.messageBytes + tablesGrowth + added > maxMessageBytes) return false;

    if (knownKey === undefined) partitionKeys.add(partitionKey, keyBytes);
    if (newHash !== undefined) explicitHashKeys.add(newHash, newHash.length);
    this.append(data, keyIndex, hashIndex, inner, added);
    this.messageBytes += tablesGrowth + added;
    return true;
  }

  private append(data: Uint8Array, keyIndex: number, hashIndex: number, inner: number, added: number): void {
    const { records } = this;
    records.reserve(added);
    const { buffer } = records;
    let position = records.length;
    buffer[position++] = TAG.record;
    position = writeVarint(buffer, position, inner);
    buffer[position++] = TAG.partitionKeyIndex;
    position = writeVarint(buffer, position, keyIndex);
    if (hashIndex !== NONE) {
      buffer[position++] = TAG.explicitHashKeyIndex;
      position = writeVarint(buffer, position, hashIndex);
    }
    buffer[position++] = TAG.data;
    position = writeVarint(buffer, position, data.length);
    buffer.set(data, position);
    records.length = position + data.length;
  }

  private message(): Buffer {
    if (this.messageBytes === 0 && this.first) this.encode(this.first, Infinity);
    const data = Buffer.allocUnsafeSlow(ENVELOPE_BYTES + this.messageBytes);
    data.set(MAGIC);
    let position = MAGIC.length;
    for (const slab of [this.partitionKeys.encoded, this.explicitHashKeys.encoded, this.records]) {
      position += slab.buffer.copy(data, position, 0, slab.length);
    }
    data.set(hash('md5', data.subarray(MAGIC.length, position), 'buffer'), data.length - DIGEST_BYTES);
    return data;
  }
}

/** Bytes of data and partition key of the Kinesis record if a user record finds no company. */
export function sizeAlone(record: UserRecord, alone: KplAlone): number {
  const keyBytes = Buffer.byteLength(record.partitionKey);
  if (goesRaw(record, alone)) return record.data.length + keyBytes;
  const hashBytes = record.explicitHashKey?.length;
  const tables = entryBytes(keyBytes) + (hashBytes === undefined ? 0 : entryBytes(hashBytes));
  const inner = innerBytes(record.data.length, 0, hashBytes === undefined ? NONE : 0);
  return ENVELOPE_BYTES + tables + 1 + varintBytes(inner) + inner + OUTER_PARTITION_KEY.length;
}

/** Bytes that look like an aggregate must be inside one, or the consumer would take them apart. */
function goesRaw(record: UserRecord, alone: KplAlone): boolean {
  return alone === 'raw' && !beginsWithMagic(record.data);
}

function innerBytes(dataBytes: number, keyIndex: number, hashIndex: number): number {
  const hashBytes = hashIndex === NONE ? 0 : 1 + varintBytes(hashIndex);
  return 1 + varintBytes(keyIndex) + hashBytes + 1 + varintBytes(dataBytes) + dataBytes;
}
