import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { compare } from '../contest/compare.js';
import { perRecord, type VariantRounds } from '../contest/figures.js';
import { circumstances, recordSection } from '../results.js';
import { format, formatSummary, type Summary, summarize } from '../statistics.js';
import { VARIANTS } from './variants.js';

const RESULTS = 'bench/results';

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
  const variantProcess = new URL('variant-process.js', import.meta.url);
  const before = circumstances();
  const rows = figures(
    await compare(variants, { variantProcess, workload: '', rounds, budget, warmUp: budget }),
  );
  console.log(table(rows).join('\n'));
  if (variants.length < VARIANTS.length) return;
  await recordSection('Dispatch', [
    `\`npm run bench -- dispatch\`: ${before}.`,
    '',
    'From the engine to the method and back, on Nest 12, nothing else of the engine. Each variant has a process of its own,',
    `and ${rounds} rounds of ${budget / 1000} s of processor time, interleaved; beyond \`await\` is the median of the differences round by round.`,
    '',
    ...table(rows),
  ]);
  await mkdir(RESULTS, { recursive: true });
  const json = { circumstances: before, rounds, budget, variants: rows };
  await writeFile(`${RESULTS}/dispatch.json`, `${JSON.stringify(json, undefined, 2)}\n`);
}

function figures(variants: readonly VariantRounds[]): VariantFigures[] {
  const bare = variants.find(({ name }) => name === 'bare');
  return variants.map(({ name, title, rounds }) => ({
    name,
    title,
    perRecord: summarize(rounds.map(perRecord)),
    added: summarize(
      rounds.map((round, index) => {
        const other = bare?.rounds[index];
        return other ? perRecord(round) - perRecord(other) : NaN;
      }),
    ).median,
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
