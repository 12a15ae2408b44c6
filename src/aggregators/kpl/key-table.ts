import { ByteSlab } from '../byte-slab.js';
import { varintBytes, writeVarint } from './varint.js';

const INITIAL_BYTES = 512;

/** One of the two tables of an aggregate: each key is written once, and referred to by its index. */
export class KeyTable {
  readonly encoded = new ByteSlab(INITIAL_BYTES);
  private readonly indexes = new Map<string, number>();

  /** @param tag - the byte before each entry */
  constructor(private readonly tag: number) {}

  /** The index a key has, or would have if it were added now. */
  indexOf(key: string): number {
    return this.indexes.get(key) ?? this.indexes.size;
  }

  /** Bytes the table grows by if the key of this index is added: none if it is there. */
  growth(key: string, index: number): number {
    if (index < this.indexes.size) return 0;
    const bytes = Buffer.byteLength(key);
    return 1 + varintBytes(bytes) + bytes;
  }

  /** Adds a key that {@link growth} says is not there. */
  add(key: string, growth: number): void {
    const { encoded } = this;
    encoded.reserve(growth);
    const end = encoded.length + growth;
    encoded.byte(this.tag);
    writeVarint(encoded, Buffer.byteLength(key));
    encoded.buffer.write(key, encoded.length);
    encoded.length = end;
    this.indexes.set(key, this.indexes.size);
  }
}
