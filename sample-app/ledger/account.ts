import type { FlightReport } from '../flights/flight.js';

/** What became of the flights of one handler, by their index in the file. */
export class Account {
  readonly handledFlights = new Set<number>();
  readonly deadLetters = new Set<number>();
  /** Handled or dead-lettered more than once, or both. */
  readonly duplicates = new Set<number>();
  /** Handled after a later flight of their airport. */
  readonly outOfOrder = new Set<number>();
  private readonly lastIndex = new Map<string, number>();

  handled({ index, origin }: FlightReport): void {
    if (this.isSettled(index)) {
      this.duplicates.add(index);
      return;
    }
    this.handledFlights.add(index);
    if (index < (this.lastIndex.get(origin) ?? -1)) this.outOfOrder.add(index);
    else this.lastIndex.set(origin, index);
  }

  deadLettered({ index }: FlightReport): void {
    if (this.isSettled(index)) this.duplicates.add(index);
    else this.deadLetters.add(index);
  }

  /** How many different flights have come to an end. */
  get settled(): number {
    return this.handledFlights.size + this.deadLetters.size;
  }

  isSettled(index: number): boolean {
    return this.handledFlights.has(index) || this.deadLetters.has(index);
  }
}
