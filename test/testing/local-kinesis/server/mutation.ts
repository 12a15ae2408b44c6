import { type Random } from '../../../../src/runtime/random.js';

const INTERESTING = [
  ...['null', '""', '[]', '{}', '-1', '1e999', '9007199254740993', '0.1', 'true', '"\\ud800"', '__proto__'],
  ...['"constructor"', '\u0000', '\uffff', '"', '{"a":', '[[[[[[[[[[', ' ', 'é', '=', '-', '\r\n'],
].map((text) => Buffer.from(text));

/** Bytes that mean something in CBOR: indefinite and huge lengths, tags, breaks, floats. */
const INTERESTING_BYTES = [
  0x00, 0x1b, 0x3b, 0x5f, 0x7f, 0x9b, 0x9f, 0xa0, 0xbb, 0xbf, 0xc1, 0xc2, 0xdb, 0xf6, 0xfb, 0xff,
];

/** Changes a few places of some bytes: flips, replaces, inserts, removes, repeats, cuts off. */
export function mutate(bytes: Buffer, random: Random): Buffer {
  let mutated = bytes;
  const changes = 1 + below(random, 4);
  for (let change = 0; change < changes; change++) mutated = mutateOnce(mutated, random);
  return mutated;
}

export function below(random: Random, bound: number): number {
  return Math.floor(random.next() * bound);
}

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[below(random, items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

function mutateOnce(bytes: Buffer, random: Random): Buffer {
  const at = below(random, bytes.length + 1);
  const length = 1 + below(random, 8);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (below(random, 7)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      if (at < bytes.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << below(random, 8));
      return flipped;
    }
    case 1:
      return Buffer.concat([before, pick(random, INTERESTING), after]);
    case 2:
      return Buffer.concat([before, pick(random, INTERESTING), after.subarray(length)]);
    case 3:
      return Buffer.concat([before, Buffer.of(pick(random, INTERESTING_BYTES)), after.subarray(1)]);
    case 4:
      return Buffer.concat([before, after.subarray(length)]);
    case 5:
      return Buffer.concat([before, after.subarray(0, length), after]);
    default:
      return before;
  }
}
