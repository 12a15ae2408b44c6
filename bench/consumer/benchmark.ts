import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { compare } from '../contest/compare.js';
import { installPeers } from '../producer/peers.js';
import { circumstances, recordSection } from '../results.js';
import { type Workload, WORKLOADS } from './pages.js';
import { figures, table, type VariantFigures } from './report.js';
import { LIFION_KINESIS } from './variants/lifion-kinesis.js';
import { VARIANTS } from './variants/index.js';

const RESULTS = 'bench/results';

const TITLES: Readonly<Record<Workload, string>> = {
  'json-200': 'JSON objects of 200 B, 10 000 an answer',
  'json-1000': 'JSON objects of 1 000 B, 10 000 an answer',
  'kpl-200': 'KPL aggregates of 235 JSON objects of 200 B, 20 an answer',
};

interface Settings {
  readonly rounds: number;
  /** Milliseconds of processor time in a round. */
  readonly budget: number;
  readonly warmUp: number;
  readonly transport: 'tls' | 'plain';
  readonly only: RegExp;
  readonly workloads: readonly Workload[];
}

/** What a record costs the process that consumes it, next to a loop around the SDK and to what others offer. */
export async function run(args: readonly string[]): Promise<void> {
  const settings = parseSettings(args);
  const chosen = VARIANTS.filter(
    (variant) => settings.only.test(variant.name) && (variant !== LIFION_KINESIS || installPeers()),
  );
  const loads: string[] = [load()];
  const results = new Map<Workload, VariantFigures[]>();
  for (const workload of settings.workloads) {
    const variants = chosen.filter(({ workloads }) => workloads.includes(workload));
    const server = new URL('canned-server.js', import.meta.url);
    const variantProcess = new URL('variant-process.js', import.meta.url);
    const rounds = await compare(variants, { ...settings, server, variantProcess, workload });
    const rows = figures(rounds, workload.startsWith('kpl') ? 'aws-kinesis-agg' : 'base');
    results.set(workload, rows);
    console.log(`${workload}\n${table(rows).join('\n')}`);
    loads.push(load());
  }
  // A part of it is for looking at, not for the record.
  if (chosen.length < VARIANTS.length - 1 || results.size < WORKLOADS.length) return;
  await recordSection('Consumer', [
    `\`npm run bench -- consumer\`: ${circumstances()}, load ${loads.join(', ')}.`,
    '',
    ...method(settings),
    '',
    ...[...results].flatMap(([workload, rows]) => [`${TITLES[workload]}:`, '', ...table(rows), '']),
    ...(await remarks()),
  ]);
  await mkdir(RESULTS, { recursive: true });
  const json = { circumstances: circumstances(), loads, settings, workloads: Object.fromEntries(results) };
  await writeFile(`${RESULTS}/consumer.json`, `${JSON.stringify(json, undefined, 2)}\n`);
}

function method({ rounds, budget, warmUp, transport }: Settings): string[] {
  const wire = transport === 'tls' ? 'over TLS' : 'without TLS';
  return [
    `Records in, objects handled, ${wire}, from a server in a process of its own that answers at once. Each variant has a`,
    `process of its own, ${warmUp / 1000} s to warm up, and ${rounds} rounds of ${budget / 1000} s of processor time, interleaved. CPU is user and system`,
    'time of the whole client process. `×` is how many times as many records the same processor time carries, the',
    'median of the ratios round by round: above 1 is better than base. The loops read 4 shards side by side and hand each',
    'object to a function, and that is all they do. Ours is the whole path, in a Nest app: 16 shards under leases,',
    '`@KinesisConsumer`, watermark, and a checkpoint of each shard every second into a `MemoryCheckpointer`. What was read',
    'in a round is handled in it.',
  ];
}

/** What people have to say about the figures is kept in a file of theirs. */
async function remarks(): Promise<string[]> {
  const text = await readFile(`${RESULTS}/consumer-remarks.md`, 'utf8').catch(() => '');
  return text.trimEnd().split('\n');
}

function load(): string {
  return (loadavg()[0] ?? NaN).toFixed(1);
}

function parseSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      budget: { type: 'string', default: '1000' },
      'warm-up': { type: 'string', default: '4000' },
      plain: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      workload: { type: 'string', multiple: true, default: [...WORKLOADS] },
    },
  });
  return {
    rounds: Number(values.rounds),
    budget: Number(values.budget),
    warmUp: Number(values['warm-up']),
    transport: values.plain ? 'plain' : 'tls',
    only: new RegExp(values.only),
    workloads: values.workload as Workload[],
  };
}
