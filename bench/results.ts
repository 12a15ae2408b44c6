import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { type Chart, drawCharts } from './comparison-chart.js';
import type { Ratio } from './ratio.js';
import { format, formatSummary } from './statistics.js';

const RESULTS = 'bench/RESULTS.md';
const TITLE = '# Benchmark results\n';
const FOLDER = 'bench/results';
const COMPARISON = 'bench/comparison.svg';

/** What a benchmark measured, as it is kept in `bench/results/<name>.json`. */
export interface Result {
  readonly benchmark: string;
  /** {@link circumstances}, taken before it began. */
  readonly circumstances: string;
  /** What `--check` compares, and what there are targets for. */
  readonly ratios: readonly Ratio[];
  /** What goes into the picture. */
  readonly charts?: readonly Chart[];
  readonly settings?: unknown;
  /** Everything else, in a shape of the benchmark's own. */
  readonly details?: unknown;
}

/** Puts a benchmark's section into `bench/RESULTS.md`, in place of the one it wrote before. */
export async function recordSection(heading: string, lines: readonly string[]): Promise<void> {
  const sections = await readSections();
  sections.set(heading, [`## ${heading}`, '', ...lines, ''].join('\n'));
  await writeFile(RESULTS, [TITLE, ...sections.values()].join('\n'));
}

/** Keeps what a benchmark measured, and draws the comparison anew. */
export async function recordResult(result: Result): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}/${result.benchmark}.json`, `${JSON.stringify(result, undefined, 2)}\n`);
  await drawComparison();
}

/** What a benchmark recorded; undefined where it has not, or before results had this shape. */
export async function readResult(benchmark: string): Promise<Result | undefined> {
  const text = await readFile(`${FOLDER}/${benchmark}.json`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const result = JSON.parse(text) as Partial<Result>;
  return result.ratios && (result as Result);
}

/** `bench/comparison.svg`, from what all benchmarks recorded. */
export async function drawComparison(): Promise<void> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.json')).sort();
  const results = await Promise.all(files.map((file) => readResult(file.replace(/\.json$/, ''))));
  const charts = results.flatMap((result) => result?.charts ?? []);
  if (charts.length > 0) await writeFile(COMPARISON, drawCharts(charts));
}

/** The rows of a table that says of each ratio what it came to and how it stands to its target. */
export function targetsTable(ratios: readonly Ratio[]): string[] {
  return [
    '| | median (min–max) | target, then aim | |',
    '| --- | --- | --- | --- |',
    ...ratios.map((each) => {
      const { title, unit = '×', target, better, standing = '' } = each;
      const bound = better === 'higher' ? '≥' : '≤';
      const wanted = target ? `${bound} ${target.must}, ${bound} ${target.aim}` : '';
      return `| ${title} | ${formatSummary(each, 2)} ${unit} | ${wanted} | ${standing} |`;
    }),
  ];
}

/** What people have to say about the figures of a benchmark is kept in a file of theirs. */
export async function readRemarks(benchmark: string): Promise<string[]> {
  const text = await readFile(`${FOLDER}/${benchmark}-remarks.md`, 'utf8').catch(() => '');
  return text.trimEnd().split('\n');
}

async function readSections(): Promise<Map<string, string>> {
  const text = await readFile(RESULTS, 'utf8').catch(() => '');
  const sections = text.split(/^(?=## )/m).filter((section) => section.startsWith('## '));
  return new Map(
    sections.map((section) => [/^## (.*)$/m.exec(section)?.[1] ?? '', `${section.trimEnd()}\n`]),
  );
}

/** Where and when a benchmark ran: figures mean nothing without. */
export function circumstances(): string {
  const model = cpus()[0]?.model ?? 'unknown processor';
  return `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${model}, load ${load()} before`;
}

/** How many processes wanted a processor during the last minute. */
export function load(): string {
  return format(loadavg()[0] ?? NaN, 1);
}
