import { hashKeyOf, MAX_HASH_KEY } from '../../src/runtime/hash-key.js';

describe('hashKeyOf', () => {
  // MD5 test vectors of RFC 1321, appendix A.5.
  it.each([
    ['a', '0cc175b9c0f1b6a831c399e269772661'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
  ])('is the MD5 of "%s" as a big-endian number', (key, md5) => {
    expect(hashKeyOf(key).toString(16).padStart(32, '0')).toBe(md5);
  });

  it('hashes the bytes of UTF-8', () => {
    // printf 'Zürich' | md5sum
    expect(hashKeyOf('Zürich').toString(16).padStart(32, '0')).toBe('103a821a3a6a0b923c9f74a39662bb51');
  });

  it('stays within 128 bits', () => {
    expect(MAX_HASH_KEY).toBe(340282366920938463463374607431768211455n);
    for (let i = 0; i < 1_000; i++) expect(hashKeyOf(`key-${i}`)).toBeLessThanOrEqual(MAX_HASH_KEY);
  });
});
