import { CheckpointerError } from '../../errors.js';

/** Replies that no repetition changes, and what to do about each. */
const DEFINITIVE: readonly (readonly [beginning: string, advice: string])[] = [
  ['MOVED', 'this server belongs to a cluster: pass an ioredis Cluster as "client"'],
  ['CROSSSLOT', 'the keys lie in several slots of the cluster: leave hash tags out of "keyPrefix"'],
  ['WRONGTYPE', 'its key holds something else: choose another "keyPrefix", or another database'],
  ['NOAUTH', 'it wants a password'],
  ['WRONGPASS', 'user name or password are not right'],
  ['ERR invalid password', 'the password is not right'],
  ['ERR AUTH', 'it has no password, or another user'],
  [
    'NOPERM',
    'the user may not do this: it needs EVAL, EVALSHA, HGET, HGETALL, HSET, HDEL and INFO on these keys',
  ],
  ['ERR unknown command', 'it does not know a command that is needed, such as EVALSHA'],
  ['ERR Error running script', 'a row of the hash is no lease'],
  ['ERR user_script', 'a row of the hash is no lease'],
  ['ERR DB index', 'there is no database of that number'],
];

/** Replies of a server that may answer otherwise soon. */
const PASSING: readonly (readonly [beginning: string, advice: string])[] = [
  ['READONLY', 'the server is a replica, as after a fail-over: the client must find the new primary'],
  ['OOM', 'the server has no memory left: it needs more, or something else must go'],
  ['MISCONF', 'the server cannot persist and refuses writes'],
  ['NOREPLICAS', 'too few replicas are connected for the server to accept writes'],
];

/**
 * An error of the client as one of ours. Arguments, and with them credentials, stay out of the message; of commands
 * that carry credentials the cause is left out, too.
 *
 * @param name - the checkpointer's
 * @param lastError - what the connection complained about last, if that is known
 */
export function toCheckpointerError(name: string, error: unknown, lastError?: Error): CheckpointerError {
  if (error instanceof CheckpointerError) return error;
  const beneath = isConnectionLost(error) ? (lastError ?? error) : error;
  const message = beneath instanceof Error ? beneath.message : String(beneath);
  const cause = isOfLogin(beneath) ? undefined : { cause: beneath };
  const beginsWith = ([beginning]: readonly [string, string]): boolean => message.startsWith(beginning);
  const definitive = DEFINITIVE.find(beginsWith);
  if (definitive) return new CheckpointerError(name, `${definitive[1]} (${firstWords(message)}).`, cause);
  const passing = PASSING.find(beginsWith);
  const text = passing ? `${passing[1]} (${firstWords(message)}).` : `Redis failed: ${message}`;
  return new CheckpointerError(name, text, { ...cause, retryable: true });
}

/** Redis did not answer in time; the command may have taken effect, or do so later. */
export function noAnswer(name: string, timeout: number, lastError: Error | undefined): CheckpointerError {
  const why = lastError === undefined ? '' : ` The connection said: ${lastError.message}`;
  const cause = lastError === undefined || isOfLogin(lastError) ? undefined : { cause: lastError };
  return new CheckpointerError(
    name,
    `no answer in ${timeout} ms; whether the call took effect is not known.${why}`,
    { ...cause, retryable: true },
  );
}

/** What ioredis says of commands that it gave up: it does not say why. */
function isConnectionLost(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'MaxRetriesPerRequestError' || error.message === 'Connection is closed.')
  );
}

/** ioredis puts the command, with its arguments, on the error. */
function isOfLogin(error: unknown): boolean {
  const { command, lastNodeError } = (error ?? {}) as {
    command?: { name?: unknown };
    lastNodeError?: unknown;
  };
  if (lastNodeError !== undefined) return isOfLogin(lastNodeError);
  return typeof command?.name === 'string' && ['auth', 'hello'].includes(command.name.toLowerCase());
}

/** A reply's first words say what it is; what follows may quote its arguments. */
function firstWords(message: string): string {
  return message.split(' ').slice(0, 4).join(' ');
}
