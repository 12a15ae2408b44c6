/** Bytes of a protobuf varint; `value` is an integer below 2^32. */
export function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}

/**
 * Writes a protobuf varint; `value` is an integer below 2^32.
 *
 * @returns the position behind it
 */
export function writeVarint(buffer: Uint8Array, position: number, value: number): number {
  let end = position;
  let rest = value;
  while (rest > 0x7f) {
    buffer[end++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[end++] = rest;
  return end;
}
