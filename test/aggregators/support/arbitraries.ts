import * as fc from 'fast-check';
import type { UserRecord } from '../../../src/aggregators/index.js';
import { bytesOf } from '../../../src/aggregators/serializers/utf8.js';

/** A partition key: any well-formed text of 1 to 256 bytes of UTF-8. */
export const partitionKey = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 80 })
  .filter((key) => Buffer.byteLength(key) <= 256);

/** A decimal number of 128 bits. */
export const hashKey = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(String);

/** JSON values as they come back from JSON: no negative zero, well-formed text, plain objects. */
export const jsonValue = fc
  .jsonValue({ stringUnit: 'binary', maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
  // msgpackr keeps this key from reaching a prototype by renaming it.
  .filter((value) => !JSON.stringify(value).includes('__proto__'));

/** User records of any keys, whose data are made of JSON values. */
export function recordsOf(serialize: (value: unknown) => Uint8Array | string): fc.Arbitrary<UserRecord[]> {
  const keys = fc.array(partitionKey, { minLength: 1, maxLength: 4 });
  const draft = fc.record({ value: jsonValue, key: fc.nat(), hash: fc.option(hashKey, { nil: undefined }) });
  return fc
    .tuple(keys, fc.array(draft, { minLength: 1, maxLength: 25 }))
    .map(([pool, drafts]) =>
      drafts.map(({ value, key, hash }) =>
        userRecord(bytesOf(serialize(value)), pool[key % pool.length] ?? 'a', hash),
      ),
    );
}

/** User records of any bytes and keys. */
export const binaryRecords: fc.Arbitrary<UserRecord[]> = fc.array(
  fc
    .tuple(fc.uint8Array({ maxLength: 300 }), partitionKey, fc.option(hashKey, { nil: undefined }))
    .map(([data, key, hash]) => userRecord(data, key, hash)),
  { minLength: 1, maxLength: 25 },
);

export function userRecord(data: Uint8Array, key: string, hash?: string): UserRecord {
  return hash === undefined
    ? { data, partitionKey: key }
    : { data, partitionKey: key, explicitHashKey: hash };
}
