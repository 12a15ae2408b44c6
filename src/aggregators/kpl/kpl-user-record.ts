import type { UserRecord } from '../aggregator.js';
import type { DecodedKeyTable } from './decoded-key-table.js';

/** A user record of an aggregate. Most are handled without anyone asking for their keys. */
export class KplUserRecord implements UserRecord {
  declare readonly explicitHashKey?: string;

  constructor(
    readonly data: Uint8Array,
    private readonly partitionKeys: DecodedKeyTable,
    private readonly keyIndex: number,
    explicitHashKey?: string,
  ) {
    if (explicitHashKey !== undefined) this.explicitHashKey = explicitHashKey;
  }

  get partitionKey(): string {
    return this.partitionKeys.text(this.keyIndex);
  }
}
