import type { PutReceipt } from './put-receipt.js';

/** What became of a record: where it is, or why it is not there. */
export type PutOutcome = PutReceipt | Error;

/** Who waits for the outcome of records. */
export interface OutcomeTaker {
  /** @param place - which of the taker's records it is */
  take(outcome: PutOutcome, place: number): void;
}

type Resolve = (outcome: PutReceipt | Promise<never>) => void;

let newest: Resolve = () => undefined;

/** The executor of all promises here: one of its own would be a closure, and its context, for each record. */
function keep(resolve: Resolve): void {
  newest = resolve;
}

/** The outcome of one record, as a promise. */
export class PromisedOutcome implements OutcomeTaker {
  readonly promise = new Promise<PutReceipt>(keep);
  private readonly resolve = newest;

  take(outcome: PutOutcome): void {
    this.resolve(outcome instanceof Error ? Promise.reject(outcome) : outcome);
  }
}
