import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { History } from './history.js';

/** `npm run simulate` runs more of them. */
const SEEDS = 100;

const run = promisify(execFile);

it(`${SEEDS} histories of crashes, cuts, faults and reshards lose nothing and keep every key in order`, async () => {
  // In a process of its own: many small promises are several times slower inside the test runner.
  const script = fileURLToPath(new URL('run.ts', import.meta.url));
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, '--seeds', String(SEEDS)]);

  expect(stdout).toMatch(/violations=0\n$/);
});

it('the same seed gives the same history', async () => {
  const [first, second] = [await new History(7, 60).run(), await new History(7, 60).run()];
  expect(second).toEqual(first);
});
