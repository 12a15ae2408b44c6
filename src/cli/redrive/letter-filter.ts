import type { DeadLetter } from '../../delivery/dead-letters/dead-letter.js';

/** Which letters are meant; what is left out does not restrict it. */
export interface LetterFilter {
  readonly application?: string;
  /** The stream's name in the module's options. */
  readonly stream?: string;
  readonly handler?: string;
  /** Name or code of the error. */
  readonly error?: string;
  /** Failed then or later, in milliseconds since the Unix epoch. */
  readonly since?: number;
}

export function isMeant(
  { application, stream, handler, error, since }: LetterFilter,
  letter: DeadLetter,
): boolean {
  return (
    (application === undefined || letter.application === application) &&
    (stream === undefined || letter.stream === stream) &&
    (handler === undefined || letter.handler === handler) &&
    (error === undefined || letter.error.name === error || letter.error.code === error) &&
    (since === undefined || letter.failedAt >= since)
  );
}

/** The same for a letter that was sent twice, and for no other. */
export function keyOf({ application, handler, id }: DeadLetter): string {
  return JSON.stringify([application, handler, id]);
}
