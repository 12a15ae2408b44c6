/** `npm run bench -- <name>` runs the benchmark in the folder of that name. */
const BENCHMARKS: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  'local-kinesis': () => import('./local-kinesis/benchmark.js'),
};

const [name = ''] = process.argv.slice(2);
const load = BENCHMARKS[name];
if (load === undefined) {
  console.error(`Usage: npm run bench -- <${Object.keys(BENCHMARKS).join('|')}>`);
  process.exitCode = 2;
} else {
  const benchmark = await load();
  await benchmark.run();
}
