import { Injectable } from '@nestjs/common';

type Leg = { origin: string; destination: string };

export interface RouteTraffic {
  /** `JFK-LAX`. */
  route: string;
  flights: number;
}

/** How many flights there are on each route. */
@Injectable()
export class RouteStatistics {
  private readonly flights = new Map<string, number>();

  /** As a database would take them: many rows in one statement. */
  addAll(legs: readonly Leg[]): void {
    for (const { origin, destination } of legs) {
      const route = `${origin}-${destination}`;
      this.flights.set(route, (this.flights.get(route) ?? 0) + 1);
    }
  }

  /** Routes by name. */
  routes(): RouteTraffic[] {
    return [...this.flights]
      .map(([route, flights]) => ({ route, flights }))
      .sort((a, b) => (a.route < b.route ? -1 : 1));
  }
}
