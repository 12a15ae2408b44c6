import { types } from 'node:util';

/** What can be told of whatever was thrown. */
export interface Thrown {
  /** Its class, or its type where it is no error. */
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
}

/** For messages that are no texts, or throw when they are read. */
const NO_MESSAGE = 'without a message';

/** Tells what was thrown, and does not fail, whatever that is: a record would stop its shard, and no policy apply. */
export function describeThrown(thrown: unknown): Thrown {
  if (!isError(thrown)) {
    // Of an object its tag: what it would make of itself may be a payload.
    const message = text(() =>
      typeof thrown === 'string' ? thrown : Object.prototype.toString.call(thrown),
    );
    return { name: typeof thrown, message: message ?? NO_MESSAGE };
  }
  const code = text(() => (thrown as { code?: unknown }).code);
  const stack = text(() => thrown.stack);
  return {
    name: text(() => thrown.name) ?? 'Error',
    ...(code === undefined ? {} : { code }),
    message: text(() => thrown.message) ?? NO_MESSAGE,
    ...(stack === undefined ? {} : { stack }),
  };
}

/** Errors of another realm, as Node's own are in a test of Jest, are no instances of this one's `Error`. */
function isError(thrown: unknown): thrown is Error {
  return types.isNativeError(thrown) || thrown instanceof Error;
}

function text(read: () => unknown): string | undefined {
  try {
    const value = read();
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  } catch {
    return undefined;
  }
}
