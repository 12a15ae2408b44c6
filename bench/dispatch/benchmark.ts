import { parseArgs } from 'node:util';
import { compare } from '../contest/compare.js';
import { perRecord, type VariantRounds } from '../contest/figures.js';
import { LEAD_IN } from '../contest/processes.js';
import { ratio, type Ratio, type Target } from '../ratio.js';
import { circumstances, recordResult, recordSection } from '../results.js';
import { format, formatSummary, type Summary, summarize } from '../statistics.js';
import { VARIANTS } from './variants.js';

/** Microseconds a record beyond a bare `await`. */
const TARGETS: Readonly<Record<string, Target>> = {
  'ours-async': { must: 0.3, aim: 0.05 },
  'ours-batch-interceptor': { must: 0.1, aim: 0.1 },
};

/** Below this an address more or less in the caches of a processor decides. */
const SLACK = 0.05;

/** What a variant came to, for `dispatch.json`. */
interface VariantFigures {
  readonly name: string;
  readonly title: string;
  /** Microseconds of processor time per record. */
  readonly perRecord: Summary;
  /** The same beyond that of a bare `await`: the median of the rounds' differences. */
  readonly added: number;
}

/** What lies between the engine and a handler's method. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '7' },
      budget: { type: 'string', default: '400' },
      only: { type: 'string', default: '' },
    },
  });
  const only = new RegExp(values.only);
  const variants = VARIANTS.filter(({ name }) => only.test(name) || name === 'bare');
  const [rounds, budget] = [Number(values.rounds), Number(values.budget)];
  const before = circumstances();
  const measured = await measure(variants, rounds, budget);
  const rows = figures(measured);
  console.log(table(rows).join('\n'));
  if (variants.length < VARIANTS.length) return;
  await recordSection('Dispatch', [
    `\`npm run bench -- dispatch\`: ${before}.`,
    '',
    'From the engine to the method and back, on Nest 12, nothing else of the engine. Each variant has a process of its own,',
    `and ${rounds} rounds of ${budget / 1000} s of processor time, interleaved, each after ${LEAD_IN / 1000} s that do not count; beyond \`await\` is the median of the differences round by round.`,
    '',
    ...table(rows),
  ]);
  await recordResult({
    benchmark: 'dispatch',
    circumstances: before,
    ratios: ratios(measured),
    settings: { rounds, budget },
    details: rows,
  });
}

export async function remeasure(): Promise<readonly Ratio[]> {
  return ratios(await measure(VARIANTS, 5, 400));
}

function measure(
  variants: typeof VARIANTS,
  rounds: number,
  budget: number,
): Promise<readonly VariantRounds[]> {
  const variantProcess = new URL('variant-process.js', import.meta.url);
  return compare(variants, { variantProcess, workload: '', rounds, budget, warmUp: budget });
}

function ratios(variants: readonly VariantRounds[]): Ratio[] {
  const bare = variants.find(({ name }) => name === 'bare');
  if (!bare) return [];
  return variants
    .filter(({ name }) => name.startsWith('ours'))
    .map((variant) => {
      const target = TARGETS[variant.name];
      return ratio(
        {
          id: `dispatch.${variant.name}.added`,
          title: `${variant.title}, beyond a bare await`,
          better: 'lower',
          unit: 'µs',
          slack: SLACK,
          ...(target && { target }),
        },
        added(variant, bare),
      );
    });
}

/** Microseconds per record beyond another's, round by round. */
function added({ rounds }: VariantRounds, bare: VariantRounds | undefined): number[] {
  return rounds.map((round, index) => {
    const other = bare?.rounds[index];
    return other ? perRecord(round) - perRecord(other) : NaN;
  });
}

function figures(variants: readonly VariantRounds[]): VariantFigures[] {
  const bare = variants.find(({ name }) => name === 'bare');
  return variants.map((variant) => ({
    name: variant.name,
    title: variant.title,
    perRecord: summarize(variant.rounds.map(perRecord)),
    added: summarize(added(variant, bare)).median,
  }));
}

function table(variants: readonly VariantFigures[]): string[] {
  return [
    '| | µs of CPU per record, median (min–max) | beyond `await` |',
    '| --- | --- | --- |',
    ...variants.map(
      ({ title, perRecord, added }) => `| ${title} | ${formatSummary(perRecord, 3)} | ${format(added, 3)} |`,
    ),
  ];
}
