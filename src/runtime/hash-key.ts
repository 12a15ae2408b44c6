import { hash } from 'node:crypto';

/** The largest 128-bit hash key. */
export const MAX_HASH_KEY = 2n ** 128n - 1n;

/** The hash key the service computes for a partition key: the MD5 of its UTF-8 bytes as a big-endian number. */
export function hashKeyOf(partitionKey: string): bigint {
  return BigInt(`0x${hexHashKeyOf(partitionKey)}`);
}

/** The same as 32 hexadecimal digits, which sort as the numbers do and cost a third. */
export function hexHashKeyOf(partitionKey: string): string {
  return hash('md5', partitionKey, 'hex');
}

export function toHexHashKey(hashKey: bigint): string {
  return hashKey.toString(16).padStart(32, '0');
}
