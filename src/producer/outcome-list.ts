import { Epoch } from './epoch.js';
import { type PutOutcome, PutRejection, type Settle } from './outcome.js';

/** The outcomes of records that one caller put, in the order in which they were put. */
export class OutcomeList {
  private readonly outcomes: PutOutcome[] = [];
  private readonly records = new Epoch();

  expectOne(): void {
    this.records.enter();
  }

  readonly settle: Settle = (outcome, place) => {
    this.outcomes[place] = outcome instanceof PutRejection ? outcome.error : outcome;
    this.records.leave();
  };

  /** Resolves when all that are expected are there; no more may be expected then. */
  async close(): Promise<PutOutcome[]> {
    this.records.close();
    await this.records.done;
    return this.outcomes;
  }
}
