import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { OPERATIONS } from './history.js';
import { conclude, type Outcome, type SeedRange, simulate } from './simulation.js';

/**
 * `npm run simulate -- --seeds N --from S --ops K`: N seeded histories from seed S on, of K operations each.
 * `--workers P` spreads them over P processes, `--trace` shows all that happened.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    ops: { type: 'string', default: String(OPERATIONS) },
    workers: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
});
const [seeds, from, ops, workers] = [values.seeds, values.from, values.ops, values.workers].map(Number) as [
  number,
  number,
  number,
  number,
];

// Errors are part of the simulation, by the thousand; nobody looks at their stacks.
Error.stackTraceLimit = 0;

/** Seeds that one process takes at a time. */
const PORTION = 100;

/** Seeds after which a long run says how far it is. */
const PROGRESS = 10_000;

if (process.send) {
  process.on('message', (range: SeedRange) => {
    void simulate(range, (text) => console.error(text)).then((outcome) => process.send?.(outcome));
  });
} else {
  const outcomes =
    workers > 1
      ? await spread(workers)
      : [await simulate({ from, seeds, ops }, (text) => console.error(text), values.trace)];
  const { ok, lines } = conclude(seeds, outcomes);
  for (const line of lines) console.log(line);
  process.exitCode = ok ? 0 : 1;
}

/** Portions of the seeds go to whichever process is free. */
async function spread(count: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = from;
  const work = async (): Promise<void> => {
    const child = fork(fileURLToPath(import.meta.url));
    while (next < from + seeds) {
      const range = { from: next, seeds: Math.min(PORTION, from + seeds - next), ops };
      next += range.seeds;
      outcomes.push(await portion(child, range));
      showProgress(outcomes);
    }
    child.disconnect();
  };
  await Promise.all(Array.from({ length: count }, work));
  return outcomes;
}

function showProgress(outcomes: readonly Outcome[]): void {
  const done = Math.min(outcomes.length * PORTION, seeds);
  if (done % PROGRESS !== 0) return;
  const violations = outcomes.reduce((sum, outcome) => sum + outcome.violations, 0);
  console.error(
    `${done} of ${seeds} seeds in ${Math.round(performance.now() / 1000)} s, violations=${violations}`,
  );
}

function portion(child: ReturnType<typeof fork>, range: SeedRange): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`a process ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (outcome) => {
      child.off('exit', onExit);
      resolve(outcome as Outcome);
    });
    child.send(range);
  });
}
