import { deepStrictEqual, strictEqual } from 'node:assert';
import type { LeaseScope } from '../../checkpointers/checkpointer.js';
import { assertLease, assertPartOfLease } from './lease-assertions.js';
import { type LeaseFixture, newLease, SESSION_TIMEOUT, SHARD } from './lease-fixture.js';
import type { TestRunner } from './test-runner.js';

/** Names that the service and this module's options allow, and that careless keys confuse. */
const TWINS: readonly (readonly [application: string, streamName: string])[] = [
  ['a-b', 'c'],
  ['a', 'b-c'],
  ['a.b', 'c'],
  ['a', 'b.c'],
  ['a_b', 'c'],
  ['A-b', 'c'],
  ['a', 'c'],
  ['c', 'a'],
];

/** Names that other callers of a checkpointer may come up with. */
const ODD_NAMES = [
  'a:b',
  'a/b',
  '{a}',
  '}{',
  'a b',
  'ünï-çødé',
  '流',
  '🌊',
  '*',
  '..',
  '"a"',
  '\\',
  "'",
  '%41',
];

export function describeKeepingApart(
  { it }: TestRunner,
  leases: LeaseFixture,
  names: 'any' | 'kinesis',
): void {
  const within = (application: string, streamName: string): LeaseScope => ({
    application: `${leases.scope.application}-${application}`,
    streamName,
  });

  /** Each scope has one lease, owned by a worker named after it. */
  const keptApart = async (scopes: readonly LeaseScope[]): Promise<void> => {
    for (const [position, scope] of scopes.entries()) {
      deepStrictEqual(await leases.store.list(scope), []);
      strictEqual(await leases.store.create(scope, newLease()), true);
      const [seen] = await leases.store.list(scope);
      if (!seen) throw new Error('the lease is not listed');
      assertPartOfLease(seen, { owner: undefined });
      await leases.store.acquire(scope, seen, `worker-${position}`, SESSION_TIMEOUT);
    }
    for (const [position, scope] of scopes.entries()) {
      const listed = await leases.store.list(scope);
      deepStrictEqual(
        listed.map((lease) => lease.owner),
        [`worker-${position}`],
      );
      assertPartOfLease(await leases.store.get(scope, SHARD), { owner: `worker-${position}` });
    }
  };

  it('keeps applications and streams apart', () =>
    keptApart(TWINS.map(([application, streamName]) => within(application, streamName))));

  it('keeps many scopes apart', () =>
    keptApart(Array.from({ length: 60 }, (_, i) => within(`app-${i % 6}`, `stream-${Math.floor(i / 6)}`))));

  it('keeps what workers call themselves', async () => {
    let seen = await leases.created();
    for (const worker of ['worker:1', 'wörker 🌊', '127.0.0.1:8080/{0}', 'x'.repeat(256), '"', '-', '0']) {
      seen = await leases.acquired(seen, worker);
      strictEqual(seen.owner, worker);
      await leases.store.requestHandOff(leases.scope, seen, `${worker}'s successor`);
      seen = await leases.renewed(seen);
      assertPartOfLease(seen, { owner: worker, handOffTo: `${worker}'s successor` });
      assertLease(await leases.stored(), seen);
    }
  });

  if (names === 'kinesis') return;

  it('keeps scopes of odd names apart', async () => {
    await keptApart([
      ...ODD_NAMES.map((name) => within(name, 'orders')),
      ...ODD_NAMES.map((name) => within('billing', name)),
      within('a:b', 'c'),
      within('a', 'b:c'),
    ]);
  });

  it('keeps shards of odd names apart', async () => {
    for (const name of ODD_NAMES) await leases.owned(`worker of ${name}`, name);

    for (const name of ODD_NAMES) {
      assertPartOfLease(await leases.stored(name), { shardId: name, owner: `worker of ${name}` });
    }
    strictEqual((await leases.store.list(leases.scope)).length, ODD_NAMES.length);
  });
}
