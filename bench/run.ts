/** `npm run bench -- <name>` runs the benchmark in the folder of that name; what follows is the benchmark's. */
const BENCHMARKS: Readonly<Record<string, () => Promise<{ run(args: readonly string[]): Promise<void> }>>> = {
  checkpointers: () => import('./checkpointers/benchmark.js'),
  consumer: () => import('./consumer/benchmark.js'),
  dispatch: () => import('./dispatch/benchmark.js'),
  'local-kinesis': () => import('./local-kinesis/benchmark.js'),
  producer: () => import('./producer/benchmark.js'),
  scale: () => import('./scale/benchmark.js'),
};

const [name = '', ...args] = process.argv.slice(2);
const load = BENCHMARKS[name];
if (load === undefined) {
  console.error(`Usage: npm run bench -- <${Object.keys(BENCHMARKS).join('|')}>`);
  process.exitCode = 2;
} else {
  const benchmark = await load();
  await benchmark.run(args);
}
