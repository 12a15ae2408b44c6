import { tooManyUserRecords } from '../decode-limits.js';
import type { ProtobufReader } from './protobuf-reader.js';

/**
 * One of the two tables of an aggregate that is taken apart: text is made of a key only when somebody asks for it, which may be
 * when the aggregate is gone.
 */
export class DecodedKeyTable {
  /** Where in the aggregate the keys begin. */
  private offset = 0;
  /** Where each key begins. */
  private readonly starts: number[] = [];
  /** Behind the last byte of each. */
  private readonly ends: number[] = [];

  /** @param keys - the aggregate */
  constructor(
    private keys: Buffer,
    private readonly maxKeys: number,
  ) {}

  /** Takes the key that comes next in the message. @throws DeserializationError for one too many */
  read(reader: ProtobufReader): void {
    const length = reader.length();
    if (this.starts.push(reader.position) > this.maxKeys) throw tooManyUserRecords(this.maxKeys);
    reader.position += length;
    this.ends.push(reader.position);
  }

  /** All keys are read: it keeps a copy of them, and no longer the aggregate. */
  close(): void {
    this.offset = this.starts[0] ?? 0;
    this.keys = Buffer.from(this.keys.subarray(this.offset, this.ends.at(-1) ?? 0));
  }

  has(index: number): boolean {
    return index < this.starts.length;
  }

  text(index: number): string {
    const { starts, ends, offset } = this;
    return this.keys.toString('utf8', (starts[index] ?? 0) - offset, (ends[index] ?? 0) - offset);
  }
}
