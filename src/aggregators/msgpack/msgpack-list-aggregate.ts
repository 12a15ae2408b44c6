import { type Packr, RESET_BUFFER_MODE } from 'msgpackr';
import type { OpenAggregate, SealedRecord, UserRecord } from '../aggregator.js';
import { ByteSlab } from '../../runtime/byte-slab.js';
import { keyBytesOf } from '../data-bytes.js';
import type { Serializer } from '../serializers/serializer.js';
import { LIST_HEADER_BYTES, listHeaderBytes, writeListHeader } from './list-header.js';

/**
 * Collects user records in one MessagePack list. Each is encoded as it is added, by an encoder that knows which
 * structures the list already defines.
 */
export class MsgpackListAggregate implements OpenAggregate {
  count = 0;
  private readonly slab = new ByteSlab();
  private first: UserRecord | undefined;
  private keyBytes = 0;
  private full = false;

  /**
   * @param packr - encodes sequentially: a structure is defined where it first comes, and then referred to
   * @param serializer - decodes the records that come without their values
   */
  constructor(
    private readonly packr: Packr,
    private readonly serializer: Serializer,
    private readonly maxUserRecords: number,
  ) {
    // The header is written last, when the count is known.
    this.slab.length = LIST_HEADER_BYTES;
  }

  get size(): number {
    return this.first ? this.sizeWith(this.count, 0) : 0;
  }

  tryAdd(record: UserRecord, maxBytes: number): boolean {
    if (this.full || this.count === this.maxUserRecords) return false;
    const value = record.decoded ? record.decoded.value : this.serializer.deserialize(record.data);
    const encoded = this.packr.pack(value, RESET_BUFFER_MODE);
    if (!this.first) this.keyBytes = keyBytesOf(record);
    if (this.sizeWith(this.count + 1, encoded.length) > maxBytes) {
      // The encoder now knows structures that are not in the list: no other record may refer to them.
      if (this.count === 0) this.packr.clearSharedData();
      else this.full = true;
      return false;
    }
    this.slab.reserve(encoded.length);
    this.slab.bytes(encoded);
    this.first ??= record;
    this.count++;
    return true;
  }

  seal(): readonly SealedRecord[] {
    if (!this.first) return [];
    const { count, slab } = this;
    const { partitionKey, explicitHashKey } = this.first;
    const header = listHeaderBytes(count);
    writeListHeader(slab.buffer, LIST_HEADER_BYTES - header, count);
    const data = slab.copy(LIST_HEADER_BYTES - header);
    return [
      explicitHashKey === undefined
        ? { data, partitionKey, count }
        : { data, partitionKey, explicitHashKey, count },
    ];
  }

  private sizeWith(count: number, added: number): number {
    return listHeaderBytes(count) + this.slab.length - LIST_HEADER_BYTES + added + this.keyBytes;
  }
}
