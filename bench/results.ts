import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { format } from './statistics.js';

const RESULTS = 'bench/RESULTS.md';
const TITLE = '# Benchmark results\n';

/** Puts a benchmark's section into `bench/RESULTS.md`, in place of the one it wrote before. */
export async function recordSection(heading: string, lines: readonly string[]): Promise<void> {
  const sections = await readSections();
  sections.set(heading, [`## ${heading}`, '', ...lines, ''].join('\n'));
  await writeFile(RESULTS, [TITLE, ...sections.values()].join('\n'));
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
  const load = format(loadavg()[0] ?? NaN, 1);
  return `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${model}, load ${load} before`;
}
