import { Injectable } from '@nestjs/common';

export interface AirportDelay {
  airport: string;
  flights: number;
  /** Minutes. */
  meanDelay: number;
  /** Minutes. */
  worstDelay: number;
}

interface Tally {
  flights: number;
  totalDelay: number;
  worstDelay: number;
}

/** Arrival delays by airport of departure. */
@Injectable()
export class DelayStatistics {
  private readonly tallies = new Map<string, Tally>();

  add({ origin, delay }: { origin: string; delay: number }): void {
    const tally = this.tallies.get(origin) ?? { flights: 0, totalDelay: 0, worstDelay: -Infinity };
    tally.flights++;
    tally.totalDelay += delay;
    tally.worstDelay = Math.max(tally.worstDelay, delay);
    this.tallies.set(origin, tally);
  }

  /** Airports by name. */
  airports(): AirportDelay[] {
    return [...this.tallies]
      .map(([airport, { flights, totalDelay, worstDelay }]) => ({
        airport,
        flights,
        meanDelay: totalDelay / flights,
        worstDelay,
      }))
      .sort((a, b) => (a.airport < b.airport ? -1 : 1));
  }
}
