import { type KinesisClient } from '@aws-sdk/client-kinesis';
import { formatSummary, summarize } from '../statistics.js';
import { startKinesalite, startLocalKinesis, type TestedServer } from './servers.js';
import { createClient, createStream, putRecords, readStream } from './workload.js';

const ROUNDS = 7;
const PUT_MILLISECONDS = 1500;
const STORED_RECORDS = 50_000;

interface Contestant {
  readonly server: TestedServer;
  readonly client: KinesisClient;
  readonly put: number[];
  readonly get: number[];
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
    '| records/s, median (min–max) | nestjs-kinesis | kinesalite | ratio, median of rounds (min–max) |',
    '| --- | --- | --- | --- |',
    row('PutRecords, 500 × 200 B', ours.put, theirs.put),
    row(`GetRecords, ${STORED_RECORDS} records of 200 B`, ours.get, theirs.get),
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

async function playRound({ client, put, get }: Contestant): Promise<void> {
  put.push(await putRecords(client, 'writes', (_records, elapsed) => elapsed >= PUT_MILLISECONDS));
  get.push(await readStream(client, 'reads', STORED_RECORDS));
}

function row(title: string, ours: readonly number[], theirs: readonly number[]): string {
  const ratios = ours.map((value, round) => value / (theirs[round] ?? NaN));
  const cells = [summarize(ours), summarize(theirs)].map((summary) => formatSummary(summary));
  return `| ${title} | ${cells.join(' | ')} | ${formatSummary(summarize(ratios), 1)} |`;
}
