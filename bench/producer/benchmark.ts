import { parseArgs } from 'node:util';
import { compare } from '../contest/compare.js';
import type { VariantRounds } from '../contest/figures.js';
import { LEAD_IN } from '../contest/processes.js';
import type { Ratio } from '../ratio.js';
import { circumstances, load, readRemarks, recordResult, recordSection, targetsTable } from '../results.js';
import { installPeers } from './peers.js';
import { chart, ratios } from './ratios.js';
import { figures, table } from './report.js';
import { LIFION_KINESIS } from './variants/lifion-kinesis.js';
import { VARIANTS } from './variants/index.js';

const SIZES = [200, 1000];
const WARM_UP = 4_000;

interface Settings {
  readonly rounds: number;
  /** Milliseconds of processor time in a round. */
  readonly budget: number;
  readonly warmUp: number;
  readonly transport: 'tls' | 'plain';
  readonly only: RegExp;
  readonly sizes: readonly number[];
}

/** What a record costs the process that puts it, next to the SDK by hand and to what others offer. */
export async function run(args: readonly string[]): Promise<void> {
  const settings = parseSettings(args);
  const variants = VARIANTS.filter(
    (variant) => settings.only.test(variant.name) && (variant !== LIFION_KINESIS || installPeers()),
  );
  const where = circumstances();
  const loads: string[] = [load()];
  const bySize = new Map<number, readonly VariantRounds[]>();
  for (const bytes of settings.sizes) {
    const rounds = await measure(variants, bytes, settings);
    bySize.set(bytes, rounds);
    console.log(`${bytes} B\n${table(figures(rounds)).join('\n')}`);
    loads.push(load());
  }
  // A part of the variants is for looking at, not for the record.
  if (variants.length < VARIANTS.length - 1) return;
  const leftOut = variants.includes(LIFION_KINESIS) ? [] : ['lifion-kinesis could not be installed.', ''];
  const measured = [...bySize];
  const compared = measured.flatMap(([bytes, rounds]) => ratios(bytes, rounds));
  await recordSection('Producer', [
    `\`npm run bench -- producer\`: ${where}, load ${loads.join(', ')}.`,
    '',
    ...method(settings),
    '',
    ...leftOut,
    ...targetsTable(compared.filter(({ target }) => target)),
    '',
    ...measured.flatMap(([bytes, rounds]) => [
      `JSON objects of ${bytes} B:`,
      '',
      ...table(figures(rounds)),
      '',
    ]),
    ...(await readRemarks('producer')),
  ]);
  await recordResult({
    benchmark: 'producer',
    circumstances: where,
    ratios: compared,
    charts: measured.slice(0, 1).map(([bytes, rounds]) => chart(bytes, rounds)),
    settings: { ...settings, only: settings.only.source },
    details: {
      loads,
      sizes: Object.fromEntries(measured.map(([bytes, rounds]) => [bytes, figures(rounds)])),
    },
  });
}

/** At 200 B, without those that are only there to be compared with others. */
export async function remeasure(): Promise<readonly Ratio[]> {
  const settings = parseSettings(['--rounds', '3']);
  const variants = VARIANTS.filter(({ name }) => /^(ours|base|sdk)/.test(name));
  return ratios(200, await measure(variants, 200, settings));
}

function measure(
  variants: typeof VARIANTS,
  bytes: number,
  settings: Settings,
): Promise<readonly VariantRounds[]> {
  return compare(variants, {
    ...settings,
    server: new URL('canned-server.js', import.meta.url),
    variantProcess: new URL('variant-process.js', import.meta.url),
    workload: String(bytes),
  });
}

function method({ rounds, budget, warmUp, transport }: Settings): string[] {
  const wire = transport === 'tls' ? 'over TLS' : 'without TLS';
  return [
    `Objects in, acknowledged records out, ${wire}, against a server in a process of its own that answers at once`,
    'from a stream of one shard; our pace is set to Infinity, so that it is not what is measured. Each variant has a',
    `process of its own, ${warmUp / 1000} s to warm up, and ${rounds} rounds of ${budget / 1000} s of processor time, interleaved, each`,
    `after ${LEAD_IN / 1000} s that do not count. CPU is user and system`,
    'time of the whole client process. `×` is how many times as many records the same processor time carries, the',
    'median of the ratios round by round: above 1 is better than the reference. Batched means 500 records a request,',
    '4 requests at once; one by one, 32 at once; every record has a partition key of its own, of 36 characters.',
    '`sendMany` has 500 a call, too, as many calls at once as fill the queue; `send` as many callers at once, each with one record.',
    "JSON lines and the MessagePack list pack with `scope: 'shard'`.",
  ];
}

function parseSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '7' },
      budget: { type: 'string', default: '1500' },
      'warm-up': { type: 'string', default: String(WARM_UP) },
      plain: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      size: { type: 'string', multiple: true, default: SIZES.map(String) },
    },
  });
  return {
    rounds: Number(values.rounds),
    budget: Number(values.budget),
    warmUp: Number(values['warm-up']),
    transport: values.plain ? 'plain' : 'tls',
    only: new RegExp(values.only),
    sizes: values.size.map(Number),
  };
}
