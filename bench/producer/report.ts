import { advantage, perRecord, type VariantRounds } from '../contest/figures.js';
import { format, formatSummary, type Summary, summarize } from '../statistics.js';

/** What a variant came to, for `producer.json`. */
export interface VariantFigures {
  readonly name: string;
  readonly title: string;
  /** Microseconds of processor time per user record. */
  readonly perRecord: Summary;
  /** User records for each of the other variant's, on the same processor time: the median of the rounds' ratios. */
  readonly times: Readonly<Record<Reference, number>>;
}

/** What each variant is compared with. */
const REFERENCES = ['base', 'sdk-default', 'sdk-put-record'] as const;
type Reference = (typeof REFERENCES)[number];

export function figures(variants: readonly VariantRounds[]): VariantFigures[] {
  return variants.map((variant) => {
    const times = REFERENCES.map((name) => {
      const reference = variants.find((other) => other.name === name);
      return [name, reference ? advantage(variant, reference) : NaN] as const;
    });
    return {
      name: variant.name,
      title: variant.title,
      perRecord: summarize(variant.rounds.map(perRecord)),
      times: Object.fromEntries(times) as Record<Reference, number>,
    };
  });
}

export function table(variants: readonly VariantFigures[]): string[] {
  return [
    '| | µs of CPU per record, median (min–max) | × base | × SDK default, batched | × SDK default, one by one |',
    '| --- | --- | --- | --- | --- |',
    ...variants.map(({ title, perRecord, times }) => {
      const [base, batched, single] = REFERENCES.map((name) => times[name]);
      const cells = [
        formatSummary(perRecord, 2),
        format(base ?? NaN, 2),
        format(batched ?? NaN, 2),
        format(single ?? NaN),
      ];
      return `| ${title} | ${cells.join(' | ')} |`;
    }),
  ];
}
