import { randomUUID } from 'node:crypto';
import { type INestApplication, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { parseArguments, USAGE } from './demo/arguments.js';
import { drawChart } from './demo/chart.js';
import { compareWithFile } from './demo/compare.js';
import { readFlights } from './demo/flight-file.js';
import { openKinesis } from './demo/kinesis-target.js';
import { openLeases } from './demo/lease-target.js';
import { createProgress } from './demo/progress.js';
import { replay } from './demo/replay.js';
import { sabotage, type SabotageKind } from './demo/sabotage.js';
import type { AirportDelay } from './flights/delay-statistics.js';
import { formatLedger, isExact, Ledger } from './flights/ledger.js';

interface RunningDemo {
  app: INestApplication;
  url: string;
  run: string;
  close(): Promise<void>;
}

async function boot(sabotageKind: SabotageKind | undefined): Promise<RunningDemo> {
  const kinesis = await openKinesis(process.env);
  const leases = await openLeases(process.env);
  console.log(`Kinesis: ${kinesis.description}. Leases: ${leases.description}.`);
  if (sabotageKind) sabotage(kinesis.client, sabotageKind);
  const run = randomUUID();
  const { client, streamName } = kinesis;
  const { checkpointer } = leases;
  const app = await NestFactory.create(AppModule.register({ client, streamName, checkpointer, run }), {
    logger: ['error', 'warn'],
  });
  await app.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1');
  const close = async (): Promise<void> => {
    await app.close();
    await leases.close();
    await kinesis.close();
  };
  return { app, url: await app.getUrl(), run, close };
}

/** @returns whether the statistics the app served are those of the file */
async function replayFlights({ app, url, run }: RunningDemo): Promise<boolean> {
  const flights = readFlights(run);
  const ledger = app.get(Ledger);
  console.log(`Replaying ${flights.length} flights through POST ${url}/flights`);
  await replay(url, flights, ledger, createProgress(flights.length, process.stdout));
  const served = (await (await fetch(`${url}/airports`)).json()) as AirportDelay[];
  console.log(`\n${drawChart(served)}\n`);
  const differing = compareWithFile(served, flights);
  console.log(
    differing.length === 0
      ? `The statistics of all ${served.length} airports are those of the file.`
      : `The statistics of ${differing.length} airports differ from the file: ${differing.join(', ')}`,
  );
  return differing.length === 0;
}

async function serve(demo: RunningDemo): Promise<void> {
  const { app, url } = demo;
  console.log(`Serving ${url}: POST /flights, GET /airports. Ctrl-C to stop.`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  console.log('Stopping: draining handlers, checkpointing, giving the leases up…');
  const ledger = app.get(Ledger);
  await demo.close();
  console.log(`Stopped. ${formatLedger(ledger.result())}`);
}

async function main(): Promise<number> {
  const options = parseArguments(process.argv.slice(2));
  if (options === 'help') {
    console.log(USAGE);
    return 0;
  }
  const demo = await boot(options.sabotage);
  if (options.serve) {
    await serve(demo);
    return 0;
  }
  const ledger = demo.app.get(Ledger);
  const statisticsAgree = await replayFlights(demo).finally(() => demo.close());
  // After the close: the shutdown must not have handled anything twice either.
  const result = ledger.result();
  console.log(formatLedger(result));
  return statisticsAgree && isExact(result) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  Logger.error(error instanceof Error ? error.message : error, 'Demo');
  process.exitCode = 1;
}
