import { Epoch } from './epoch.js';
import type { OutcomeTaker, PutOutcome } from './outcome.js';

/** The outcomes of records that one caller put, in the order in which they were put. */
export class OutcomeList implements OutcomeTaker {
  private readonly outcomes: PutOutcome[] = [];
  private readonly records = new Epoch();

  expectOne(): void {
    this.records.enter();
  }

  take(outcome: PutOutcome, place: number): void {
    this.outcomes[place] = outcome;
    this.records.leave();
  }

  /** Resolves when all that are expected are there; no more may be expected then. */
  async close(): Promise<PutOutcome[]> {
    this.records.close();
    await this.records.done;
    return this.outcomes;
  }
}
