import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type DeadLetterEnvelope as DeadLetter, DeadLetterFormatError } from 'nestjs-kinesis';
import {
  compressDeadLetter,
  decodeDeadLetter,
  encodeDeadLetter,
} from '../../../src/delivery/dead-letters/dead-letter-codec.js';
import { deadLetter } from '../../support/dead-letter.js';

const text = fc.string({ unit: 'binary' });

const letters: fc.Arbitrary<DeadLetter> = fc
  .record(
    {
      partitionKey: text,
      explicitHashKey: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(String),
      reason: text,
      attempts: fc.nat(),
      error: fc.record(
        { name: text, code: text, message: text, stack: text },
        { requiredKeys: ['name', 'message'] },
      ),
      data: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    },
    { requiredKeys: ['partitionKey', 'attempts', 'error', 'data'] },
  )
  .map(deadLetter);

it('a letter comes back as it was: as text, as bytes, compressed, and that in base64', () => {
  fc.assert(
    fc.property(letters, (letter) => {
      const encoded = encodeDeadLetter(letter);
      const compressed = compressDeadLetter(encoded);
      for (const form of [encoded, Buffer.from(encoded), compressed, compressed.toString('base64')]) {
        expect(decodeDeadLetter(form)).toEqual(letter);
      }
    }),
    { numRuns: 200 },
  );
});

it('is one line, of characters that SQS takes', () => {
  fc.assert(
    fc.property(letters, (letter) => {
      expect(encodeDeadLetter(letter)).not.toMatch(/[^\t\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/u);
    }),
  );
  expect(encodeDeadLetter(deadLetter({ reason: '\uFFFE\uFFFF\u0000\n' }))).toContain('\\uffff');
});

it('keeps the bytes of a view, and no more', () => {
  const data = Buffer.from('abcdef').subarray(2, 4);
  expect(Buffer.from(decodeDeadLetter(encodeDeadLetter(deadLetter({ data }))).data).toString()).toBe('cd');
});

it('passes over fields it does not know', () => {
  const { data: _data, ...fields } = deadLetter();
  const later = { ...fields, data: '', tenant: 'a', error: { ...fields.error, cause: {} } };
  expect(decodeDeadLetter(JSON.stringify(later))).toEqual({ ...fields, data: Buffer.from('') });
});

const valid = JSON.parse(encodeDeadLetter(deadLetter())) as Record<string, unknown>;
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));

it.each([
  ['nothing', '', 'no JSON'],
  ['half a letter', encodeDeadLetter(deadLetter()).slice(0, 100), 'no JSON'],
  ['another value', '[1]', 'no JSON object'],
  ['null', 'null', 'no JSON object'],
  ['another object', '{"order":1}', 'without a version'],
  ['a later version', JSON.stringify({ ...valid, version: 2 }), 'version 2; this package knows version 1'],
  ['a field missing', JSON.stringify({ ...valid, partitionKey: undefined }), '"partitionKey"'],
  ['a field of another type', JSON.stringify({ ...valid, attempts: '3' }), '"attempts"'],
  ['an error of another type', JSON.stringify({ ...valid, error: 'TypeError' }), '"error"'],
  ['a reason of another type', JSON.stringify({ ...valid, reason: 1 }), '"reason"'],
  ['bytes that are no base64', JSON.stringify({ ...valid, data: 'b3JkZXI' }), '"data"'],
  ['gzip cut short', compressDeadLetter(encodeDeadLetter(deadLetter())).subarray(0, 40), 'decompressed'],
  ['gzip that becomes too much', bomb, 'decompressed'],
])('refuses %s', (_what, encoded, reason) => {
  expect(() => decodeDeadLetter(encoded)).toThrow(DeadLetterFormatError);
  expect(() => decodeDeadLetter(encoded)).toThrow(reason);
});

it('quotes nothing of what it refuses', () => {
  try {
    decodeDeadLetter('{"card":"4111 1111');
  } catch (error) {
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toContain('4111');
  }
  expect.assertions(2);
});
