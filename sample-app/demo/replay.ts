import type { FlightReport } from '../flights/flight.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Progress } from './progress.js';

/** Flights in one request: below Express's default body limit of 100 kB. */
const FLIGHTS_PER_POST = 500;

/** How long nothing may arrive before the rest counts as lost, in milliseconds. */
const PATIENCE = 10_000;

/** How long to look for duplicates once everything has arrived, in milliseconds. */
const AFTERMATH = 1_000;

const POLL = 50;

/** Posts the flights to the app in the order of the file, one request after the other. */
export async function postFlights(
  url: string,
  flights: readonly FlightReport[],
  onPosted: () => void,
): Promise<void> {
  for (let from = 0; from < flights.length; from += FLIGHTS_PER_POST) {
    const response = await fetch(`${url}/flights`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(flights.slice(from, from + FLIGHTS_PER_POST)),
    });
    if (response.status !== 201)
      throw new Error(`POST /flights answered ${response.status}: ${await response.text()}`);
    onPosted();
  }
}

/** Waits until every handler has come to an end with every flight, or nothing has come for a while. */
export async function untilSettled(ledger: Ledger, total: number, onProgress: () => void): Promise<void> {
  let seen = -1;
  let quietSince = Date.now();
  while (ledger.settled < total && Date.now() - quietSince < PATIENCE) {
    await pause(POLL);
    onProgress();
    if (ledger.settled !== seen) {
      seen = ledger.settled;
      quietSince = Date.now();
    }
  }
  await pause(AFTERMATH);
}

/** Replays the flights through the app and waits for its handlers. */
export async function replay(
  url: string,
  flights: readonly FlightReport[],
  ledger: Ledger,
  progress: Progress,
): Promise<void> {
  let put = 0;
  const show = (): void => progress.update(put, ledger.settled);
  const timer = setInterval(show, 100);
  try {
    await postFlights(url, flights, () => {
      put = Math.min(put + FLIGHTS_PER_POST, flights.length);
    });
    await untilSettled(ledger, flights.length, show);
    show();
  } finally {
    clearInterval(timer);
    progress.stop();
  }
}

function pause(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration));
}
