import { Injectable } from '@nestjs/common';
import type { FlightReport } from '../flights/flight.js';
import { Account } from './account.js';

/** The handlers of the stream `flights`, by name: each of them owes an account of every flight. */
export const HANDLERS = ['delays', 'routes'] as const;
export type HandlerName = (typeof HANDLERS)[number];

/** What became of the flights that were put: each figure counts flights. */
export interface LedgerResult {
  put: number;
  handled: number;
  deadLettered: number;
  /** Neither handled nor dead-lettered. */
  lost: number;
  /** Handled or dead-lettered more than once, or both. */
  duplicates: number;
  /** Handled after a later one of their airport. */
  outOfOrder: number;
}

/**
 * Keeps account of every flight by its index in the file, in the handlers themselves: what Kinesis or the library say
 * they did does not count here.
 */
@Injectable()
export class Ledger {
  private readonly putIndexes = new Set<number>();
  private readonly accounts: Record<HandlerName, Account> = { delays: new Account(), routes: new Account() };

  put({ index }: FlightReport): void {
    this.putIndexes.add(index);
  }

  handled(handler: HandlerName, flight: FlightReport): void {
    this.accounts[handler].handled(flight);
  }

  /** @throws Error when the letter is of none of the handlers */
  deadLettered(handler: string, flight: FlightReport): void {
    const name = HANDLERS.find((known) => known === handler);
    if (!name) throw new Error(`a dead letter of ${handler}, which has no account`);
    this.accounts[name].deadLettered(flight);
  }

  /** How many flights every handler has come to an end with. */
  get settled(): number {
    return Math.min(...HANDLERS.map((name) => this.accounts[name].settled));
  }

  /** The flights a handler has put aside, by index. */
  deadLettersOf(handler: HandlerName): ReadonlySet<number> {
    return this.accounts[handler].deadLetters;
  }

  resultOf(handler: HandlerName): LedgerResult {
    const account = this.accounts[handler];
    return {
      put: this.putIndexes.size,
      handled: account.handledFlights.size,
      deadLettered: account.deadLetters.size,
      lost: [...this.putIndexes].filter((index) => !account.isSettled(index)).length,
      duplicates: account.duplicates.size,
      outOfOrder: account.outOfOrder.size,
    };
  }

  /** Of all handlers together: of each figure the worst, so that nothing one of them did is made good by another. */
  result(): LedgerResult {
    const results = HANDLERS.map((name) => this.resultOf(name));
    const least = (figure: keyof LedgerResult) => Math.min(...results.map((result) => result[figure]));
    const most = (figure: keyof LedgerResult) => Math.max(...results.map((result) => result[figure]));
    return {
      put: this.putIndexes.size,
      handled: least('handled'),
      deadLettered: most('deadLettered'),
      lost: most('lost'),
      duplicates: most('duplicates'),
      outOfOrder: most('outOfOrder'),
    };
  }
}

export function formatLedger(result: LedgerResult): string {
  const { put, handled, deadLettered, lost, duplicates, outOfOrder } = result;
  return (
    `ledger: put=${put} handled=${handled} dead-lettered=${deadLettered} lost=${lost} ` +
    `duplicates=${duplicates} out-of-order=${outOfOrder}`
  );
}

/** Whether everything put came to one end, in order. */
export function isExact(result: LedgerResult): boolean {
  return (
    result.handled + result.deadLettered === result.put &&
    result.lost + result.duplicates + result.outOfOrder === 0
  );
}
