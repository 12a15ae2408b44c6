import type { AirportDelay } from '../delays/delay-statistics.js';

const WIDTH = 40;
const AIRPORTS = 10;

/** Airports with fewer flights say little about a mean. */
const MIN_FLIGHTS = 30;

/** A bar for each of the airports with the worst mean delay. */
export function drawChart(airports: readonly AirportDelay[]): string {
  const worst = airports
    .filter(({ flights }) => flights >= MIN_FLIGHTS)
    .sort((a, b) => b.meanDelay - a.meanDelay)
    .slice(0, AIRPORTS);
  const longest = Math.max(...worst.map(({ meanDelay }) => meanDelay), 1);
  const lines = worst.map(({ airport, meanDelay, flights }) => {
    const bar = '█'.repeat(Math.max(0, Math.round((meanDelay / longest) * WIDTH)));
    return `  ${airport} ${bar.padEnd(WIDTH)} ${meanDelay.toFixed(1).padStart(5)} min  (${flights} flights)`;
  });
  return [`Worst mean delay by airport of departure, ${MIN_FLIGHTS} flights or more:`, ...lines].join('\n');
}
