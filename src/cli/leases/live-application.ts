import type { Lease, LeaseScope } from '../../checkpointers/checkpointer.js';
import type { LeaseTarget } from './target.js';

/** Milliseconds between two looks. */
const INTERVAL = 250;

/**
 * Refuses an application whose leases have owners: what a worker does next would undo what is about to be done, or be
 * undone by it. Watches them for their session timeout, to tell workers that live from those that are gone.
 *
 * @param sessionTimeout - of leases that do not tell their owner's, in milliseconds
 * @throws Error where a lease has an owner
 */
export async function refuseLiveApplication(
  target: LeaseTarget,
  scope: LeaseScope,
  leases: readonly Lease[],
  sessionTimeout: number,
): Promise<void> {
  const owned = leases.filter((lease) => lease.owner !== undefined);
  if (owned.length === 0) return;
  const { application, streamName } = scope;
  const where = `${application} on ${streamName} in ${target.label}`;
  const timeout = Math.max(...owned.map((lease) => lease.sessionTimeout ?? sessionTimeout));
  const deadline = performance.now() + timeout;
  while (performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(INTERVAL, timeout)));
    const now = new Map((await target.list(scope)).map((lease) => [lease.shardId, lease]));
    const moved = owned.find(({ shardId, owner, counter }) => {
      const current = now.get(shardId);
      return current?.owner !== owner || current?.counter !== counter;
    });
    if (moved) {
      throw new Error(
        `${where} is live: worker ${moved.owner} just wrote to the lease of ${moved.shardId}. Stop all its workers first`,
      );
    }
  }
  throw new Error(
    `${where}: ${owned.length} leases have an owner, such as ${owned[0]?.owner}, of which nothing was heard for ` +
      `${timeout} ms. If all workers are stopped, --force goes on`,
  );
}
