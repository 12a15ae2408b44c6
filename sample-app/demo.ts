import { Logger } from '@nestjs/common';
import { parseArguments, USAGE } from './demo/arguments.js';
import { boot, type RunningDemo } from './demo/boot.js';
import { breakSome } from './demo/broken-flights.js';
import { drawChart } from './demo/chart.js';
import { compareWithData, type Served } from './demo/compare.js';
import { readFlights } from './demo/flight-file.js';
import { createProgress } from './demo/progress.js';
import { replay } from './demo/replay.js';
import { untilStopped } from './demo/stop-signal.js';
import { drawAccounts, drawReasons, drawTimes } from './demo/summary.js';
import { DeadLetterReasons } from './dead-letters/dead-letter-reasons.js';
import { formatLedger, isExact, Ledger } from './ledger/ledger.js';
import { HandlerTimes } from './timing/handler-times.js';

async function get<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

/** @returns whether what the app served, and what its handlers put aside, is what the data say */
async function replayFlights({ app, url }: RunningDemo): Promise<boolean> {
  const flights = breakSome(readFlights());
  const { length } = flights.reports;
  const ledger = app.get(Ledger);
  console.log(`Replaying ${length} flights, ${flights.broken.size} with broken fields: POST ${url}/flights`);
  await replay(url, flights.reports, ledger, createProgress(length, process.stdout));
  const served: Served = { airports: await get(`${url}/airports`), routes: await get(`${url}/routes`) };
  console.log(`\n${drawChart(served.airports)}`);
  console.log(`\nDead letters:\n${drawReasons(app.get(DeadLetterReasons).list())}`);
  console.log(`\nCalls:\n${drawTimes(app.get(HandlerTimes).list())}`);
  const findings = compareWithData(served, ledger, flights);
  console.log('\nCompared with the data:');
  for (const { agrees, text } of findings) console.log(`  ${agrees ? '✓' : '✗'} ${text}`);
  return findings.every(({ agrees }) => agrees);
}

async function serve({ url }: RunningDemo, stopped: Promise<void>): Promise<void> {
  console.log(`Serving ${url}: POST /flights, GET /airports, /routes, /dead-letters. Ctrl-C to stop.`);
  await stopped;
  console.log('Stopping: draining handlers, checkpointing, giving the leases up…');
}

async function main(): Promise<number> {
  const options = parseArguments(process.argv.slice(2));
  if (options === 'help') {
    console.log(USAGE);
    return 0;
  }
  const stopped = untilStopped();
  const demo = await boot(options.sabotage);
  const ledger = demo.app.get(Ledger);
  const interrupted = stopped.then(() => false);
  const agrees = await (
    options.serve ? serve(demo, stopped).then(() => true) : Promise.race([replayFlights(demo), interrupted])
  ).finally(() => demo.close());
  // After the close: the shutdown must not have handled anything twice either.
  const result = ledger.result();
  console.log(
    `\nLedger, after shutdown (the ${demo.log.messages} warnings and errors of the log are in ${demo.log.path}):`,
  );
  console.log(`${drawAccounts(ledger)}\n`);
  console.log(formatLedger(result));
  return options.serve || (agrees && isExact(result)) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  Logger.error(error instanceof Error ? error.message : error, 'Demo');
  process.exitCode = 1;
}
