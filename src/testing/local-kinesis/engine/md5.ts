/**
 * MD5 (RFC 1321) of one block. `node:crypto` costs 1-2 µs a call, most of it the way into OpenSSL and back, which
 * would be several times the rest of storing a record; nearly all partition keys are short and plain.
 */

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const;

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
  for (let step = 0; step < 64; step++) {
    const round = step >> 4;
    let mixed: number;
    let source: number;
    if (round === 0) {
      mixed = (b & c) | (~b & d);
      source = step;
    } else if (round === 1) {
      mixed = (d & b) | (~d & c);
      source = (5 * step + 1) & 15;
    } else if (round === 2) {
      mixed = b ^ c ^ d;
      source = (3 * step + 5) & 15;
    } else {
      mixed = c ^ (b | ~d);
      source = (7 * step) & 15;
    }
    const sum = (a + mixed + word(source) + (SINES[step] ?? 0)) | 0;
    const shift = SHIFTS[(round << 2) | (step & 3)] ?? 0;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
  }
  target[0] = bigEndian((a + 0x67452301) | 0);
  target[1] = bigEndian((b + 0xefcdab89) | 0);
  target[2] = bigEndian((c + 0x98badcfe) | 0);
  target[3] = bigEndian((d + 0x10325476) | 0);
  return true;
}

function word(index: number): number {
  return block[index] ?? 0;
}

function bigEndian(value: number): number {
  return (
    ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | ((value >>> 24) & 0xff)
  );
}
