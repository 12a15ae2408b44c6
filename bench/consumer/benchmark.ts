import { parseArgs } from 'node:util';
import { compare } from '../contest/compare.js';
import { installPeers } from '../producer/peers.js';
import type { VariantRounds } from '../contest/figures.js';
import { LEAD_IN } from '../contest/processes.js';
import type { Ratio } from '../ratio.js';
import { circumstances, load, readRemarks, recordResult, recordSection, targetsTable } from '../results.js';
import { type Workload, WORKLOADS } from './pages.js';
import { chart, ratios, referenceOf } from './ratios.js';
import { figures, table } from './report.js';
import { LIFION_KINESIS } from './variants/lifion-kinesis.js';
import { VARIANTS } from './variants/index.js';

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
  const where = circumstances();
  const loads: string[] = [load()];
  const results = new Map<Workload, readonly VariantRounds[]>();
  for (const workload of settings.workloads) {
    const rounds = await measure(chosen, workload, settings);
    results.set(workload, rounds);
    console.log(`${workload}\n${tableOf(workload, rounds).join('\n')}`);
    loads.push(load());
  }
  // A part of it is for looking at, not for the record.
  if (chosen.length < VARIANTS.length - 1 || results.size < WORKLOADS.length) return;
  const measured = [...results];
  const compared = measured.flatMap(([workload, rounds]) => ratios(workload, rounds));
  await recordSection('Consumer', [
    `\`npm run bench -- consumer\`: ${where}, load ${loads.join(', ')}.`,
    '',
    ...method(settings),
    '',
    ...targetsTable(compared.filter(({ target }) => target)),
    '',
    ...measured.flatMap(([workload, rounds]) => [
      `${TITLES[workload]}:`,
      '',
      ...tableOf(workload, rounds),
      '',
    ]),
    ...(await readRemarks('consumer')),
  ]);
  await recordResult({
    benchmark: 'consumer',
    circumstances: where,
    ratios: compared,
    charts: measured
      .filter(([workload]) => workload !== 'json-1000')
      .map(([workload, rounds]) => chart(TITLES[workload], workload, rounds)),
    settings: { ...settings, only: settings.only.source },
    details: {
      loads,
      workloads: Object.fromEntries(
        measured.map(([workload, rounds]) => [workload, figures(rounds, referenceOf(workload))]),
      ),
    },
  });
}

/** Ours and what it is compared with, at 200 B. */
export async function remeasure(): Promise<readonly Ratio[]> {
  const settings = parseSettings(['--rounds', '3']);
  const found: Ratio[] = [];
  for (const workload of ['json-200', 'kpl-200'] as const) {
    const variants = VARIANTS.filter(({ name }) => name.startsWith('ours') || name === referenceOf(workload));
    found.push(...ratios(workload, await measure(variants, workload, settings)));
  }
  return found;
}

function measure(
  variants: typeof VARIANTS,
  workload: Workload,
  settings: Settings,
): Promise<readonly VariantRounds[]> {
  return compare(
    variants.filter(({ workloads }) => workloads.includes(workload)),
    {
      ...settings,
      server: new URL('canned-server.js', import.meta.url),
      variantProcess: new URL('variant-process.js', import.meta.url),
      workload,
    },
  );
}

function tableOf(workload: Workload, rounds: readonly VariantRounds[]): string[] {
  return table(figures(rounds, referenceOf(workload)));
}

function method({ rounds, budget, warmUp, transport }: Settings): string[] {
  const wire = transport === 'tls' ? 'over TLS' : 'without TLS';
  return [
    `Records in, objects handled, ${wire}, from a server in a process of its own that answers at once. Each variant has a`,
    `process of its own, ${warmUp / 1000} s to warm up, and ${rounds} rounds of ${budget / 1000} s of processor time, interleaved, each`,
    `after ${LEAD_IN / 1000} s that do not count. CPU is user and system`,
    'time of the whole client process. `×` is how many times as many records the same processor time carries, the',
    'median of the ratios round by round: above 1 is better than base. The loops read 4 shards side by side and hand each',
    'object to a function, and that is all they do. Ours is the whole path, in a Nest app: 16 shards under leases,',
    '`@KinesisConsumer`, watermark, and a checkpoint of each shard every second into a `MemoryCheckpointer`. What was read',
    'in a round is handled in it.',
  ];
}

function parseSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '7' },
      budget: { type: 'string', default: '1500' },
      'warm-up': { type: 'string', default: '15000' },
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
