import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXAMPLES, examplesOf } from './support/examples.js';
import { readPages } from './support/pages.js';

/** Every block marked `ts run` is run as it stands there; those that are test files hand their tests to Jest. */
async function runExamples(): Promise<number> {
  const examples = readPages()
    .flatMap(examplesOf)
    .filter(({ block }) => block.mark === 'run');
  // Beside the folders of other tests that run at the same time.
  const folder = join(EXAMPLES, 'running');
  try {
    for (const { path, source } of examples) {
      const file = path.replace(EXAMPLES, folder);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, source);
      await import(file);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return examples.length;
}

const count = await runExamples();

it('the examples marked with "run" are run', () => {
  expect(count).toBeGreaterThan(15);
});
