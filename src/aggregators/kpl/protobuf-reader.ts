import { DeserializationError } from '../../errors.js';

/** Wire types of protobuf fields. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Reads the fields of a protobuf message from bytes that may be anything; never beyond {@link end}. */
export class ProtobufReader {
  constructor(
    readonly bytes: Uint8Array,
    public position: number,
    public end: number,
  ) {}

  /**
   * An unsigned integer.
   *
   * @returns as a double: exact below 2^53, which is more than anything in a Kinesis record can count
   */
  varint(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let factor = 0x80, length = 2; length <= 10; factor *= 0x80, length++) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw malformed('a number has more than ten bytes');
  }

  /** The length of a field of bytes: what follows is within the message. */
  length(): number {
    const length = this.varint();
    if (length > this.end - this.position) throw malformed('a field is longer than what holds it');
    return length;
  }

  /** Passes over a field that is of no interest. */
  skip(tag: number): void {
    const wireType = tag % 8;
    if (wireType === WIRE.varint) this.varint();
    else if (wireType === WIRE.bytes) this.advance(this.length());
    else if (wireType === WIRE.fixed64) this.advance(8);
    else if (wireType === WIRE.fixed32) this.advance(4);
    else throw malformed(`a field has wire type ${wireType}`);
  }

  private advance(bytes: number): void {
    if (bytes > this.end - this.position) throw malformed('it is cut short');
    this.position += bytes;
  }

  private byte(): number {
    const byte = this.position < this.end ? this.bytes[this.position] : undefined;
    if (byte === undefined) throw malformed('it is cut short');
    this.position++;
    return byte;
  }
}

/** The error of an aggregate whose digest is right, and whose message is wrong all the same. */
export function malformed(what: string): DeserializationError {
  return new DeserializationError(`The KPL aggregate is malformed: ${what}.`);
}
