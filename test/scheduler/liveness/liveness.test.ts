import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** `npx tsx test/scheduler/liveness/run.ts --seeds N` runs more of them. */
const SEEDS = 100;

const run = promisify(execFile);

it('whatever handlers do and whoever has the shards: all is handled, in order, the room is given back, and nobody is warned', async () => {
  // In a process of its own: promises are slower inside the test runner, and what Node warns of is not heard there.
  const script = fileURLToPath(new URL('run.ts', import.meta.url));
  const output = await run(process.execPath, ['--import', 'tsx', script, '--seeds', String(SEEDS)]).catch(
    (failed: unknown) => failed,
  );

  expect(output).toEqual({ stdout: `liveness: seeds=${SEEDS} problems=0\n`, stderr: '' });
});
