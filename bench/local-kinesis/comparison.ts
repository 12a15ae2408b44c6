import { type KinesisClient } from '@aws-sdk/client-kinesis';
import { quietMoment } from '../quiet.js';
import { formatSummary, summarize } from '../statistics.js';
import { startKinesalite, startLocalKinesis, type TestedServer } from './servers.js';
import { createClient, createStream, putRecords, readStream } from './workload.js';

const ROUNDS = 7;
const PUT_MILLISECONDS = 1500;
/** Enough for a second of reading: a shorter run is mostly its beginning and its end. */
const STORED_RECORDS = 150_000;

interface Contestant {
  readonly server: TestedServer;
  readonly client: KinesisClient;
  readonly put: Round[];
  readonly get: Round[];
}

interface Round {
  readonly recordsPerSecond: number;
  /** Microseconds of processor time the server spent per record: what a busy machine or a slow client cannot hide. */
  readonly serverTime: number;
  /** How much of the round the client's own process was busy, in percent: at 100 the server could do more. */
  readonly clientBusy: number;
  /** Whether nothing else was busy when it began. */
  readonly quiet: boolean;
}

/** Ours and kinesalite side by side, round by round; returns the rows of a table. */
export async function compareWithKinesalite(): Promise<string[]> {
  const ours = await enter(await startLocalKinesis());
  const theirs = await enter(await startKinesalite());
  try {
    for (let round = 0; round < ROUNDS; round++) {
      // Alternating who is first keeps a machine that gets warm, or busy, from favouring one of them.
      const order = round % 2 === 0 ? [ours, theirs] : [theirs, ours];
      for (const contestant of order) await playRound(contestant);
    }
  } finally {
    for (const { client, server } of [ours, theirs]) {
      client.destroy();
      await server.stop();
    }
  }
  return [
    '| median (min–max) | nestjs-kinesis | kinesalite | times as fast, median of rounds (min–max) |',
    '| --- | --- | --- | --- |',
    rateRow('PutRecords of 500 × 200 B, records/s', ours.put, theirs.put),
    rateRow(`GetRecords of ${STORED_RECORDS} × 200 B, records/s`, ours.get, theirs.get),
    timeRow('PutRecords, µs of server CPU per record', ours.put, theirs.put),
    timeRow('GetRecords, µs of server CPU per record', ours.get, theirs.get),
    busyRow('PutRecords, % of the time the client is busy', ours.put, theirs.put),
    busyRow('GetRecords, % of the time the client is busy', ours.get, theirs.get),
    '',
    noise([...ours.put, ...ours.get, ...theirs.put, ...theirs.get]),
  ];
}

async function enter(server: TestedServer): Promise<Contestant> {
  const client = createClient(server.endpoint);
  await createStream(client, 'writes');
  await createStream(client, 'reads');
  await putRecords(client, 'reads', (records) => records >= STORED_RECORDS);
  const contestant = { server, client, put: [], get: [] };
  // One round that does not count lets both ends compile what is hot.
  await playRound({ ...contestant, put: [], get: [] });
  return contestant;
}

async function playRound({ server, client, put, get }: Contestant): Promise<void> {
  const isOver = (_records: number, elapsed: number): boolean => elapsed >= PUT_MILLISECONDS;
  put.push(await timed(server, () => putRecords(client, 'writes', isOver)));
  get.push(await timed(server, () => readStream(client, 'reads', STORED_RECORDS)));
}

async function timed(server: TestedServer, work: () => Promise<number>): Promise<Round> {
  const quiet = await quietMoment();
  const [begin, before, clientBefore] = [performance.now(), server.processorTime(), process.cpuUsage()];
  const recordsPerSecond = await work();
  const milliseconds = performance.now() - begin;
  const records = (recordsPerSecond * milliseconds) / 1000;
  const { user, system } = process.cpuUsage(clientBefore);
  return {
    recordsPerSecond,
    serverTime: ((server.processorTime() - before) * 1000) / records,
    clientBusy: (user + system) / milliseconds / 10,
    quiet,
  };
}

function rateRow(title: string, ours: readonly Round[], theirs: readonly Round[]): string {
  const rates = (rounds: readonly Round[]): number[] => rounds.map((round) => round.recordsPerSecond);
  return row(title, rates(ours), rates(theirs), (our, their) => our / their, 0);
}

function timeRow(title: string, ours: readonly Round[], theirs: readonly Round[]): string {
  const times = (rounds: readonly Round[]): number[] => rounds.map((round) => round.serverTime);
  return row(title, times(ours), times(theirs), (our, their) => their / our, 1);
}

function noise(rounds: readonly Round[]): string {
  const noisy = rounds.filter((round) => !round.quiet).length;
  return `Something else kept the machine busy at the start of ${noisy} of the ${rounds.length} rounds.`;
}

function busyRow(title: string, ours: readonly Round[], theirs: readonly Round[]): string {
  const busy = (rounds: readonly Round[]): string =>
    formatSummary(summarize(rounds.map((round) => round.clientBusy)));
  return `| ${title} | ${busy(ours)} | ${busy(theirs)} | |`;
}

function row(
  title: string,
  ours: readonly number[],
  theirs: readonly number[],
  advantage: (our: number, their: number) => number,
  digits: number,
): string {
  const advantages = ours.map((value, round) => advantage(value, theirs[round] ?? NaN));
  const cells = [ours, theirs].map((values) => formatSummary(summarize(values), digits));
  return `| ${title} | ${cells.join(' | ')} | ${formatSummary(summarize(advantages), 1)} |`;
}
