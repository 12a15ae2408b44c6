import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Flight } from '../flights/flight.js';

/** What the file says of a flight, and its place in there. */
export type FileFlight = Omit<Flight, 'run'>;

/** The 20 000 flights of 2001 in the npm package `vega-datasets`, in the order of the file. */
export function readFlights(): FileFlight[] {
  const entry = createRequire(join(process.cwd(), 'package.json')).resolve('vega-datasets');
  const file = join(dirname(entry), '..', 'data', 'flights-20k.json');
  const rows = JSON.parse(readFileSync(file, 'utf8')) as Omit<FileFlight, 'index'>[];
  return rows.map((row, index) => ({ ...row, index }));
}
