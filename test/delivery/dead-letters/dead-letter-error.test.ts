import { runInNewContext } from 'node:vm';
import { DeserializationError } from 'nestjs-kinesis';
import { toDeadLetterError } from '../../../src/delivery/dead-letters/dead-letter-error.js';

it('tells name, code, message and stack', () => {
  const error = new DeserializationError('no JSON');
  expect(toDeadLetterError(error)).toEqual({
    name: 'DeserializationError',
    code: 'KINESIS_DESERIALIZATION',
    message: 'no JSON',
    stack: error.stack,
  });
});

it('tells a code that is a number, and leaves out what is neither', () => {
  expect(toDeadLetterError(Object.assign(new Error('x'), { code: 23505 }))).toMatchObject({ code: '23505' });
  expect(toDeadLetterError(Object.assign(new Error('x'), { code: {} }))).not.toHaveProperty('code');
});

it('is bounded', () => {
  const error = new Error('x'.repeat(100_000));
  expect(JSON.stringify(toDeadLetterError(error)).length).toBeLessThan(15_000);
});

it.each([
  ['is no text', Object.assign(new Error('x'), { message: { detail: 'of some driver' } })],
  [
    'cannot be read',
    Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('not even this');
      },
    }),
  ],
])('makes do without a message that %s', (_what, error) => {
  expect(toDeadLetterError(error)).toMatchObject({ name: 'Error', message: 'without a message' });
});

it('knows errors of another realm', () => {
  const error: unknown = runInNewContext('new TypeError("from elsewhere")');
  expect(error).not.toBeInstanceOf(Error);
  expect(toDeadLetterError(error)).toMatchObject({ name: 'TypeError', message: 'from elsewhere' });
});

it.each([
  ['text', 'text', 'string'],
  [Object.create(null) as object, '[object Object]', 'object'],
  [null, '[object Null]', 'object'],
  [7, '[object Number]', 'number'],
])('makes something of %p, which is no error', (thrown, message, name) => {
  expect(toDeadLetterError(thrown)).toEqual({ name, message });
});
