import { type Ratio, reaches } from './ratio.js';
import { format } from './statistics.js';

/** A ratio next to the recorded one. */
export interface Verdict {
  readonly recorded: Ratio;
  /** What this run's measurements came to, the first one first; none where this machine lacks what it needs. */
  readonly measured: readonly number[];
  /** The worst figure that passes. */
  readonly bound: number;
  readonly outcome: 'holds' | 'worse' | 'not measured';
}

/** What a check of one benchmark found. */
export interface CheckResult {
  readonly verdicts: readonly Verdict[];
  /** Ratios that are measured, but that nothing is recorded of: the record is older than the benchmark. */
  readonly unrecorded: readonly Ratio[];
  readonly passed: boolean;
}

/** A slow moment of the machine is over at the next measurement, a slower program is not. */
export const MEASUREMENTS = 3;

/**
 * Compares ratios with the recorded ones. When one is worse than its tolerance allows, everything is measured again, up to
 * {@link MEASUREMENTS} times in all: a ratio holds when one of its measurements does.
 *
 * @param measure - measures the ratios once, each the median of its rounds
 */
export async function check(
  recorded: readonly Ratio[],
  measure: () => Promise<readonly Ratio[]>,
): Promise<CheckResult> {
  const runs: (readonly Ratio[])[] = [];
  let verdicts: Verdict[];
  do {
    runs.push(await measure());
    verdicts = recorded.map((each) => judge(each, runs));
  } while (runs.length < MEASUREMENTS && verdicts.some(({ outcome }) => outcome === 'worse'));
  const unrecorded = (runs[0] ?? []).filter(({ id }) => !recorded.some((each) => each.id === id));
  const somethingWasCompared = verdicts.some(({ outcome }) => outcome === 'holds');
  const passed =
    unrecorded.length === 0 && somethingWasCompared && verdicts.every(({ outcome }) => outcome !== 'worse');
  return { verdicts, unrecorded, passed };
}

function judge(recorded: Ratio, runs: readonly (readonly Ratio[])[]): Verdict {
  const measured = runs.flatMap((ratios) =>
    ratios.filter(({ id }) => id === recorded.id).map(({ median }) => median),
  );
  const bound = worstAllowed(recorded);
  const holds = measured.some((figure) => reaches(figure, bound, recorded.better));
  const outcome = measured.length === 0 ? 'not measured' : holds ? 'holds' : 'worse';
  return { recorded, measured, bound, outcome };
}

function worstAllowed({ median, better, tolerance, slack }: Ratio): number {
  const allowance = Math.abs(median) * tolerance + slack;
  return better === 'higher' ? median - allowance : median + allowance;
}

/** A line for each ratio: what was measured, what is recorded, and how far from it it may be. */
export function report({ verdicts, unrecorded }: CheckResult): string[] {
  return [
    ...verdicts.map(({ recorded, measured, bound, outcome }) => {
      const { id, median, better, tolerance, slack } = recorded;
      const figures = measured.length > 0 ? `measured ${measured.map(show).join(', ')}; ` : '';
      const allowance = `${format(tolerance * 100)} %${slack > 0 ? ` and ${show(slack)}` : ''}`;
      const limit = `at ${better === 'higher' ? 'least' : 'most'} ${show(bound)}`;
      return `${outcome}: ${id}: ${figures}recorded ${show(median)}, tolerance ${allowance}: ${limit}`;
    }),
    ...unrecorded.map(({ id, median }) => `not recorded: ${id}: measured ${show(median)}`),
  ];
}

function show(figure: number): string {
  return format(figure, Math.abs(figure) >= 100 ? 0 : 3);
}
