import {
  decodeIterator,
  encodeIterator,
} from '../../../../src/testing/local-kinesis/engine/shard-iterator.js';

const state = {
  streamName: `${'o'.repeat(123)}.-_9Z`,
  streamSalt: 2 ** 32 - 1,
  shardOrdinal: 99_999_999,
  index: 2 ** 50,
  issuedAt: Date.UTC(2026, 0, 1),
};

describe('the token of a shard iterator', () => {
  it('holds its whole state in the 512 characters the service allows', () => {
    const token = encodeIterator(state);
    expect(token.length).toBeLessThanOrEqual(512);
    expect(decodeIterator(token)).toEqual(state);
  });

  it('is refused when any one of its characters was changed', () => {
    const token = encodeIterator(state);
    for (let position = 0; position < token.length; position++) {
      const changed = token.charAt(position) === 'A' ? 'B' : 'A';
      const mutated = token.slice(0, position) + changed + token.slice(position + 1);
      const same = Buffer.from(mutated, 'base64').equals(Buffer.from(token, 'base64'));
      if (!same) expect(decodeIterator(mutated)).toBeUndefined();
    }
  });

  it('is refused when it was cut or made up', () => {
    for (const token of ['', 'A', '====', 'not base64 at all', encodeIterator(state).slice(0, -8)]) {
      expect(decodeIterator(token)).toBeUndefined();
    }
  });
});
