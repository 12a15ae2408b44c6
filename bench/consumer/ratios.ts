import type { Chart } from '../comparison-chart.js';
import { advantages, type VariantRounds } from '../contest/figures.js';
import { bars } from '../producer/ratios.js';
import { ratio, type Ratio, type Target } from '../ratio.js';
import type { Workload } from './pages.js';

/** Of the whole path, next to what the others of a workload are compared with. */
const TARGETS: Readonly<Partial<Record<Workload, Target>>> = {
  'json-200': { must: 1.3, aim: 2 },
  'kpl-200': { must: 2, aim: 3.5 },
};

/** The name of the variant that the others are compared with. */
export function referenceOf(workload: Workload): string {
  return workload.startsWith('kpl') ? 'aws-kinesis-agg' : 'base';
}

export function ratios(workload: Workload, variants: readonly VariantRounds[]): Ratio[] {
  const reference = variants.find(({ name }) => name === referenceOf(workload));
  if (!reference) return [];
  const target = TARGETS[workload];
  return variants
    .filter(({ name }) => name.startsWith('ours'))
    .map((variant) =>
      ratio(
        {
          id: `consumer.${variant.name}.${reference.name}.${workload}`,
          title: `${variant.title}, ${workload}, next to ${reference.title}`,
          better: 'higher',
          ...(target && { target }),
        },
        advantages(variant, reference),
      ),
    );
}

export function chart(title: string, workload: Workload, variants: readonly VariantRounds[]): Chart {
  return {
    title: `Consuming ${title}: records per CPU second`,
    bars: bars(variants, referenceOf(workload)),
  };
}
