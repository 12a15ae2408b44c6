/**
 * MD5 (RFC 1321) of one block. `node:crypto` costs 1-2 µs a call, most of it the way into OpenSSL and back, which
 * would be several times the rest of storing a record; nearly all partition keys are short and plain.
 */

const SINES = Int32Array.from({ length: 64 }, (_, step) =>
  Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32),
);

const block = new Int32Array(16);

/**
 * Writes the digest of `text` into `target` as four big-endian words.
 *
 * @param text - at most 55 characters
 * @returns false, with `target` untouched, when `text` is not all ASCII
 */
export function md5OfShortAscii(text: string, target: Uint32Array): boolean {
  const length = text.length;
  block.fill(0);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return false;
    block[index >> 2] = word(index >> 2) | (code << ((index & 3) << 3));
  }
  block[length >> 2] = word(length >> 2) | (0x80 << ((length & 3) << 3));
  block[14] = length << 3;

  let a = 0x67452301;
  let b = 0xefcdab89 | 0;
  let c = 0x98badcfe | 0;
  let d = 0x10325476;
  // Every sum is cut to 32 bits at once: the compiler would count in doubles otherwise.
  for (let step = 0; step < 16; step += 4) {
    a = (((a + ((b & c) | (~b & d))) | 0) + ((word(step) + sine(step)) | 0)) | 0;
    a = (((a << 7) | (a >>> 25)) + b) | 0;
    d = (((d + ((a & b) | (~a & c))) | 0) + ((word(step + 1) + sine(step + 1)) | 0)) | 0;
    d = (((d << 12) | (d >>> 20)) + a) | 0;
    c = (((c + ((d & a) | (~d & b))) | 0) + ((word(step + 2) + sine(step + 2)) | 0)) | 0;
    c = (((c << 17) | (c >>> 15)) + d) | 0;
    b = (((b + ((c & d) | (~c & a))) | 0) + ((word(step + 3) + sine(step + 3)) | 0)) | 0;
    b = (((b << 22) | (b >>> 10)) + c) | 0;
  }
  for (let step = 16; step < 32; step += 4) {
    a = (((a + ((d & b) | (~d & c))) | 0) + ((word((5 * step + 1) & 15) + sine(step)) | 0)) | 0;
    a = (((a << 5) | (a >>> 27)) + b) | 0;
    d = (((d + ((c & a) | (~c & b))) | 0) + ((word((5 * step + 6) & 15) + sine(step + 1)) | 0)) | 0;
    d = (((d << 9) | (d >>> 23)) + a) | 0;
    c = (((c + ((b & d) | (~b & a))) | 0) + ((word((5 * step + 11) & 15) + sine(step + 2)) | 0)) | 0;
    c = (((c << 14) | (c >>> 18)) + d) | 0;
    b = (((b + ((a & c) | (~a & d))) | 0) + ((word((5 * step) & 15) + sine(step + 3)) | 0)) | 0;
    b = (((b << 20) | (b >>> 12)) + c) | 0;
  }
  for (let step = 32; step < 48; step += 4) {
    a = (((a + (b ^ c ^ d)) | 0) + ((word((3 * step + 5) & 15) + sine(step)) | 0)) | 0;
    a = (((a << 4) | (a >>> 28)) + b) | 0;
    d = (((d + (a ^ b ^ c)) | 0) + ((word((3 * step + 8) & 15) + sine(step + 1)) | 0)) | 0;
    d = (((d << 11) | (d >>> 21)) + a) | 0;
    c = (((c + (d ^ a ^ b)) | 0) + ((word((3 * step + 11) & 15) + sine(step + 2)) | 0)) | 0;
    c = (((c << 16) | (c >>> 16)) + d) | 0;
    b = (((b + (c ^ d ^ a)) | 0) + ((word((3 * step + 14) & 15) + sine(step + 3)) | 0)) | 0;
    b = (((b << 23) | (b >>> 9)) + c) | 0;
  }
  for (let step = 48; step < 64; step += 4) {
    a = (((a + (c ^ (b | ~d))) | 0) + ((word((7 * step) & 15) + sine(step)) | 0)) | 0;
    a = (((a << 6) | (a >>> 26)) + b) | 0;
    d = (((d + (b ^ (a | ~c))) | 0) + ((word((7 * step + 7) & 15) + sine(step + 1)) | 0)) | 0;
    d = (((d << 10) | (d >>> 22)) + a) | 0;
    c = (((c + (a ^ (d | ~b))) | 0) + ((word((7 * step + 14) & 15) + sine(step + 2)) | 0)) | 0;
    c = (((c << 15) | (c >>> 17)) + d) | 0;
    b = (((b + (d ^ (c | ~a))) | 0) + ((word((7 * step + 21) & 15) + sine(step + 3)) | 0)) | 0;
    b = (((b << 21) | (b >>> 11)) + c) | 0;
  }
  target[0] = bigEndian((a + 0x67452301) | 0);
  target[1] = bigEndian((b + 0xefcdab89) | 0);
  target[2] = bigEndian((c + 0x98badcfe) | 0);
  target[3] = bigEndian((d + 0x10325476) | 0);
  return true;
}

function sine(step: number): number {
  return SINES[step] ?? 0;
}

function word(index: number): number {
  return block[index] ?? 0;
}

function bigEndian(value: number): number {
  return (
    ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | ((value >>> 24) & 0xff)
  );
}
