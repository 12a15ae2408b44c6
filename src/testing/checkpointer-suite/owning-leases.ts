import { deepStrictEqual, strictEqual } from 'node:assert';
import type { Lease } from '../../checkpointers/checkpointer.js';
import { assertLease, assertPartOfLease } from './lease-assertions.js';
import { at, type LeaseFixture, SEQUENCE, SESSION_TIMEOUT } from './lease-fixture.js';
import type { TestRunner } from './test-runner.js';

export function describeOwningLeases({ it }: TestRunner, leases: LeaseFixture): void {
  it('makes a worker the owner, with its session timeout', async () => {
    const seen = await leases.created();

    const held = await leases.acquired(seen, 'worker-1');

    assertLease(held, { ...seen, owner: 'worker-1', sessionTimeout: SESSION_TIMEOUT, counter: 1 });
    assertLease(await leases.stored(), held);
  });

  it('raises the counter with every write of the owner', async () => {
    const held = await leases.owned('worker-1');

    const renewed = await leases.renewed(held);
    assertLease(renewed, { ...held, counter: 2 });
    const moved = await leases.checkpointed(renewed, at(SEQUENCE));
    assertLease(moved, { ...held, counter: 3, checkpoint: at(SEQUENCE) });

    assertLease(await leases.stored(), moved);
  });

  it('lets a worker take its own lease again', async () => {
    const held = await leases.owned('worker-1');

    const again = await leases.acquired(held, 'worker-1');

    assertLease(again, { ...held, counter: 2 });
  });

  it('keeps the checkpoint when a lease is given up, and the next owner starts there', async () => {
    const moved = await leases.checkpointed(await leases.owned('worker-1'), at(SEQUENCE, 3));

    strictEqual(await leases.store.release(leases.scope, moved), true);

    const free = await leases.stored();
    assertPartOfLease(free, { owner: undefined, counter: 3, checkpoint: at(SEQUENCE, 3) });
    const next = await leases.acquired(free, 'worker-2');
    assertPartOfLease(next, { owner: 'worker-2', counter: 4, checkpoint: at(SEQUENCE, 3) });
  });

  it('lets a worker take an expired lease from its owner', async () => {
    await leases.owned('worker-1');

    const taken = await leases.acquired(await leases.stored(), 'worker-2');

    assertPartOfLease(taken, { owner: 'worker-2', counter: 2 });
  });

  it('notes the session timeout of whoever took the lease last', async () => {
    await leases.owned('worker-1');

    const taken = await leases.store.acquire(leases.scope, await leases.stored(), 'worker-2', 42_500);

    assertPartOfLease(taken, { sessionTimeout: 42_500 });
    assertPartOfLease(await leases.stored(), { sessionTimeout: 42_500 });
  });

  it('treats the leases of a scope one by one', async () => {
    const [one, other] = [await leases.created('shardId-1'), await leases.created('shardId-2')];

    await leases.acquired(one, 'worker-1');

    assertLease(await leases.stored('shardId-2'), other);
  });

  it('renews all of a worker’s leases with one call, and says which are lost', async () => {
    const kept = await leases.owned('worker-1', 'shardId-1');
    const lost = await leases.owned('worker-1', 'shardId-2');
    const last = await leases.owned('worker-1', 'shardId-3');
    await leases.acquired(lost, 'worker-2');
    const gone: Lease = { ...last, shardId: 'shardId-gone' };

    const renewed = await leases.store.renew(leases.scope, [kept, lost, gone, last]);

    strictEqual(renewed.length, 4);
    assertLease(renewed[0], { ...kept, counter: 2 });
    strictEqual(renewed[1], undefined);
    strictEqual(renewed[2], undefined);
    assertLease(renewed[3], { ...last, counter: 2 });
  });

  it('renews nothing where a worker holds nothing', async () => {
    deepStrictEqual(await leases.store.renew(leases.scope, []), []);
  });
}
