import { randomUUID } from 'node:crypto';
import type { Checkpointer, Lease, LeaseScope } from '../../checkpointers/checkpointer.js';
import type { LeaseChange } from './lease-changes.js';

/** Milliseconds after which workers may take a lease from this command, should it end half-way. */
const SESSION_TIMEOUT = 15_000;

/**
 * Makes the changes, each fenced as a worker's writes are: whoever else writes to a lease meanwhile ends it.
 *
 * @throws Error at the first lease that is not as it was seen
 */
export async function writeChanges(
  store: Checkpointer,
  scope: LeaseScope,
  changes: readonly LeaseChange[],
): Promise<void> {
  const worker = `nestjs-kinesis-leases-${randomUUID()}`;
  for (const change of changes) {
    if (change.kind === 'move') {
      const held = await store.acquire(scope, change.seen, worker, SESSION_TIMEOUT);
      const moved = held && (await store.checkpoint(scope, held, change.to));
      if (!moved || !(await store.release(scope, moved))) throw changedMeanwhile(change.seen);
      continue;
    }
    if (change.kind === 'replace' && !(await store.delete(scope, change.seen))) {
      throw changedMeanwhile(change.seen);
    }
    if (!(await store.create(scope, change.lease))) throw changedMeanwhile(change.lease);
  }
}

function changedMeanwhile({ shardId }: Pick<Lease, 'shardId'>): Error {
  return new Error(
    `the lease of ${shardId} has changed since it was read: somebody works with it. What was done before it stays ` +
      'done; stop all workers and run the command again',
  );
}
