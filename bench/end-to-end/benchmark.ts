import { parseArgs } from 'node:util';
import { startStores } from '../checkpointers/stores.js';
import type { Ratio } from '../ratio.js';
import { circumstances, load, readRemarks, recordResult, recordSection, targetsTable } from '../results.js';
import { format } from '../statistics.js';
import { type Contestant, findContestants } from './contestants.js';
import { BenchKinesis } from './local-kinesis.js';
import { advantages, chart, type Figures, racesTable, takeOverTable } from './report.js';
import { type Arena, BYTES, Games } from './rounds.js';
import { SHARDS, type TakeOver } from './take-over.js';

const RECORDS = 200_000;

interface Plan {
  readonly rounds: number;
  readonly records: number;
  /** Which contestants. */
  readonly only: RegExp;
  readonly takeOver: boolean;
}

interface Outcome extends Figures {
  readonly takeOvers: ReadonlyMap<Contestant, readonly TakeOver[]>;
  readonly missing: readonly string[];
}

/** Whole programs on this library and on others, with all that belongs to them. */
export async function run(args: readonly string[]): Promise<void> {
  const plan = parsePlan(args);
  const where = circumstances();
  const outcome = await play(plan);
  const ratios = advantages(outcome);
  const lines = tables(outcome);
  console.log([...lines, '', ...targetsTable(ratios)].join('\n'));
  // A part of it is for looking at, not for the record.
  if (plan.only.source !== '(?:)' || !plan.takeOver) return;
  await recordSection('End to end, next to others', [
    `\`npm run bench -- end-to-end\`: ${where}, ${load()} after.`,
    '',
    ...method(plan),
    '',
    ...lines,
    '',
    ...outcome.missing.flatMap((line) => [line, '']),
    ...(await readRemarks('end-to-end')),
  ]);
  await recordResult({
    benchmark: 'end-to-end',
    circumstances: where,
    ratios,
    charts: [chart('producer', outcome.producer), chart('consumer', outcome.consumer)],
    settings: { rounds: plan.rounds, records: plan.records },
    details: {
      producer: detailsOf(outcome.producer),
      consumer: detailsOf(outcome.consumer),
      takeOver: detailsOf(outcome.takeOvers),
      missing: outcome.missing,
    },
  });
}

export async function remeasure(): Promise<readonly Ratio[]> {
  return advantages(await play({ rounds: 2, records: RECORDS / 2, only: /(?:)/, takeOver: false }));
}

async function play({ rounds, records, only, takeOver }: Plan): Promise<Outcome> {
  const { stores } = await startStores();
  const kinesis = await BenchKinesis.start();
  const arena: Arena = { kinesis, ...addresses(stores.map(({ address }) => address)) };
  const games = new Games(arena, records);
  try {
    const found = findContestants({ redis: arena.redisPort !== undefined });
    const contestants = found.contestants.filter(({ name }) => only.test(name));
    const producer = await games.produce(contestants, rounds);
    const consumer = await games.consume(contestants, rounds);
    const takeOvers = takeOver ? await games.takeOver(contestants) : new Map<Contestant, TakeOver[]>();
    return { producer, consumer, takeOvers, missing: [...found.missing, ...games.failures] };
  } finally {
    games.clear();
    kinesis.stop();
    for (const store of stores) await store.stop();
  }
}

/** Amazon's own DynamoDB Local where there is Java, as the last of the stores. */
function addresses(
  stores: readonly { kind: string; endpoint?: string; port?: number }[],
): Omit<Arena, 'kinesis'> {
  const dynamodb = stores.findLast(({ kind }) => kind === 'dynamodb')?.endpoint ?? '';
  return { dynamodb, redisPort: stores.find(({ kind }) => kind === 'redis')?.port };
}

function method({ rounds, records }: Plan): string[] {
  return [
    `The same ${format(records)} JSON objects of ${BYTES} B (less where a turn of 20 s of processor time, or a minute, ends before), ${SHARDS} shards, a local Kinesis without limits in a process`,
    `of its own, ${rounds} rounds in turn, one process of each library (with the KPL's daemon). Putting is over TLS, as the KPL speaks`,
    'nothing else, without the pace of any; all but lifion-kinesis, which cannot, pack KPL aggregates. Consuming is without',
    'TLS, of what our producer has put, by polling; every library has the options it has by default and hands over parsed JSON. The JVMs',
    'have a heap of at most 512 MB. CPU is user and system time of all processes of a library, in the second half of a turn, when what is',
    'hot is compiled; records/s is of the whole turn. Start-up is from the start of the process to the first record, the making of tables',
    'included. Leases are in DynamoDB Local, or in dynalite where there is no Java, unless said otherwise.',
    '',
    'After a kill (SIGKILL) of one of two consumers: from then until the other has handled a record of each of the shards. All wait side',
    'by side.',
  ];
}

function tables({ producer, consumer, takeOvers }: Outcome): string[] {
  return [
    ...racesTable('producer', producer),
    '',
    ...racesTable('consumer', consumer),
    ...(takeOvers.size > 0 ? ['', ...takeOverTable(takeOvers)] : []),
  ];
}

function detailsOf<T>(figures: ReadonlyMap<Contestant, T>): Record<string, T> {
  return Object.fromEntries([...figures].map(([{ name }, found]) => [name, found]));
}

function parsePlan(args: readonly string[]): Plan {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      records: { type: 'string', default: String(RECORDS) },
      only: { type: 'string', default: '' },
      'no-take-over': { type: 'boolean', default: false },
    },
  });
  return {
    rounds: Number(values.rounds),
    records: Number(values.records),
    only: new RegExp(values.only),
    takeOver: !values['no-take-over'],
  };
}
