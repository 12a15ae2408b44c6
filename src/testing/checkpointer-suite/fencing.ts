import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import type { Lease } from '../../checkpointers/checkpointer.js';
import { assertLease } from './lease-assertions.js';
import { at, type LeaseFixture, newLease, SEQUENCE, SESSION_TIMEOUT } from './lease-fixture.js';
import type { TestRunner } from './test-runner.js';

/** Every write that is conditioned on owner and counter. */
const WRITES: readonly [what: string, write: (leases: LeaseFixture, held: Lease) => Promise<unknown>][] = [
  ['renewal', async ({ store, scope }, held) => (await store.renew(scope, [held]))[0]],
  ['checkpoint', ({ store, scope }, held) => store.checkpoint(scope, held, at('1'))],
  ['release', ({ store, scope }, held) => store.release(scope, held)],
  ['deletion', ({ store, scope }, held) => store.delete(scope, held)],
  ['acquisition', ({ store, scope }, held) => store.acquire(scope, held, 'worker-1', SESSION_TIMEOUT)],
];

export function describeFencing({ it }: TestRunner, leases: LeaseFixture): void {
  for (const [what, write] of WRITES) {
    it(`lets the ${what} of a worker that lost its lease have no effect`, async () => {
      const stale = await leases.owned('worker-1');
      const successor = await leases.acquired(stale, 'worker-2');
      const advanced = await leases.checkpointed(successor, at(SEQUENCE, 7));

      ok(!(await write(leases, stale)));

      assertLease(await leases.stored(), advanced);
    });

    it(`lets the ${what} of an owner that knows an old counter have no effect`, async () => {
      const old = await leases.owned('worker-1');
      const current = await leases.checkpointed(old, at(SEQUENCE, 7));

      ok(!(await write(leases, old)));

      assertLease(await leases.stored(), current);
    });

    it(`lets the ${what} of a former owner have no effect on a free lease`, async () => {
      const stale = await leases.owned('worker-1');
      const successor = await leases.acquired(stale, 'worker-2');
      await leases.store.release(leases.scope, successor);
      const free = await leases.stored();

      ok(!(await write(leases, stale)));

      assertLease(await leases.stored(), free);
    });

    it(`does not take another owner for oneself in a write (${what}), because the counters are the same`, async () => {
      const current = await leases.owned('worker-1');

      ok(!(await write(leases, { ...current, owner: 'worker-2' })));
      ok(!(await write(leases, { ...current, owner: 'Worker-1' })));

      assertLease(await leases.stored(), current);
    });

    if (what === 'deletion') continue;
    it(`does not bring back a lease by its ${what}`, async () => {
      const gone: Lease = { ...newLease('shardId-gone'), owner: 'worker-1', counter: 4 };

      ok(!(await write(leases, gone)));

      deepStrictEqual(await leases.store.list(leases.scope), []);
    });
  }

  it('takes a lease that is gone for deleted: the reply to its deletion may have been lost', async () => {
    const lease = await leases.created();

    strictEqual(await leases.store.delete(leases.scope, lease), true);
    strictEqual(await leases.store.delete(leases.scope, lease), true);

    deepStrictEqual(await leases.store.list(leases.scope), []);
  });

  it('does not let a worker of before a deletion write to the lease that was created since', async () => {
    const stale = await leases.owned('worker-1');
    await leases.store.delete(leases.scope, stale);
    await leases.created();
    const successor = await leases.acquired(await leases.stored(), 'worker-2');

    strictEqual(await leases.store.checkpoint(leases.scope, stale, at('1')), undefined);

    assertLease(await leases.stored(), successor);
  });
}
