import { type Summary, summarize } from './statistics.js';

/** The first figure must be met, the second is what we are after. */
export interface Target {
  readonly must: number;
  readonly aim: number;
}

export type Standing = 'not met' | 'met' | 'aim reached';

export interface RatioDescription {
  /** Never changes: `--check` finds the recorded one by it. */
  readonly id: string;
  readonly title: string;
  /** Which direction is the better one. */
  readonly better: 'higher' | 'lower';
  /** What is said behind the number, for figures that are no pure ratio. */
  readonly unit?: string;
  readonly target?: Target;
  /**
   * How much worse than recorded `--check` lets it be, as a share of what was recorded.
   *
   * @defaultValue {@link TOLERANCE}
   */
  readonly tolerance?: number;
  /**
   * How much worse it may be beyond that, in its own unit: for what is recorded near zero, where a share of it is nothing.
   *
   * @defaultValue 0
   */
  readonly slack?: number;
}

/** A comparison made within one run, which another run can be held against: over its rounds. */
export interface Ratio extends RatioDescription, Summary {
  readonly tolerance: number;
  readonly slack: number;
  /** How the median stands to the target. */
  readonly standing?: Standing;
}

/** Ratios of one machine hold within about 15 % from run to run while its processors are shared, absolute figures do not. */
export const TOLERANCE = 0.25;

/** @param rounds - what each round came to */
export function ratio(description: RatioDescription, rounds: readonly number[]): Ratio {
  const summary = summarize(rounds);
  const { target } = description;
  return {
    tolerance: TOLERANCE,
    slack: 0,
    ...description,
    ...summary,
    ...(target && { standing: standing(summary.median, target, description.better) }),
  };
}

/** Whether a figure is at least as good as a bound. */
export function reaches(figure: number, bound: number, better: RatioDescription['better']): boolean {
  return better === 'higher' ? figure >= bound : figure <= bound;
}

function standing(figure: number, { must, aim }: Target, better: RatioDescription['better']): Standing {
  if (reaches(figure, aim, better)) return 'aim reached';
  return reaches(figure, must, better) ? 'met' : 'not met';
}
