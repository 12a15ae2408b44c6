import { deepStrictEqual, strictEqual } from 'node:assert';
import type { Lease } from '../../checkpointers/checkpointer.js';
import { assertLease, assertPartOfLease } from './lease-assertions.js';
import { at, type LeaseFixture, newLease, SEQUENCE, SESSION_TIMEOUT } from './lease-fixture.js';
import type { TestRunner } from './test-runner.js';

export function describeHandingOff({ it }: TestRunner, leases: LeaseFixture): void {
  /** A lease of worker-1's for which somebody has asked, as worker-1 knows it: without the request. */
  const asked = async (worker = 'worker-2'): Promise<Lease> => {
    const held = await leases.owned('worker-1');
    strictEqual(await leases.store.requestHandOff(leases.scope, held, worker), true);
    return held;
  };
  const ask = (seen: Lease, worker: string | undefined): Promise<boolean> =>
    leases.store.requestHandOff(leases.scope, seen, worker);
  const release = (held: Lease): Promise<boolean> => leases.store.release(leases.scope, held);

  it('lets a worker ask, without the owner’s next write failing', async () => {
    const held = await asked();

    assertLease(await leases.stored(), { ...held, handOffTo: 'worker-2' });
    const moved = await leases.checkpointed(held, at(SEQUENCE));
    assertLease(moved, { ...held, handOffTo: 'worker-2', checkpoint: at(SEQUENCE), counter: 2 });
  });

  it('tells the owner with its next renewal', async () => {
    const held = await asked();

    assertLease(await leases.renewed(held), { ...held, handOffTo: 'worker-2', counter: 2 });
  });

  it('makes the lease the asker’s when the owner gives it up, at the very position', async () => {
    const moved = await leases.checkpointed(await asked(), at(SEQUENCE, 3));

    strictEqual(await release(moved), true);

    const passed = await leases.stored();
    assertPartOfLease(passed, { owner: 'worker-2', counter: 3, handOffTo: undefined });
    const taken = await leases.acquired(passed, 'worker-2');
    assertPartOfLease(taken, { owner: 'worker-2', sessionTimeout: SESSION_TIMEOUT, counter: 4 });
    assertPartOfLease(taken, { checkpoint: at(SEQUENCE, 3) });
  });

  it('gives it to the asker even if the owner does not know yet that somebody asked', async () => {
    const held = await asked();

    strictEqual(await release(held), true);

    assertPartOfLease(await leases.stored(), { owner: 'worker-2', handOffTo: undefined });
  });

  it('hands a lease there and back', async () => {
    let held = await asked('worker-2');
    strictEqual(await release(held), true);
    held = await leases.acquired(await leases.stored(), 'worker-2');
    strictEqual(await ask(held, 'worker-1'), true);
    strictEqual(await release(held), true);

    held = await leases.acquired(await leases.stored(), 'worker-1');

    assertPartOfLease(held, { owner: 'worker-1', handOffTo: undefined, counter: 5 });
  });

  it('hears the first of two askers', async () => {
    const held = await asked();

    strictEqual(await ask(held, 'worker-3'), false);

    assertPartOfLease(await leases.stored(), { handOffTo: 'worker-2' });
  });

  it('lets an asker take its request back, and another ask then', async () => {
    await asked();

    strictEqual(await ask(await leases.stored(), undefined), true);

    assertPartOfLease(await leases.stored(), { handOffTo: undefined, counter: 1 });
    strictEqual(await ask(await leases.stored(), 'worker-3'), true);
    assertPartOfLease(await leases.stored(), { handOffTo: 'worker-3', counter: 1 });
  });

  it('takes back no request but the one that was seen', async () => {
    await asked('worker-2');
    const seen = await leases.stored();
    await ask(seen, undefined);
    await ask(await leases.stored(), 'worker-3');

    strictEqual(await ask(seen, undefined), false);

    assertPartOfLease(await leases.stored(), { handOffTo: 'worker-3' });
  });

  it('does not hear who asks an owner that is owner no more', async () => {
    const before = await leases.owned('worker-1');
    await leases.acquired(before, 'worker-2');

    strictEqual(await ask(before, 'worker-3'), false);

    assertPartOfLease(await leases.stored(), { owner: 'worker-2', handOffTo: undefined });
  });

  it('hears who asks with an old counter: the owner renews all the time', async () => {
    const seen = await leases.owned('worker-1');
    await leases.renewed(seen);

    strictEqual(await ask(seen, 'worker-2'), true);
  });

  it('asks nobody for a lease that is gone', async () => {
    const gone: Lease = { ...newLease('shardId-gone'), owner: 'worker-1', counter: 4 };

    strictEqual(await ask(gone, 'worker-2'), false);

    deepStrictEqual(await leases.store.list(leases.scope), []);
  });

  it('keeps the request through renewals and checkpoints, to the end of the shard', async () => {
    const ended = await leases.checkpointed(await leases.renewed(await asked()), { type: 'SHARD_END' });

    assertPartOfLease(ended, { handOffTo: 'worker-2', checkpoint: { type: 'SHARD_END' } });
    strictEqual(await release(ended), true);
    assertPartOfLease(await leases.stored(), { owner: 'worker-2', checkpoint: { type: 'SHARD_END' } });
  });

  it('ends the request when the asker takes the lease of an owner that died', async () => {
    const dead = await asked();

    const taken = await leases.acquired(await leases.stored(), 'worker-2');

    assertPartOfLease(taken, { owner: 'worker-2', handOffTo: undefined });
    strictEqual(await release(dead), false);
    assertLease(await leases.stored(), taken);
  });

  it('forgets the request when a third worker takes the lease of an owner that died', async () => {
    await asked();

    const taken = await leases.acquired(await leases.stored(), 'worker-3');

    assertPartOfLease(taken, { owner: 'worker-3', handOffTo: undefined });
    assertPartOfLease(await leases.stored(), { owner: 'worker-3', handOffTo: undefined });
  });

  it('lets an owner go on whose asker died, and refuse the request', async () => {
    const held = await leases.renewed(await asked());

    strictEqual(await ask(held, undefined), true);

    assertLease(await leases.renewed(held), {
      ...held,
      handOffTo: undefined,
      counter: 3,
    } as unknown as Lease);
    strictEqual(await release(await leases.stored()), true);
    assertPartOfLease(await leases.stored(), { owner: undefined });
  });

  it('lets another take a lease that was handed to an asker that died', async () => {
    strictEqual(await release(await asked()), true);

    const taken = await leases.acquired(await leases.stored(), 'worker-3');

    assertPartOfLease(taken, { owner: 'worker-3', counter: 3 });
  });

  it('lets the former owner write nothing once the lease is the asker’s', async () => {
    const held = await asked();
    await release(held);
    const passed = await leases.stored();

    strictEqual(await leases.store.checkpoint(leases.scope, held, at(SEQUENCE, 9)), undefined);
    strictEqual((await leases.store.renew(leases.scope, [held]))[0], undefined);
    strictEqual(await release({ ...held, counter: held.counter + 1 }), false);

    assertLease(await leases.stored(), passed);
  });
}
