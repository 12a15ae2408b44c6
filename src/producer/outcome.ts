import type { PutReceipt } from './put-receipt.js';

/** What became of a record: where it is, or why it is not there. */
export type PutOutcome = PutReceipt | Error;

/** Why a record is not there: what a promise that is resolved with it is rejected with. */
export class PutRejection implements PromiseLike<never> {
  constructor(readonly error: Error) {}

  then<T = never, R = never>(
    _: unknown,
    onRejected?: ((error: Error) => R | PromiseLike<R>) | null,
  ): Promise<T | R> {
    return Promise.reject<T>(this.error).catch(onRejected);
  }
}

/**
 * Tells who waits for a record what became of it: the function that resolves a promise is one, so that nothing else need
 * be kept with a record.
 *
 * @param place - which of the records it is that they wait for
 */
export type Settle = (outcome: PutReceipt | PutRejection, place: number) => void;

let newest: Settle = () => undefined;

/** The executor of all promises here: one of its own would be a closure, and its context, for each record. */
function keep(resolve: Settle): void {
  newest = resolve;
}

/** The outcome of one record as a promise, and what settles it. */
export function promisedOutcome(): { readonly promise: Promise<PutReceipt>; readonly settle: Settle } {
  const promise = new Promise<PutReceipt>(keep);
  return { promise, settle: newest };
}

/** Tells of a record that was refused after a wait. */
export function settleRefused(admitted: Promise<void>, settle: Settle, place: number): Promise<void> {
  return admitted.catch((error: Error) => settle(new PutRejection(error), place));
}
