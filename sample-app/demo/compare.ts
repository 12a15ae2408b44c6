import { type AirportDelay, DelayStatistics } from '../delays/delay-statistics.js';
import { HANDLERS, type Ledger } from '../ledger/ledger.js';
import { type RouteTraffic, RouteStatistics } from '../routes/route-statistics.js';
import type { Replay } from './broken-flights.js';

/** How many rows that differ are named. */
const ROWS_NAMED = 10;

/** What the app says at its HTTP endpoints. */
export interface Served {
  airports: readonly AirportDelay[];
  routes: readonly RouteTraffic[];
}

/** One thing compared with the data. */
export interface Finding {
  agrees: boolean;
  /** For people. */
  text: string;
}

/** Compares what the app served, and what its handlers put aside, with the data that was replayed. */
export function compareWithData(served: Served, ledger: Ledger, replay: Replay): Finding[] {
  return [compareAirports(served, replay), compareRoutes(served, replay), compareDeadLetters(ledger, replay)];
}

/** Means are sums of the same whole numbers, so they must agree to the last bit. */
function compareAirports({ airports }: Served, { intact }: Replay): Finding {
  const truth = new DelayStatistics();
  for (const flight of intact) truth.add(flight);
  return compareRows(airports, truth.airports(), 'delays', ({ airport }) => airport);
}

function compareRoutes({ routes }: Served, { intact }: Replay): Finding {
  const truth = new RouteStatistics();
  truth.addAll(intact);
  return compareRows(routes, truth.routes(), 'traffic', ({ route }) => route);
}

function compareDeadLetters(ledger: Ledger, { broken }: Replay): Finding {
  const differing = HANDLERS.filter((handler) => !isSame(ledger.deadLettersOf(handler), broken));
  return differing.length === 0
    ? { agrees: true, text: `dead letters: of each handler the ${broken.size} flights with broken fields` }
    : { agrees: false, text: `dead letters: not the flights with broken fields, of ${differing.join(', ')}` };
}

function compareRows<Row>(
  served: readonly Row[],
  expected: readonly Row[],
  what: string,
  nameOf: (row: Row) => string,
): Finding {
  const truth = new Map(expected.map((row) => [nameOf(row), row]));
  const differing = served
    .filter((row) => JSON.stringify(row) !== JSON.stringify(truth.get(nameOf(row))))
    .map(nameOf);
  const names = new Set(served.map(nameOf));
  const missing = [...truth.keys()].filter((name) => !names.has(name));
  const wrong = [...differing, ...missing].sort();
  if (wrong.length === 0)
    return { agrees: true, text: `${what}: all ${served.length} rows are those of the data` };
  const some = wrong.slice(0, ROWS_NAMED).join(', ') + (wrong.length > ROWS_NAMED ? ', …' : '');
  return { agrees: false, text: `${what}: ${wrong.length} rows differ from the data: ${some}` };
}

function isSame(one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
  return one.size === other.size && [...one].every((index) => other.has(index));
}
