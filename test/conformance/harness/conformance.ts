import { type ConformanceTarget, type TargetDescription } from './target.js';
import { type Expectation } from './expectation.js';
import { Scenario } from './scenario.js';
import { TOPICS } from '../expectations/index.js';

const DEFAULT_PATIENCE = 30_000;

/** After how long what is known to hang is left alone, in milliseconds. */
const SILENCE = 2_000;

/**
 * Declares the whole suite for one target. An expectation in the target's list of deviations is turned round: it must
 * still fail, so that a deviation that was cured is noticed and struck from the list.
 */
export function conformance(description: TargetDescription): void {
  const { name, deviations = {}, virtualTime = false, patience = DEFAULT_PATIENCE } = description;

  describe(name, () => {
    let target: ConformanceTarget;

    beforeAll(async () => {
      target = await description.start();
    }, 60_000);

    afterAll(() => target.stop(), 60_000);

    for (const { topic, expectations } of TOPICS) {
      const applicable = expectations.filter((expectation) => virtualTime || !expectation.virtualTime);
      if (applicable.length === 0) continue;
      describe(topic, () => {
        for (const expectation of applicable) declare(expectation);
      });
    }

    function declare(expectation: Expectation): void {
      const deviation = deviations[expectation.behaviour];
      if (deviation === undefined) {
        test(expectation.behaviour, () => verify(expectation), patience);
      } else if (typeof deviation === 'string') {
        test(`deviates: ${expectation.behaviour} (${deviation})`, () => fails(expectation), patience);
      } else {
        test(`deviates: ${expectation.behaviour} (${deviation.hangs})`, () => hangs(expectation), patience);
      }
    }

    async function verify(expectation: Expectation): Promise<void> {
      const scenario = new Scenario(target);
      try {
        await expectation.verify(scenario);
      } finally {
        await scenario.cleanUp();
      }
    }

    async function fails(expectation: Expectation): Promise<void> {
      await expect(verify(expectation)).rejects.toBeDefined();
    }

    async function hangs(expectation: Expectation): Promise<void> {
      const outcome = await Promise.race([
        verify(expectation).then(
          () => 'passed',
          () => 'failed',
        ),
        new Promise((resolve) => setTimeout(resolve, SILENCE, 'silent')),
      ]);
      expect(outcome).toBe('silent');
    }
  });
}
