import { Coverage } from './coverage.js';
import { History } from './history.js';

/** Over fewer seeds than this, not everything needs to have happened. */
const SEEDS_FOR_ALL = 200;

/** Lines of trace shown before the first violation. */
const LINES = 60;

export interface SeedRange {
  readonly from: number;
  readonly seeds: number;
  /** Steps of each history. */
  readonly ops: number;
}

/** What came of a range of seeds, as plain values that can pass between processes. */
export interface Outcome {
  readonly records: number;
  readonly violations: number;
  readonly happenings: ReturnType<Coverage['entries']>;
}

/** Runs the histories of a range; tells `report` what is wrong, readable and with the way to see it again. */
export async function simulate(
  { from, seeds, ops }: SeedRange,
  report: (text: string) => void,
  traced = false,
): Promise<Outcome> {
  const coverage = new Coverage();
  let records = 0;
  let violations = 0;
  for (let seed = from; seed < from + seeds; seed++) {
    const result = await new History(seed, ops).run();
    records += result.records;
    violations += result.violations.length;
    coverage.addAll(result.happenings);
    if (traced || result.violations.length > 0) report(await replay(seed, ops, traced));
  }
  return { records, violations, happenings: coverage.entries() };
}

/** The same history again, now with its trace: whole, or what led to the first violation. */
async function replay(seed: number, ops: number, whole: boolean): Promise<string> {
  const history = new History(seed, ops, true);
  const { violations } = await history.run();
  const lines = history.trace?.lines ?? [];
  const first = lines.findIndex((line) => line.includes(' violates check '));
  const shown = whole ? lines : lines.slice(Math.max(0, first - LINES), first + 1);
  return [
    `violation: npm run simulate -- --seeds 1 --from ${seed} --ops ${ops} --trace`,
    ...violations
      .slice(0, 5)
      .map(({ check, at, text }) => `  at ${(at / 1000).toFixed(3)} s, check ${check}: ${text}`),
    ...shown.map((line) => `    ${line}`),
  ].join('\n');
}

/** The last line of a run, and whether all went well. */
export function conclude(seeds: number, outcomes: readonly Outcome[]): { ok: boolean; lines: string[] } {
  const coverage = new Coverage();
  for (const { happenings } of outcomes) coverage.addAll(happenings);
  const records = outcomes.reduce((sum, outcome) => sum + outcome.records, 0);
  const violations = outcomes.reduce((sum, outcome) => sum + outcome.violations, 0);
  const missing = seeds >= SEEDS_FOR_ALL ? coverage.missing : [];
  const reshards = coverage.of('split') + coverage.of('merge');
  return {
    ok: violations === 0 && missing.length === 0,
    lines: [
      ...missing.map((happening) => `never happened: ${happening}`),
      `simulation: seeds=${seeds} records=${records} crashes=${coverage.of('crash')} ` +
        `handoffs=${coverage.of('hand-off')} reshards=${reshards} violations=${violations}`,
    ],
  };
}
