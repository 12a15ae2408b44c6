import { deepStrictEqual, strictEqual } from 'node:assert';
import { assertLease, assertLeases } from './lease-assertions.js';
import { at, type LeaseFixture, newLease, SEQUENCE, SHARD } from './lease-fixture.js';
import type { TestRunner } from './test-runner.js';

export function describeCreatingLeases({ it }: TestRunner, leases: LeaseFixture): void {
  it('stores a lease that nobody owns, with all it was given', async () => {
    const lease = newLease('shardId-000000000007', {
      parentShardIds: ['shardId-000000000001', 'shardId-000000000002'],
      checkpoint: { type: 'AT_TIMESTAMP', timestamp: 1_767_225_600_123 },
      streamCreatedAt: 1_767_225_599_999,
    });

    strictEqual(await leases.store.create(leases.scope, lease), true);

    assertLeases(await leases.store.list(leases.scope), [{ ...lease, counter: 0 }]);
    assertLease(await leases.stored(lease.shardId), { ...lease, counter: 0 });
  });

  it('goes on counting for a lease that is put back', async () => {
    strictEqual(await leases.store.create(leases.scope, newLease(undefined, { counter: 57 })), true);

    strictEqual((await leases.stored()).counter, 57);
  });

  it('leaves a lease alone that exists', async () => {
    const advanced = await leases.checkpointed(await leases.owned('worker-1'), at(SEQUENCE));

    strictEqual(await leases.store.create(leases.scope, newLease()), false);

    assertLease(await leases.stored(), advanced);
  });

  it('lets one of many creators create it', async () => {
    const other = await leases.another();

    const results = await Promise.all(
      Array.from({ length: 50 }, (_, i) => (i % 2 ? leases.store : other).create(leases.scope, newLease())),
    );

    strictEqual(results.filter(Boolean).length, 1);
    assertLeases(await leases.store.list(leases.scope), [{ ...newLease(), counter: 0 }]);
  });

  it('lists every lease of the scope, and nothing where there is none', async () => {
    deepStrictEqual(await leases.store.list(leases.scope), []);
    const ids = Array.from({ length: 200 }, (_, i) => `shardId-${String(i).padStart(12, '0')}`);
    await Promise.all(ids.map((shardId) => leases.store.create(leases.scope, newLease(shardId))));

    const listed = await leases.store.list(leases.scope);

    deepStrictEqual(listed.map((lease) => lease.shardId).sort(), ids);
  });

  it('gets one lease, or nothing where there is none', async () => {
    const seen = await leases.created();
    await leases.created('shardId-other');

    assertLease(await leases.store.get(leases.scope, SHARD), seen);
    strictEqual(await leases.store.get(leases.scope, 'shardId-gone'), undefined);
  });

  it('deletes a lease, which can be created again from the start', async () => {
    const held = await leases.checkpointed(await leases.owned('worker-1'), at(SEQUENCE));

    strictEqual(await leases.store.delete(leases.scope, held), true);

    strictEqual(await leases.store.get(leases.scope, SHARD), undefined);
    assertLease(await leases.created(), { ...newLease(), counter: 0 });
  });

  it('does not let what a caller does to its own lists and leases change the store', async () => {
    const parentShardIds = ['shardId-1'];
    const seen = await leases.created(SHARD, { parentShardIds });
    const list = await leases.store.list(leases.scope);

    list.pop();
    parentShardIds.pop();

    assertLease(seen, { ...newLease(SHARD, { parentShardIds: ['shardId-1'] }), counter: 0 });
    assertLeases(await leases.store.list(leases.scope), [seen]);
  });
}
