import type { DeadLetterError } from './dead-letter.js';

/** Characters of a message that are kept: drivers quote whole statements. */
const MAX_MESSAGE = 4_096;

/** Characters of a stack that are kept: its upper frames tell where it was. */
const MAX_STACK = 8_192;

/** Whatever a handler threw, as a dead letter tells it: bounded, so that the letter is hardly larger than its record. */
export function toDeadLetterError(thrown: unknown): DeadLetterError {
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: cut(textOf(thrown), MAX_MESSAGE) };
  const { name, message, stack } = thrown;
  const { code } = thrown as { code?: unknown };
  return {
    name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: cut(String(code), MAX_MESSAGE) } : {}),
    message: cut(message, MAX_MESSAGE),
    ...(stack === undefined ? {} : { stack: cut(stack, MAX_STACK) }),
  };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

function textOf(thrown: unknown): string {
  // What an object would make of itself may fail, or be a payload.
  return typeof thrown === 'string' ? thrown : Object.prototype.toString.call(thrown);
}
