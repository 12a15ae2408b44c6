import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { check, report } from './check.js';
import type { Ratio } from './ratio.js';
import { readResult } from './results.js';

/** What the folder of a benchmark has in its `benchmark.ts`. */
interface Benchmark {
  /** Measures, and records what it measured. */
  run(args: readonly string[]): Promise<void>;
  /** Measures once, in a shorter form, the ratios that `--check` compares with the recorded ones. */
  readonly remeasure?: () => Promise<readonly Ratio[]>;
}

/**
 * `npm run bench` runs all of these one after another; `npm run bench -- <name> …` the one in the folder of that name, to which
 * the rest of the line belongs; `npm run bench -- --check [name …]` compares with what is recorded.
 */
const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  producer: () => import('./producer/benchmark.js'),
  consumer: () => import('./consumer/benchmark.js'),
  dispatch: () => import('./dispatch/benchmark.js'),
  latency: () => import('./latency/benchmark.js'),
  memory: () => import('./memory/benchmark.js'),
  scale: () => import('./scale/benchmark.js'),
  checkpointers: () => import('./checkpointers/benchmark.js'),
  sizing: () => import('./sizing/benchmark.js'),
  'end-to-end': () => import('./end-to-end/benchmark.js'),
  'local-kinesis': () => import('./local-kinesis/benchmark.js'),
};

const [first, ...rest] = process.argv.slice(2);
if (first === undefined) runAll();
else if (first === '--check') await checkAll(rest.length > 0 ? rest : Object.keys(BENCHMARKS));
else await (await find(first))?.run(rest);

async function find(name: string): Promise<Benchmark | undefined> {
  const load = BENCHMARKS[name];
  if (load) return load();
  console.error(`There is no benchmark ${name}; there are ${Object.keys(BENCHMARKS).join(', ')}.`);
  process.exitCode = 2;
  return undefined;
}

/** Each in a process of its own: what one has compiled and kept is nothing to the next. */
function runAll(): void {
  for (const name of Object.keys(BENCHMARKS)) {
    console.log(`\n== ${name}`);
    const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name], {
      stdio: 'inherit',
    });
    if (status !== 0) process.exitCode = 1;
  }
}

async function checkAll(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const benchmark = await find(name);
    if (!benchmark) return;
    console.log(`\n== ${name}`);
    if (benchmark.remeasure) await checkOne(name, benchmark.remeasure);
    else console.log('has nothing to check');
  }
  if (process.exitCode === 1) console.error('\nthe check failed');
}

async function checkOne(name: string, remeasure: () => Promise<readonly Ratio[]>): Promise<void> {
  const recorded = await readResult(name);
  if (!recorded) {
    console.error(`nothing is recorded: npm run bench -- ${name}`);
    process.exitCode = 1;
    return;
  }
  const result = await check(recorded.ratios, remeasure);
  console.log(report(result).join('\n'));
  if (!result.passed) process.exitCode = 1;
}
