import { KinesisConfigurationError } from '../../errors.js';

/** What the suite needs of a test runner: Jest, Vitest, `node:test` and Mocha have it. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  /** `timeout` in milliseconds; a runner may have other means. */
  readonly it: (name: string, body: () => Promise<void>, timeout?: number) => unknown;
  readonly beforeEach: (hook: () => Promise<void>) => unknown;
  readonly afterEach: (hook: () => Promise<void>) => unknown;
}

const FUNCTIONS = ['describe', 'it', 'beforeEach', 'afterEach'] as const;

/**
 * The test runner's functions where they are global, as in Jest.
 *
 * @throws KinesisConfigurationError where they are not
 */
export function globalTestRunner(): TestRunner {
  const functions = globalThis as Partial<TestRunner>;
  const missing = FUNCTIONS.find((name) => typeof functions[name] !== 'function');
  if (missing !== undefined) {
    throw new KinesisConfigurationError(
      `describeCheckpointer: there is no global "${missing}". Run it in a test file, or pass the functions of your ` +
        'test runner: { runner: { describe, it, beforeEach, afterEach } }.',
    );
  }
  return functions as TestRunner;
}
