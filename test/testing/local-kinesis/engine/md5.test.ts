import { createHash } from 'node:crypto';

import { md5OfShortAscii } from '../../../../src/testing/local-kinesis/engine/md5.js';
import { SeededRandom } from '../../../../src/testing/seeded-random.js';

describe('MD5 of a partition key', () => {
  it('is that of node:crypto for every length of one block', () => {
    const random = new SeededRandom(7);
    for (let length = 0; length <= 55; length++) {
      const text = Array.from({ length }, () => String.fromCharCode(Math.floor(random.next() * 128))).join(
        '',
      );
      const words = new Uint32Array(4);
      expect(md5OfShortAscii(text, words)).toBe(true);
      const hex = [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
      expect(hex).toBe(createHash('md5').update(text).digest('hex'));
    }
  });

  it('is left to others for keys beyond ASCII', () => {
    const words = Uint32Array.of(1, 2, 3, 4);
    expect(md5OfShortAscii('Schlüssel', words)).toBe(false);
    expect([...words]).toEqual([1, 2, 3, 4]);
  });
});
