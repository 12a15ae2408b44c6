import { randomUUID } from 'node:crypto';
import type { Checkpointer, LeaseScope } from '../../checkpointers/checkpointer.js';
import { describeCreatingLeases } from './creating-leases.js';
import { describeFencing } from './fencing.js';
import { describeHandingOff } from './handing-off.js';
import { describeKeepingApart } from './keeping-apart.js';
import { LeaseFixture } from './lease-fixture.js';
import { describeLosingReplies } from './losing-replies.js';
import { describeManyLeases } from './many-leases.js';
import { describeOwningLeases } from './owning-leases.js';
import { describeRaces } from './races.js';
import { describeStartingAgain } from './starting-again.js';
import { describeStoringCheckpoints } from './storing-checkpoints.js';
import { globalTestRunner, type TestRunner } from './test-runner.js';
import { describeWatching } from './watching.js';

/** What a checkpointer's tests may differ in. */
export interface CheckpointerSuiteOptions {
  /**
   * Where `describe`, `it`, `beforeEach` and `afterEach` come from.
   *
   * @defaultValue the global ones, as Jest has them
   */
  runner?: TestRunner;

  /**
   * The leases of the test with many; 0 leaves it out.
   *
   * @defaultValue `5_000`
   */
  leases?: number;

  /**
   * `'any'` tries names of applications, streams and shards with characters that careless keys stumble over;
   * `'kinesis'` keeps to those that the service and the module's options allow, for stores that take no others.
   *
   * @defaultValue `'any'`
   */
  names?: 'any' | 'kinesis';

  /**
   * A scope that no test has used before; called once for each test.
   *
   * @defaultValue an application of a random name
   */
  newScope?: () => LeaseScope;

  /**
   * How long a test may take, in milliseconds; the one with many leases has five minutes.
   *
   * @defaultValue `60_000`
   */
  timeout?: number;
}

/**
 * Describes what every checkpointer must do, in tests of Jest, Vitest, `node:test` or any runner like them: all
 * operations, fencing under races, lost replies, hand-off at every step, restarts, many leases.
 *
 * @param create - gives a checkpointer; all that it gives work on the same store, as processes of one application
 *   do. The suite calls `prepare` before its tests, and `close` after them. A checkpointer whose store is its own
 *   memory is given again and again.
 * @throws KinesisConfigurationError where there is no test runner
 */
export function describeCheckpointer(
  create: () => Checkpointer | Promise<Checkpointer>,
  options: CheckpointerSuiteOptions = {},
): void {
  const { names = 'any', newScope = randomScope, timeout = 60_000 } = options;
  const runner = withTimeout(options.runner ?? globalTestRunner(), timeout);
  const { describe, beforeEach, afterEach } = runner;
  const leases = new LeaseFixture(create, newScope);
  beforeEach(() => leases.open());
  afterEach(() => leases.close());

  describe('creating leases', () => describeCreatingLeases(runner, leases));
  describe('owning leases', () => describeOwningLeases(runner, leases));
  describe('handing leases off', () => describeHandingOff(runner, leases));
  describe('fencing', () => describeFencing(runner, leases));
  describe('races', () => describeRaces(runner, leases));
  describe('lost replies', () => describeLosingReplies(runner, leases));
  describe('checkpoints', () => describeStoringCheckpoints(runner, leases));
  describe('scopes and names', () => describeKeepingApart(runner, leases, names));
  describe('restarts', () => describeStartingAgain(runner, leases));
  describe('watching', () => describeWatching(runner, leases));
  describe('many leases', () => describeManyLeases(runner, leases, options.leases ?? 5_000));
}

function withTimeout({ describe, it, beforeEach, afterEach }: TestRunner, timeout: number): TestRunner {
  return { describe, beforeEach, afterEach, it: (name, body, own = timeout) => it(name, body, own) };
}

function randomScope(): LeaseScope {
  return { application: `suite-${randomUUID()}`, streamName: 'orders' };
}
