import { hash } from 'node:crypto';

/** The size of the hash-key space: keys are 0 … 2^128 - 1. */
export const HASH_KEYS = 1n << 128n;

/** A 128-bit hash key as four unsigned 32-bit words, most significant first: comparable without BigInt. */
export type HashKey = Uint32Array;

/** Writes the hash of a partition key, as the service computes it (MD5 of the UTF-8 key), into `target`. */
export function hashPartitionKey(partitionKey: string, target: HashKey): void {
  const digest = hash('md5', partitionKey, 'buffer');
  for (let word = 0; word < 4; word++) target[word] = digest.readUInt32BE(word * 4);
}

/** Reads a decimal hash key. The caller has checked that it is one: see {@link isHashKey}. */
export function parseHashKey(decimal: string, target: HashKey = new Uint32Array(4)): HashKey {
  let rest = BigInt(decimal);
  for (let word = 3; word >= 0; word--) {
    target[word] = Number(rest & 0xffffffffn);
    rest >>= 32n;
  }
  return target;
}

/** The longest decimal below 2^128 has 39 digits. */
const HASH_KEY_PATTERN = /^(?:0|[1-9]\d{0,38})$/;

/** Whether `decimal` is a hash key: a decimal without leading zeros below 2^128. */
export function isHashKey(decimal: string): boolean {
  return HASH_KEY_PATTERN.test(decimal) && BigInt(decimal) < HASH_KEYS;
}

/** Negative, zero or positive as `a` is below, equal to or above `b`. */
export function compareHashKeys(a: HashKey, b: HashKey): number {
  for (let word = 0; word < 4; word++) {
    const difference = (a[word] ?? 0) - (b[word] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
