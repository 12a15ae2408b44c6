import type { Checkpointer, Lease } from '../../checkpointers/checkpointer.js';
import { type LeaseFixture, SESSION_TIMEOUT } from './lease-fixture.js';
import type { TestRunner } from './test-runner.js';

/** Milliseconds between two tries: a watch may begin to see only some time after it was asked for. */
const RETRY_INTERVAL = 20;

/** Changes that must be told of. */
const ROUNDS = 3;

/** For checkpointers that have {@link Checkpointer.watch}: of the others it asks nothing. */
export function describeWatching({ it }: TestRunner, leases: LeaseFixture): void {
  /** Does `change` again and again until a watch of another connection tells of it. */
  const told = async (change: (store: Checkpointer, held: Lease) => Promise<void>): Promise<void> => {
    const { store, scope } = leases;
    const watcher = await leases.another();
    if (!watcher.watch) return;
    let calls = 0;
    const stop = watcher.watch(scope, () => calls++);
    let held = await leases.owned('worker-1');
    // A watch may also call when it begins to see: what counts is that it goes on.
    for (let round = 0; round < ROUNDS; round++) {
      for (calls = 0; calls === 0;) {
        await change(store, held);
        await new Promise((resolve) => setTimeout(resolve, RETRY_INTERVAL));
        held = await leases.acquired(await leases.stored(), 'worker-1');
      }
    }
    stop();
  };

  it('tells of a worker that asked for a lease', () =>
    told(async (store, held) => {
      await store.requestHandOff(leases.scope, held, 'worker-2');
    }));

  it('tells of a lease that was given up', () =>
    told(async (store, held) => {
      await store.release(leases.scope, held);
    }));

  it('tells of a lease that was handed over', () =>
    told(async (store, held) => {
      await store.requestHandOff(leases.scope, held, 'worker-2');
      await store.release(leases.scope, held);
    }));

  it('ends a watch that nothing was seen of, and ends it twice', async () => {
    const { store, scope } = leases;
    const stop = store.watch?.(scope, () => undefined);
    stop?.();
    stop?.();

    await store.acquire(scope, await leases.created(), 'worker-1', SESSION_TIMEOUT);
  });

  it('closes with a watch under way', async () => {
    const closing = await leases.another();
    closing.watch?.(leases.scope, () => undefined);
    await leases.close();
    await leases.open();
    await leases.owned('worker-1');
  });
}
