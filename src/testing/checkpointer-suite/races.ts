import { ok, strictEqual } from 'node:assert';
import type { Checkpointer, Lease } from '../../checkpointers/checkpointer.js';
import { assertLease, assertPartOfLease } from './lease-assertions.js';
import { at, type LeaseFixture, SESSION_TIMEOUT } from './lease-fixture.js';
import type { TestRunner } from './test-runner.js';

const CONTENDERS = 50;

/** How often two writes are let loose on each other. */
const ROUNDS = 10;

export function describeRaces({ it }: TestRunner, leases: LeaseFixture): void {
  /** Two writes at a time, by turns in either order, over two connections. */
  const rounds = async (
    round: (shardId: string, one: Checkpointer, other: Checkpointer, swapped: boolean) => Promise<void>,
  ): Promise<void> => {
    const other = await leases.another();
    for (let i = 0; i < ROUNDS; i++) await round(`shardId-${i}`, leases.store, other, i % 2 === 1);
  };
  const race = async <A, B>(
    swapped: boolean,
    first: () => Promise<A>,
    second: () => Promise<B>,
  ): Promise<[A, B]> => {
    if (!swapped) return Promise.all([first(), second()]);
    const late = second();
    return Promise.all([first(), late]);
  };

  it('lets one of fifty contenders have a lease', async () => {
    const seen = await leases.created();
    const other = await leases.another();

    const results = await Promise.all(
      Array.from({ length: CONTENDERS }, (_, i) =>
        (i % 2 ? leases.store : other).acquire(leases.scope, seen, `worker-${i}`, SESSION_TIMEOUT),
      ),
    );

    const winners = results.filter((lease) => lease !== undefined);
    strictEqual(winners.length, 1);
    assertLease(await leases.stored(), winners[0]);
  });

  it('hears one of fifty askers', async () => {
    const held = await leases.owned('worker-1');
    const other = await leases.another();

    const heard = await Promise.all(
      Array.from({ length: CONTENDERS }, (_, i) =>
        (i % 2 ? leases.store : other).requestHandOff(leases.scope, held, `asker-${i}`),
      ),
    );

    strictEqual(heard.filter(Boolean).length, 1);
    assertPartOfLease(await leases.stored(), { handOffTo: `asker-${heard.indexOf(true)}`, counter: 1 });
  });

  it('lets either the owner write or a taker take', async () => {
    await rounds(async (shardId, one, other, swapped) => {
      const held = await leases.owned('worker-1', shardId);

      const [moved, taken] = await race(
        swapped,
        () => one.checkpoint(leases.scope, held, at('7')),
        () => other.acquire(leases.scope, held, 'worker-2', SESSION_TIMEOUT),
      );

      ok((moved === undefined) !== (taken === undefined));
      assertLease(await leases.stored(shardId), moved ?? taken);
    });
  });

  it('lets either the owner renew or a taker take', async () => {
    await rounds(async (shardId, one, other, swapped) => {
      const held = await leases.owned('worker-1', shardId);

      const [[renewed], taken] = await race(
        swapped,
        () => one.renew(leases.scope, [held]),
        () => other.acquire(leases.scope, held, 'worker-2', SESSION_TIMEOUT),
      );

      ok((renewed === undefined) !== (taken === undefined));
      assertLease(await leases.stored(shardId), renewed ?? taken);
    });
  });

  it('lets one of two writes of an owner through that knows the same counter', async () => {
    await rounds(async (shardId, one, other, swapped) => {
      const held = await leases.owned('worker-1', shardId);

      const [moved, [renewed]] = await race(
        swapped,
        () => one.checkpoint(leases.scope, held, at('7')),
        () => other.renew(leases.scope, [held]),
      );

      ok((moved === undefined) !== (renewed === undefined));
      assertLease(await leases.stored(shardId), moved ?? renewed);
    });
  });

  it('loses neither a request nor the checkpoint written meanwhile', async () => {
    await rounds(async (shardId, one, other, swapped) => {
      const held = await leases.owned('worker-1', shardId);

      const [moved, heard] = await race(
        swapped,
        () => one.checkpoint(leases.scope, held, at('7')),
        () => other.requestHandOff(leases.scope, held, 'worker-2'),
      );

      ok(moved !== undefined && heard);
      assertPartOfLease(await leases.stored(shardId), {
        owner: 'worker-1',
        handOffTo: 'worker-2',
        counter: 2,
        checkpoint: at('7'),
      });
    });
  });

  it('loses neither a request nor the renewal made meanwhile', async () => {
    await rounds(async (shardId, one, other, swapped) => {
      const held = await leases.owned('worker-1', shardId);

      const [[renewed], heard] = await race(
        swapped,
        () => one.renew(leases.scope, [held]),
        () => other.requestHandOff(leases.scope, held, 'worker-2'),
      );

      ok(renewed !== undefined && heard);
      assertPartOfLease(await leases.stored(shardId), { handOffTo: 'worker-2', counter: 2 });
    });
  });

  it('gives a lease that is released to the asker exactly if it was heard', async () => {
    await rounds(async (shardId, one, other, swapped) => {
      const held = await leases.owned('worker-1', shardId);

      const [released, heard] = await race(
        swapped,
        () => one.release(leases.scope, held),
        () => other.requestHandOff(leases.scope, held, 'worker-2'),
      );

      ok(released);
      const owner = heard ? 'worker-2' : undefined;
      assertPartOfLease(await leases.stored(shardId), { owner, handOffTo: undefined, counter: 2 });
    });
  });

  it('leaves no request behind for a taker that was quicker', async () => {
    await rounds(async (shardId, one, other, swapped) => {
      const held = await leases.owned('worker-1', shardId);

      const [taken] = await race(
        swapped,
        () => one.acquire(leases.scope, held, 'worker-3', SESSION_TIMEOUT),
        () => other.requestHandOff(leases.scope, held, 'worker-2'),
      );

      assertPartOfLease(taken, { owner: 'worker-3', handOffTo: undefined });
      assertLease(await leases.stored(shardId), taken);
    });
  });

  it('either deletes a lease or lets a taker have it', async () => {
    await rounds(async (shardId, one, other, swapped) => {
      const seen = await leases.created(shardId);

      const [deleted, taken] = await race(
        swapped,
        () => one.delete(leases.scope, seen),
        () => other.acquire(leases.scope, seen, 'worker-1', SESSION_TIMEOUT),
      );

      strictEqual(deleted, taken === undefined);
      assertLease(await leases.store.get(leases.scope, shardId), taken);
    });
  });

  it('loses no step of workers that take a lease from each other all the time', async () => {
    const [workers, steps] = [5, 4];
    const stores = [leases.store, await leases.another()];
    await leases.created();
    const doneIn = ({ checkpoint }: Lease): number =>
      checkpoint.type === 'SEQUENCE' ? checkpoint.subSequenceNumber : 0;

    const walk = async (worker: string, store: Checkpointer): Promise<void> => {
      for (let done = 0; done < steps;) {
        const seen = await leases.stored();
        const held = await store.acquire(leases.scope, seen, worker, SESSION_TIMEOUT);
        if (!held) continue;
        if (await store.checkpoint(leases.scope, held, at('1', doneIn(held) + 1))) done++;
      }
    };
    await Promise.all(
      Array.from({ length: workers }, (_, i) => walk(`worker-${i}`, stores[i % 2] ?? leases.store)),
    );

    strictEqual(doneIn(await leases.stored()), workers * steps);
  });
}
