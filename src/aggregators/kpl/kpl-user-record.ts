import type { UserRecord } from '../aggregator.js';
import type { DecodedKeyTable } from './decoded-key-table.js';

/**
 * A user record of an aggregate. Most are handled without anyone asking for their keys, and many wait for their turn: none
 * keeps a view of its data, which has more bytes than the rest of it.
 */
export class KplUserRecord implements UserRecord {
  declare readonly explicitHashKey?: string;

  /**
   * @param bytes - the aggregate
   * @param start - where in it the record's data are
   */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly start: number,
    readonly dataBytes: number,
    private readonly partitionKeys: DecodedKeyTable,
    private readonly keyIndex: number,
    explicitHashKey?: string,
  ) {
    if (explicitHashKey !== undefined) this.explicitHashKey = explicitHashKey;
  }

  get data(): Uint8Array {
    const { bytes, start, dataBytes } = this;
    return new Uint8Array(bytes.buffer, bytes.byteOffset + start, dataBytes);
  }

  get partitionKey(): string {
    return this.partitionKeys.text(this.keyIndex);
  }
}
