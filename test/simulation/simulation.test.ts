import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { History, OPERATIONS } from './history.js';

/** `npm run simulate` runs more of them. */
const SEEDS = 500;

const run = promisify(execFile);

it(`${SEEDS} histories break none of the promises, and everything happens in them`, async () => {
  // In a process of its own: many small promises are several times slower inside the test runner.
  const script = fileURLToPath(new URL('run.ts', import.meta.url));
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, '--seeds', String(SEEDS)]);

  expect(stdout).toMatch(
    /^simulation: seeds=500 records=\d+ crashes=\d+ handoffs=\d+ reshards=\d+ violations=0\n$/,
  );
  // Beside other tests, on few cores, half a minute may become many.
}, 900_000);

it('the same seed gives the same history, to the byte', async () => {
  const traceOf = async (seed: number): Promise<string> => {
    const history = new History(seed, OPERATIONS, true);
    await history.run();
    return history.trace?.lines.join('\n') ?? '';
  };

  const [first, second] = [await traceOf(7), await traceOf(7)];

  expect(first.split('\n').length).toBeGreaterThan(200);
  expect(second).toBe(first);
});
