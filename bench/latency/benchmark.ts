import { ratio, type Ratio, type RatioDescription } from '../ratio.js';
import { circumstances, load, recordResult, recordSection, targetsTable } from '../results.js';
import { formatSummary, type Summary, summarize } from '../statistics.js';
import { ANSWER, type Latencies, type Plan, playRounds, RATES } from './rounds.js';
import { LATENCY_VARIANTS } from './variants.js';

const PLAN: Plan = { rounds: 5, warmUp: 6_000, playing: { 20: 16_000, 200: 8_000 } };
const SHORT_PLAN: Plan = { rounds: 3, warmUp: 6_000, playing: { 20: 8_000, 200: 4_000 } };

/** What is compared, with its target in milliseconds, and how far from what is recorded another run of the same program may be. */
const PERCENTILES = {
  p50: { share: 0.5, target: { must: 0.5, aim: 0.1 }, slack: 0.3 },
  p99: { share: 0.99, target: { must: 2, aim: 0.5 }, slack: 3 },
} as const;
type Percentile = keyof typeof PERCENTILES;

/** How much longer `send` takes than the SDK's own call. */
export async function run(): Promise<void> {
  const where = circumstances();
  const latencies = await playRounds(PLAN);
  const ratios = added(latencies);
  const percentiles = percentilesOf(latencies);
  const lines = [
    ...targetsTable(ratios),
    '',
    '| milliseconds, median of the rounds (min–max) | records/s | p50 | p99 |',
    '| --- | --- | --- | --- |',
    ...percentiles.map(
      ({ title, rate, p50, p99 }) =>
        `| ${title} | ${rate} | ${formatSummary(p50, 2)} | ${formatSummary(p99, 2)} |`,
    ),
  ];
  console.log(lines.join('\n'));
  await recordSection('Latency', [
    `\`npm run bench -- latency\`: ${where}, ${load()} after.`,
    '',
    `Milliseconds from the call to the acknowledgement, over TLS, from a server in a process of its own that takes ${ANSWER} ms`,
    'for each answer. JSON objects of 200 B come at random, whether or not those before are acknowledged. Each variant',
    `has a process of its own; they take turns of two seconds. What is added is the difference of each round's`,
    `percentiles, and of that the median of ${PLAN.rounds} rounds. Ours has the options of an app that sets none.`,
    '',
    ...lines,
  ]);
  await recordResult({
    benchmark: 'latency',
    circumstances: where,
    ratios,
    settings: PLAN,
    details: percentiles,
  });
}

export async function remeasure(): Promise<readonly Ratio[]> {
  return added(await playRounds(SHORT_PLAN));
}

/** What ours adds to the SDK's latency, round by round. */
function added(latencies: Latencies): Ratio[] {
  const [reference, ...variants] = LATENCY_VARIANTS;
  if (!reference) return [];
  return variants.flatMap(({ name, title }) =>
    RATES.flatMap((rate) =>
      (Object.keys(PERCENTILES) as Percentile[]).map((percentile) => {
        const { share, target, slack } = PERCENTILES[percentile];
        const sdk = latencies.get(reference.name)?.[rate] ?? [];
        const rounds = (latencies.get(name)?.[rate] ?? []).map(
          (round, index) => quantile(round, share) - quantile(sdk[index] ?? [], share),
        );
        const description: RatioDescription = {
          id: `latency.${name}.${rate}.${percentile}`,
          title: `${title}, ${rate} records/s: ${percentile} added`,
          better: 'lower',
          unit: 'ms',
          target,
          slack,
        };
        return ratio(description, rounds);
      }),
    ),
  );
}

function percentilesOf(
  latencies: Latencies,
): ({ title: string; rate: number } & Record<Percentile, Summary>)[] {
  return LATENCY_VARIANTS.flatMap(({ name, title }) =>
    RATES.map((rate) => {
      const rounds = latencies.get(name)?.[rate] ?? [];
      const over = (percentile: Percentile): Summary =>
        summarize(rounds.map((round) => quantile(round, PERCENTILES[percentile].share)));
      return { title, rate, p50: over('p50'), p99: over('p99') };
    }),
  );
}

/** Of values in ascending order. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
