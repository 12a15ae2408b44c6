import { ByteSlab } from '../byte-slab.js';
import { varintBytes, writeVarint } from './varint.js';

const INITIAL_BYTES = 1024;

/** One of the two tables of an aggregate: each key is written once, and referred to by its index. */
export class KeyTable {
  readonly encoded = new ByteSlab(INITIAL_BYTES);
  private readonly indexes = new Map<string, number>();

  /** @param tag - the byte before each entry */
  constructor(private readonly tag: number) {}

  /** Keys in the table: the index of the next one. */
  get size(): number {
    return this.indexes.size;
  }

  indexOf(key: string): number | undefined {
    return this.indexes.get(key);
  }

  /** Adds a key that is not there. */
  add(key: string, keyBytes: number): void {
    const { encoded } = this;
    encoded.reserve(entryBytes(keyBytes));
    const { buffer } = encoded;
    buffer[encoded.length] = this.tag;
    const start = writeVarint(buffer, encoded.length + 1, keyBytes);
    buffer.write(key, start);
    encoded.length = start + keyBytes;
    this.indexes.set(key, this.indexes.size);
  }
}

/** Bytes of an entry whose key has so many. */
export function entryBytes(keyBytes: number): number {
  return 1 + varintBytes(keyBytes) + keyBytes;
}
