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
  ['text', 'text', 'string'],
  [Object.create(null) as object, '[object Object]', 'object'],
  [null, '[object Null]', 'object'],
  [7, '[object Number]', 'number'],
])('makes something of %p, which is no error', (thrown, message, name) => {
  expect(toDeadLetterError(thrown)).toEqual({ name, message });
});
