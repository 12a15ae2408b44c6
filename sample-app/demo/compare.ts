import { type AirportDelay, DelayStatistics } from '../flights/delay-statistics.js';
import type { Flight } from '../flights/flight.js';

/** Means are sums of the same whole numbers in the same order, so they must agree to the last bit. */
function agrees(a: AirportDelay, b: AirportDelay | undefined): boolean {
  return (
    b !== undefined && a.flights === b.flights && a.meanDelay === b.meanDelay && a.worstDelay === b.worstDelay
  );
}

/**
 * Compares what the app served with what the file says.
 *
 * @returns the airports that differ
 */
export function compareWithFile(served: readonly AirportDelay[], flights: readonly Flight[]): string[] {
  const truth = new DelayStatistics();
  for (const flight of flights) truth.add(flight);
  const expected = new Map(truth.airports().map((airport) => [airport.airport, airport]));
  const differing = served.filter((airport) => !agrees(airport, expected.get(airport.airport)));
  const missing = [...expected.keys()].filter(
    (airport) => !served.some((other) => other.airport === airport),
  );
  return [...differing.map(({ airport }) => airport), ...missing].sort();
}
