import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Check } from '../checks.js';
import type { Mutant } from './mutant.js';
import { MUTANTS } from './mutants.js';
import { checkApplies, Sandbox } from './sandbox.js';

/**
 * `npm run simulate:mutants`: breaks the code in many ways, one at a time, and has the simulator find each within
 * `--seeds` seeds; the code as it is must pass the same seeds. `--only text` takes the mutants with that in their names,
 * `--workers P` tries P at a time.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: '2' },
  },
});
const seeds = Number(values.seeds);

/** A single history that takes longer than this, in milliseconds, does not end: most likely it waits for nothing. */
const HANG = 60_000;

interface Verdict {
  readonly seed: number;
  readonly by: string;
}

const chosen = MUTANTS.filter(({ name }) => name.includes(values.only));
for (const mutant of MUTANTS) checkApplies(mutant);

const waiting = [...chosen];
const verdicts = new Map<string, Verdict | undefined>();
await Promise.all(Array.from({ length: Number(values.workers) }, tryMutants));

const survivors = chosen.filter(({ name }) => !verdicts.get(name));
const last = Math.max(1, ...[...verdicts.values()].map((verdict) => verdict?.seed ?? seeds));
const unbroken = await probe(undefined, last);
console.log(unbroken ? row('unbroken code', unbroken) : `unbroken code: passes seeds 1 to ${last}`);
console.log(
  `mutants: ${chosen.length} tried, ${chosen.length - survivors.length} caught, ${survivors.length} survived`,
);
process.exitCode = survivors.length > 0 || unbroken ? 1 : 0;

async function tryMutants(): Promise<void> {
  for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
    const verdict = await probe(mutant, seeds);
    verdicts.set(mutant.name, verdict);
    console.log(verdict ? row(mutant.name, verdict) : `${mutant.name.padEnd(58)} SURVIVES: ${mutant.why}`);
  }
}

/** When and by what a mutant is caught; undefined if it is not. */
async function probe(mutant: Mutant | undefined, count: number): Promise<Verdict | undefined> {
  const sandbox = new Sandbox();
  try {
    if (mutant) sandbox.apply(mutant);
    return await runProbe(sandbox.folder, count);
  } finally {
    sandbox.remove();
  }
}

function runProbe(folder: string, count: number): Promise<Verdict | undefined> {
  const script = join(folder, 'test/simulation/mutants/probe.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, String(count)], { cwd: folder });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  return new Promise((resolve, reject) => {
    let seed = 0;
    let watchdog: NodeJS.Timeout | undefined;
    const conclude = (verdict: Verdict | undefined): void => {
      clearTimeout(watchdog);
      child.kill('SIGKILL');
      resolve(verdict);
    };
    const watch = (): void => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => conclude({ seed, by: 'a history that does not end' }), HANG);
    };
    watch();
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { seed: begun, caught } = JSON.parse(line) as {
        seed?: number;
        caught?: { seed: number; check: Check; text: string } | null;
      };
      watch();
      if (begun !== undefined) seed = begun;
      if (caught === null) conclude(undefined);
      else if (caught) conclude({ seed: caught.seed, by: `check ${caught.check}: ${caught.text}` });
    });
    child.once('exit', (code) => {
      clearTimeout(watchdog);
      // Code so broken that it throws where nobody catches it is caught, too; code that does not start is not.
      if (seed > 0) resolve({ seed, by: `an error that nobody handles (exit ${code})` });
      else reject(new Error(`the simulator does not start: ${errors}`));
    });
  });
}

function row(name: string, { seed, by }: Verdict): string {
  return `${name.padEnd(58)} seed ${String(seed).padStart(4)}  ${by}`;
}
