import type { FlightReport } from '../flights/flight.js';
import type { FileFlight } from './flight-file.js';

/** What is replayed, and what is known about it beforehand. */
export interface Replay {
  /** All flights, in the order of the file. */
  reports: FlightReport[];
  /** Those that are as they should be. */
  intact: FileFlight[];
  /** The indexes of the others. */
  broken: ReadonlySet<number>;
}

/** The file has no broken flights. From this one on, one in five hundred is made one: always the same ones. */
const FIRST_BROKEN = 1_000;
const BROKEN_EVERY = 500;

/** What goes wrong with fields, in turn. */
const BREAKAGES: ((flight: FileFlight) => FlightReport)[] = [
  (flight) => ({ ...flight, delay: undefined }),
  (flight) => ({ ...flight, delay: 'cancelled' }),
  (flight) => ({ ...flight, distance: -flight.distance }),
  (flight) => ({ ...flight, destination: '' }),
  (flight) => ({ ...flight, date: 'tomorrow' }),
];

export function breakSome(flights: readonly FileFlight[]): Replay {
  const broken = new Map(
    flights
      .filter(({ index }) => index >= FIRST_BROKEN && index % BROKEN_EVERY === 0)
      .map((flight, turn) => [flight.index, BREAKAGES[turn % BREAKAGES.length]?.(flight)]),
  );
  return {
    reports: flights.map((flight) => broken.get(flight.index) ?? flight),
    intact: flights.filter(({ index }) => !broken.has(index)),
    broken: new Set(broken.keys()),
  };
}
