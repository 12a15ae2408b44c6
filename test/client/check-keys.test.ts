import { checkKeys } from '../../src/client/check-keys.js';
import { InvalidRecordError } from '../../src/errors.js';

function refusalOf(partitionKey: unknown, explicitHashKey?: unknown): InvalidRecordError {
  try {
    checkKeys(partitionKey, explicitHashKey);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidRecordError);
    return error as InvalidRecordError;
  }
  throw new Error('the keys were not refused');
}

describe('checkKeys', () => {
  it.each([
    ['no key', undefined],
    ['one character', 'k'],
    ['256 bytes of ASCII', 'k'.repeat(256)],
    ['256 bytes of two-byte characters', 'ü'.repeat(128)],
    ['256 bytes of emoji', '🚀'.repeat(64)],
  ])('takes a partition key of %s', (_what, key) => {
    expect(() => checkKeys(key, undefined)).not.toThrow();
  });

  it.each([
    ['257 bytes of ASCII', 'k'.repeat(257), '257 bytes'],
    ['129 two-byte characters', 'ü'.repeat(129), '258 bytes'],
    ['65 emoji', '🚀'.repeat(65), '260 bytes'],
    ['no character', '', 'empty'],
    ['a number', 42, 'not number'],
    ['null', null, 'not object'],
  ])('refuses a partition key of %s', (_what, key, why) => {
    expect(refusalOf(key).message).toContain(why);
  });

  it.each(['0', '1', '340282366920938463463374607431768211455'])(
    'takes the explicit hash key %s',
    (hashKey) => {
      expect(() => checkKeys('k', hashKey)).not.toThrow();
    },
  );

  it.each([
    ['2^128', '340282366920938463463374607431768211456'],
    ['a negative number', '-1'],
    ['leading zeros', '007'],
    ['hexadecimal', '0xff'],
    ['a fraction', '1.5'],
    ['blanks', ' 1'],
    ['a trailing line feed', '1\n'],
    ['an empty text', ''],
    ['a number', 7],
    ['a bigint', 7n],
    ['40 digits', '9'.repeat(40)],
  ])('refuses an explicit hash key of %s', (_what, hashKey) => {
    expect(refusalOf('k', hashKey).message).toContain('explicit hash key');
  });

  it('does not repeat the keys it refuses', () => {
    const secret = 'patient-4711';
    expect(refusalOf(secret.repeat(30)).message).not.toContain(secret);
    expect(refusalOf('k', secret).message).not.toContain(secret);
  });
});

it('refuses half a surrogate pair, which has no form in UTF-8', () => {
  expect(() => checkKeys('a\ud83d', undefined)).toThrow(/surrogate/);
  expect(() => checkKeys('\udc00b', undefined)).toThrow(/surrogate/);
  expect(() => checkKeys('a\ud83d\ude00b', undefined)).not.toThrow();
});
