import { deepStrictEqual, strictEqual } from 'node:assert';
import type { Lease } from '../../checkpointers/checkpointer.js';
import { assertLeases } from './lease-assertions.js';
import { type LeaseFixture, newLease, SESSION_TIMEOUT } from './lease-fixture.js';
import type { TestRunner } from './test-runner.js';

/** Calls under way at a time. */
const CONCURRENCY = 100;

/** Long enough for stores that take milliseconds for each write; milliseconds. */
const TIMEOUT = 300_000;

export function describeManyLeases({ it }: TestRunner, leases: LeaseFixture, count: number): void {
  if (count === 0) return;

  it(
    `creates, lists, acquires and renews ${count} leases of a stream`,
    async () => {
      const ids = Array.from({ length: count }, (_, i) => `shardId-${String(i).padStart(12, '0')}`);
      const created = await inBatches(ids, (shardId) =>
        leases.store.create(
          leases.scope,
          newLease(shardId, { parentShardIds: ['shardId-parent'], streamCreatedAt: 1_767_225_599_999 }),
        ),
      );
      strictEqual(created.filter(Boolean).length, count);

      const listed = await leases.store.list(leases.scope);
      deepStrictEqual(listed.map((lease) => lease.shardId).sort(), ids);

      const held = await inBatches(listed, (seen) =>
        leases.store.acquire(leases.scope, seen, 'worker-1', SESSION_TIMEOUT),
      );
      const renewed = await leases.store.renew(leases.scope, held.filter(isLease));
      assertLeases(
        renewed.filter(isLease),
        listed.map((lease) => ({ ...lease, owner: 'worker-1', sessionTimeout: SESSION_TIMEOUT, counter: 2 })),
      );
      assertLeases(await leases.store.list(leases.scope), renewed.filter(isLease));
    },
    TIMEOUT,
  );
}

function isLease(lease: Lease | undefined): lease is Lease {
  return lease !== undefined;
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += CONCURRENCY) {
    results.push(...(await Promise.all(items.slice(start, start + CONCURRENCY).map(work))));
  }
  return results;
}
