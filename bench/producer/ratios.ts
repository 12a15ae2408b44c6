import type { Bar, Chart } from '../comparison-chart.js';
import { advantage, advantages, type VariantRounds } from '../contest/figures.js';
import { ratio, type Ratio, type Target } from '../ratio.js';

interface Comparison {
  readonly variant: string;
  readonly reference: 'base' | 'sdk-default' | 'sdk-put-record';
  /** As times the records on the same processor time, for 200 B. */
  readonly target?: Target;
}

/** Outcomes of batches, as the references have them; what waits for each record of its own is shown besides. */
const [KPL, PLAIN] = ['ours-kpl-send-many', 'ours-json-send-many'];

const COMPARISONS: readonly Comparison[] = [
  { variant: KPL, reference: 'base', target: { must: 1.5, aim: 2 } },
  { variant: KPL, reference: 'sdk-default', target: { must: 3.5, aim: 5 } },
  { variant: KPL, reference: 'sdk-put-record', target: { must: 500, aim: 1_000 } },
  // At most 1.1 times the processor time, then 0.6 times.
  { variant: PLAIN, reference: 'base', target: { must: 0.91, aim: 1.67 } },
  { variant: 'ours-json-send', reference: 'base' },
  { variant: 'ours-kpl-send', reference: 'base' },
  { variant: 'ours-json-put', reference: 'base' },
  { variant: 'ours-kpl-put', reference: 'base' },
  { variant: 'ours-json-lines-send', reference: 'base' },
  { variant: 'ours-msgpack-list-send', reference: 'base' },
];

const TARGETED_BYTES = 200;

export function ratios(bytes: number, variants: readonly VariantRounds[]): Ratio[] {
  return COMPARISONS.flatMap(({ variant: name, reference: other, target }) => {
    const variant = variants.find((each) => each.name === name);
    const reference = variants.find((each) => each.name === other);
    if (!variant || !reference) return [];
    const description = {
      id: `producer.${name}.${other}.${bytes}`,
      title: `${variant.title}, ${bytes} B, next to ${reference.title}`,
      better: 'higher',
      ...(target && bytes === TARGETED_BYTES ? { target } : {}),
    } as const;
    return [ratio(description, advantages(variant, reference))];
  });
}

export function chart(bytes: number, variants: readonly VariantRounds[]): Chart {
  return {
    title: `Putting JSON objects of ${bytes} B: records per CPU second`,
    // Order costs what it costs, and is no way to put that others have.
    bars: bars(variants.filter(({ name }) => !name.endsWith('-ordered'))),
  };
}

/** Each next to `base`. */
export function bars(variants: readonly VariantRounds[], reference = 'base'): Bar[] {
  const base = variants.find(({ name }) => name === reference);
  if (!base) return [];
  return variants.map((variant) => ({
    label: variant.title.replaceAll(/[`*]/g, ''),
    whose: whose(variant.name),
    times: advantage(variant, base),
  }));
}

function whose(name: string): Bar['whose'] {
  if (name.startsWith('ours')) return 'ours';
  return name === 'base' || name.startsWith('sdk') ? 'reference' : 'peer';
}
