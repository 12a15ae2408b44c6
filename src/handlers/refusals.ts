import { HttpException } from '@nestjs/common';
import { ForbiddenError, KinesisError, ValidationError } from '../errors.js';

/** What an enhancer's no becomes for the engine. */
export type Refusal = (cause: HttpException) => KinesisError;

/** Statuses that ask to be tried again: Request Timeout, Too Early, Too Many Requests (RFC 9110, 8470, 6585). */
const TRY_AGAIN = new Set([408, 425, 429]);

/** A guard that says no to a record says so again. */
export const forbidden: Refusal = (cause) =>
  new ForbiddenError('A guard of the handler refused it. It is not tried again.', { cause });

/** A payload that a pipe says no to is as wrong the next time. */
export const invalid: Refusal = (cause) =>
  new ValidationError('A pipe of the handler refused the payload. It is not tried again.', [], { cause });

/**
 * Which errors of guards and pipes are verdicts about the record. They travel as what they are, so that filters made for
 * them catch them, and become what the engine does not try again only where no filter did.
 */
export class Refusals {
  private readonly known = new WeakMap<HttpException, Refusal>();

  /** Remembers what a guard or pipe threw, if it is a verdict: an HTTP status from 400 to 499, as Nest's own throw. */
  note(error: unknown, refusal: Refusal): void {
    if (error instanceof HttpException && isVerdict(error.getStatus())) this.known.set(error, refusal);
  }

  /** What leaves the handler in place of `error`. */
  resolve(error: unknown): unknown {
    if (!(error instanceof HttpException)) return error;
    return this.known.get(error)?.(error) ?? error;
  }

  /** What is final about `error`: trying again would not change it. */
  verdictOf(error: unknown): KinesisError | undefined {
    const resolved = this.resolve(error);
    return resolved instanceof KinesisError && !resolved.retryable ? resolved : undefined;
  }
}

function isVerdict(status: number): boolean {
  return status >= 400 && status < 500 && !TRY_AGAIN.has(status);
}
