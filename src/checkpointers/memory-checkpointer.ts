import type { Checkpoint } from './checkpoint.js';
import type { Checkpointer, Lease, LeaseScope, NewLease } from './checkpointer.js';

/**
 * Leases and checkpoints in this process's memory: for tests, demos and first steps. Whoever shares the instance
 * shares the leases; with the process they are gone, and the next one starts at its starting position.
 */
export class MemoryCheckpointer implements Checkpointer {
  readonly name = 'memory';
  private readonly scopes = new Map<string, Map<string, Lease>>();

  async create(scope: LeaseScope, lease: NewLease): Promise<boolean> {
    const leases = this.leases(scope);
    if (leases.has(lease.shardId)) return false;
    leases.set(lease.shardId, {
      ...lease,
      parentShardIds: [...lease.parentShardIds],
      counter: 0,
    });
    return true;
  }

  async list(scope: LeaseScope): Promise<Lease[]> {
    return [...this.leases(scope).values()];
  }

  async acquire(
    scope: LeaseScope,
    seen: Lease,
    worker: string,
    sessionTimeout: number,
  ): Promise<Lease | undefined> {
    return this.write(scope, seen, (lease) => ({ ...lease, owner: worker, sessionTimeout }));
  }

  async renew(scope: LeaseScope, held: Lease): Promise<Lease | undefined> {
    return this.write(scope, held, (lease) => lease);
  }

  async checkpoint(scope: LeaseScope, held: Lease, checkpoint: Checkpoint): Promise<Lease | undefined> {
    return this.write(scope, held, (lease) => ({ ...lease, checkpoint }));
  }

  async release(scope: LeaseScope, held: Lease): Promise<boolean> {
    const released = this.write(
      scope,
      held,
      ({ owner: _owner, sessionTimeout: _timeout, ...lease }) => lease,
    );
    return released !== undefined;
  }

  async delete(scope: LeaseScope, seen: Lease): Promise<boolean> {
    const leases = this.leases(scope);
    const current = leases.get(seen.shardId);
    return current === undefined || (isUnchanged(current, seen) && leases.delete(seen.shardId));
  }

  private write(scope: LeaseScope, expected: Lease, change: (lease: Lease) => Lease): Lease | undefined {
    const leases = this.leases(scope);
    const current = leases.get(expected.shardId);
    if (!isUnchanged(current, expected)) return undefined;
    const written = { ...change(current), counter: current.counter + 1 };
    leases.set(written.shardId, written);
    return written;
  }

  private leases({ application, streamName }: LeaseScope): Map<string, Lease> {
    const key = JSON.stringify([application, streamName]);
    let leases = this.scopes.get(key);
    if (!leases) {
      leases = new Map();
      this.scopes.set(key, leases);
    }
    return leases;
  }
}

function isUnchanged(current: Lease | undefined, expected: Lease): current is Lease {
  return current?.owner === expected.owner && current?.counter === expected.counter;
}
