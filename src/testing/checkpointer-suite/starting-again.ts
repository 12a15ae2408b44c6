import { strictEqual } from 'node:assert';
import type { Lease } from '../../checkpointers/checkpointer.js';
import { assertLease, assertLeases, assertPartOfLease } from './lease-assertions.js';
import { at, type LeaseFixture, newLease, SEQUENCE, SESSION_TIMEOUT } from './lease-fixture.js';
import type { TestRunner } from './test-runner.js';

export function describeStartingAgain({ it }: TestRunner, leases: LeaseFixture): void {
  it('shows a checkpointer that comes later all there is', async () => {
    const free = await leases.created('shardId-1', {
      parentShardIds: ['shardId-0'],
      checkpoint: { type: 'AT_TIMESTAMP', timestamp: 1_767_225_600_123 },
      streamCreatedAt: 1_767_225_599_999,
    });
    const held = await leases.checkpointed(await leases.owned('worker-1', 'shardId-2'), at(SEQUENCE, 7));
    await leases.store.requestHandOff(leases.scope, held, 'worker-2');
    const ended = await leases.checkpointed(await leases.owned('worker-1', 'shardId-3'), {
      type: 'SHARD_END',
    });

    const next = await leases.another();

    const asked: Lease = { ...held, handOffTo: 'worker-2' };
    assertLeases(await next.list(leases.scope), [free, asked, ended]);
    assertLease(await next.get(leases.scope, 'shardId-2'), asked);
  });

  it('lets a worker go on over another connection', async () => {
    const held = await leases.owned('worker-1');
    const next = await leases.another();

    assertLease(await next.checkpoint(leases.scope, held, at(SEQUENCE)), {
      ...held,
      counter: 2,
      checkpoint: at(SEQUENCE),
    });
  });

  it('fences the worker of before the restart', async () => {
    const stale = await leases.checkpointed(await leases.owned('worker-1'), at(SEQUENCE, 7));
    const next = await leases.another();

    const taken = await next.acquire(leases.scope, stale, 'worker-2', SESSION_TIMEOUT);

    assertPartOfLease(taken, { owner: 'worker-2', checkpoint: at(SEQUENCE, 7) });
    strictEqual(await leases.store.checkpoint(leases.scope, stale, at(SEQUENCE, 8)), undefined);
    strictEqual(await next.create(leases.scope, newLease()), false);
    assertLease(await leases.stored(), taken);
  });
}
