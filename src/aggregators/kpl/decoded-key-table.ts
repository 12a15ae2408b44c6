import { tooManyUserRecords } from '../decode-limits.js';
import type { ProtobufReader } from './protobuf-reader.js';

/** One of the two tables of an aggregate that is taken apart: text is made of a key only when somebody asks for it. */
export class DecodedKeyTable {
  private readonly bytes: Buffer;
  /** Where each key begins. */
  private readonly starts: number[] = [];
  /** Behind the last byte of each. */
  private readonly ends: number[] = [];

  /** @param data - the aggregate; the table keeps it */
  constructor(
    { buffer, byteOffset, byteLength }: Uint8Array,
    private readonly maxKeys: number,
  ) {
    this.bytes = Buffer.from(buffer, byteOffset, byteLength);
  }

  /** Takes the key that comes next in the message. @throws DeserializationError for one too many */
  read(reader: ProtobufReader): void {
    const length = reader.length();
    if (this.starts.push(reader.position) > this.maxKeys) throw tooManyUserRecords(this.maxKeys);
    reader.position += length;
    this.ends.push(reader.position);
  }

  has(index: number): boolean {
    return index < this.starts.length;
  }

  text(index: number): string {
    return this.bytes.toString('utf8', this.starts[index], this.ends[index]);
  }
}
