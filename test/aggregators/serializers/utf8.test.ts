import fc from 'fast-check';
import { utf8In, utf8Of } from '../../../src/aggregators/serializers/utf8.js';

/** The text, or why there is none. */
function outcome(decode: () => string): unknown {
  try {
    return decode();
  } catch (error) {
    return (error as Error).name;
  }
}

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  fc
    .tuple(fc.string({ unit: 'binary' }), fc.constantFrom('\ufffd', '\ufeff', '\ud83d\ude00'), fc.string())
    .map(([before, between, after]) => Buffer.from(before + between + after)),
);

it('the text of a part of a buffer is that of a copy of the part, whatever is around it', () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, (before, part, after) => {
      const buffer = Buffer.concat([before, part, after]);
      const [start, end] = [before.length, before.length + part.length];
      expect(outcome(() => utf8In(buffer, start, end))).toEqual(outcome(() => utf8Of(part)));
    }),
    { numRuns: 1_000 },
  );
});

it.each([
  ['a character that stands for others', Buffer.from('a\ufffdb'), 'a\ufffdb'],
  ['a byte order mark', Buffer.from('\ufeffa'), '\ufeffa'],
  ['a byte that begins nothing', Buffer.from([0x61, 0xff]), 'TypeError'],
  ['half of a character', Buffer.from('é').subarray(0, 1), 'TypeError'],
])('of %s', (_, part, expected) => {
  expect(outcome(() => utf8In(part, 0, part.length))).toBe(expected);
});
