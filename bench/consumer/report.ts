import { advantage, perRecord, type VariantRounds } from '../contest/figures.js';
import { format, formatSummary, type Summary, summarize } from '../statistics.js';

/** What a variant came to, for `consumer.json`. */
export interface VariantFigures {
  readonly name: string;
  readonly title: string;
  /** Microseconds of processor time per user record. */
  readonly perRecord: Summary;
  /** User records for each of base's, on the same processor time: the median of the rounds' ratios. */
  readonly timesBase: number;
}

/** @param base - the name of the variant that the others are compared with */
export function figures(variants: readonly VariantRounds[], base: string): VariantFigures[] {
  const reference = variants.find(({ name }) => name === base);
  return variants.map((variant) => ({
    name: variant.name,
    title: variant.title,
    perRecord: summarize(variant.rounds.map(perRecord)),
    timesBase: reference ? advantage(variant, reference) : NaN,
  }));
}

export function table(variants: readonly VariantFigures[]): string[] {
  return [
    '| | µs of CPU per record, median (min–max) | × base |',
    '| --- | --- | --- |',
    ...variants.map(
      ({ title, perRecord, timesBase }) =>
        `| ${title} | ${formatSummary(perRecord, 2)} | ${format(timesBase, 2)} |`,
    ),
  ];
}
