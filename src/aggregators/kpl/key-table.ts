import { varintBytes } from './varint.js';

/** One of the two tables of an aggregate: each key is written once, and referred to by its index. */
export class KeyTable {
  private readonly indexes = new Map<string, number>();

  /** Keys in the table: the index of the next one. */
  get size(): number {
    return this.indexes.size;
  }

  /** In the order of their indexes. */
  get keys(): string[] {
    return [...this.indexes.keys()];
  }

  indexOf(key: string): number | undefined {
    return this.indexes.get(key);
  }

  /** Adds a key that is not there. */
  add(key: string): void {
    this.indexes.set(key, this.indexes.size);
  }
}

/** Bytes of an entry of so many: of a key in its table, of a user record. */
export function entryBytes(bytes: number): number {
  return 1 + varintBytes(bytes) + bytes;
}
