import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

const MAX_HASH_KEY = 2n ** 128n - 1n;

/** Where shards begin and end, before and after the reshards, and points between. */
const HASH_KEYS = [
  0n,
  2n ** 126n - 1n,
  2n ** 126n,
  2n ** 127n - 1n,
  2n ** 127n,
  3n * 2n ** 126n,
  MAX_HASH_KEY,
];

const KEYS = [
  ...Array.from({ length: 150 }, (_, index) => `key-${index}`),
  ...Array.from({ length: 20 }, (_, index) => String(index)),
  ...Array.from({ length: 20 }, (_, index) => `ключ ${index}`),
  ...Array.from({ length: 20 }, (_, index) => `${index} の鍵`),
  ...Array.from({ length: 20 }, (_, index) => `🔑${index}👩‍👩‍👧‍👦`),
  // What the aggregates themselves are put with.
  'a',
  // The same to the eye, not to the hash.
  'é',
  'e\u0301',
  ' ',
  '"quoted"\\',
  'tab\tnewline\n',
  '\uFEFFbyte order mark',
  'x'.repeat(256),
  'é'.repeat(128),
];

/**
 * User records of every kind that producers meet: keys in many scripts, a fifth of them with a hash key of their own,
 * small data and large.
 *
 * @param moreKeys partition keys of the caller's own
 */
export function userRecords(count, ...moreKeys) {
  const keys = [...KEYS, ...moreKeys];
  return Array.from({ length: count }, (_, number) => {
    const index = (number * 7) % keys.length;
    const partitionKey = keys[index];
    const explicitHashKey =
      index % 5 === 0 ? HASH_KEYS[(index / 5) % HASH_KEYS.length].toString() : undefined;
    return { number, partitionKey, explicitHashKey, data: `${number} ${filler(number)}` };
  });
}

/** The number of the user record that data belongs to. */
export function numberOf(data) {
  return Number.parseInt(data, 10);
}

/** The hash key that decides a user record's shard. */
export function hashKeyOf({ partitionKey, explicitHashKey }) {
  if (explicitHashKey !== undefined) return BigInt(explicitHashKey);
  return BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
}

export function toBase64(text) {
  return Buffer.from(text).toString('base64');
}

export function fromBase64(text) {
  return Buffer.from(text, 'base64').toString();
}

function filler(number) {
  if (number % 125 === 7) return 'large '.repeat(10_000 + number);
  if (number % 25 === 3) return '中 é 🛫 '.repeat(number % 200);
  return 'small';
}
