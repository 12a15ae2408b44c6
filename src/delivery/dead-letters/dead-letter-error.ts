import { describeThrown } from '../../runtime/thrown.js';
import type { DeadLetterError } from './dead-letter.js';

/** Characters of a message that are kept: drivers quote whole statements. */
const MAX_MESSAGE = 4_096;

/** Characters of a stack that are kept: its upper frames tell where it was. */
const MAX_STACK = 8_192;

/** Whatever a handler threw, as a dead letter tells it: bounded, so that the letter is hardly larger than its record. */
export function toDeadLetterError(thrown: unknown): DeadLetterError {
  const { name, code, message, stack } = describeThrown(thrown);
  return {
    name: cut(name, MAX_MESSAGE),
    ...(code === undefined ? {} : { code: cut(code, MAX_MESSAGE) }),
    message: cut(message, MAX_MESSAGE),
    ...(stack === undefined ? {} : { stack: cut(stack, MAX_STACK) }),
  };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}
