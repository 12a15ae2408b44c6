import { summarize } from '../statistics.js';
import type { Entrant, RoundResult } from './processes.js';

/** The rounds of one variant. */
export interface VariantRounds extends Entrant {
  readonly rounds: readonly RoundResult[];
}

/**
 * How many times as many records as the reference the same processor time carries. Round by round, so that what the machine
 * did meanwhile to both is no difference.
 */
export function advantages(variant: VariantRounds, reference: VariantRounds): number[] {
  return variant.rounds.map((round, index) => {
    const other = reference.rounds[index];
    return other ? perRecord(other) / perRecord(round) : NaN;
  });
}

/** The median of the {@link advantages}. */
export function advantage(variant: VariantRounds, reference: VariantRounds): number {
  return summarize(advantages(variant, reference)).median;
}

/** Microseconds of processor time per record. */
export function perRecord({ processorTime, records }: RoundResult): number {
  return (processorTime * 1000) / records;
}
