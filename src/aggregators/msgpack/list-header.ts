/** Bytes of the longest header of a MessagePack list. */
export const LIST_HEADER_BYTES = 5;

const FIXARRAY = 0x90;
const ARRAY_16 = 0xdc;
const ARRAY_32 = 0xdd;

/** Bytes of the header of a list of so many elements. */
export function listHeaderBytes(count: number): number {
  if (count < 16) return 1;
  return count < 0x10000 ? 3 : LIST_HEADER_BYTES;
}

export function writeListHeader(buffer: Buffer, position: number, count: number): void {
  if (count < 16) {
    buffer.writeUInt8(FIXARRAY | count, position);
  } else if (count < 0x10000) {
    buffer.writeUInt8(ARRAY_16, position);
    buffer.writeUInt16BE(count, position + 1);
  } else {
    buffer.writeUInt8(ARRAY_32, position);
    buffer.writeUInt32BE(count, position + 1);
  }
}

/** How many elements a list says it has; undefined for what is no list. */
export function listLength(data: Uint8Array): number | undefined {
  const [first = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0] = data;
  if (first === ARRAY_32) return b1 * 0x1000000 + ((b2 << 16) | (b3 << 8) | b4);
  if (first === ARRAY_16) return (b1 << 8) | b2;
  return (first & 0xf0) === FIXARRAY ? first & 0x0f : undefined;
}
