import type { Checkpoint } from './checkpoint.js';
import type { Checkpointer, Lease, LeaseScope, NewLease } from './checkpointer.js';

interface StoredScope {
  readonly leases: Map<string, Lease>;
  readonly watchers: Set<() => void>;
}

/**
 * Leases and checkpoints in this process's memory: for tests, demos and first steps. Whoever shares the instance
 * shares the leases; with the process they are gone, and the next one starts at its starting position.
 */
export class MemoryCheckpointer implements Checkpointer {
  readonly name = 'memory';
  private readonly scopes = new Map<string, StoredScope>();

  async create(scope: LeaseScope, lease: NewLease): Promise<boolean> {
    const leases = this.leases(scope);
    if (leases.has(lease.shardId)) return false;
    leases.set(lease.shardId, {
      ...lease,
      parentShardIds: [...lease.parentShardIds],
      counter: lease.counter ?? 0,
    });
    return true;
  }

  async list(scope: LeaseScope): Promise<Lease[]> {
    return [...this.leases(scope).values()];
  }

  async get(scope: LeaseScope, shardId: string): Promise<Lease | undefined> {
    return this.leases(scope).get(shardId);
  }

  async acquire(
    scope: LeaseScope,
    seen: Lease,
    worker: string,
    sessionTimeout: number,
  ): Promise<Lease | undefined> {
    return this.write(scope, seen, ({ handOffTo: _ended, ...lease }) => ({
      ...lease,
      owner: worker,
      sessionTimeout,
    }));
  }

  async renew(scope: LeaseScope, held: readonly Lease[]): Promise<(Lease | undefined)[]> {
    return held.map((lease) => this.write(scope, lease, (current) => current));
  }

  async checkpoint(scope: LeaseScope, held: Lease, checkpoint: Checkpoint): Promise<Lease | undefined> {
    return this.write(scope, held, (lease) => ({ ...lease, checkpoint }));
  }

  async requestHandOff(scope: LeaseScope, seen: Lease, worker: string | undefined): Promise<boolean> {
    const current = this.leases(scope).get(seen.shardId);
    if (!current || current.owner !== seen.owner || current.handOffTo !== seen.handOffTo) return false;
    const { handOffTo: _before, ...lease } = current;
    this.put(scope, worker === undefined ? lease : { ...lease, handOffTo: worker });
    return true;
  }

  async release(scope: LeaseScope, held: Lease): Promise<boolean> {
    const released = this.write(
      scope,
      held,
      ({ owner: _owner, handOffTo, sessionTimeout: _timeout, ...lease }) =>
        handOffTo === undefined ? lease : { ...lease, owner: handOffTo },
    );
    return released !== undefined;
  }

  async delete(scope: LeaseScope, seen: Lease): Promise<boolean> {
    const leases = this.leases(scope);
    const current = leases.get(seen.shardId);
    return current === undefined || (isUnchanged(current, seen) && leases.delete(seen.shardId));
  }

  watch(scope: LeaseScope, onChange: () => void): () => void {
    const { watchers } = this.stored(scope);
    watchers.add(onChange);
    return () => watchers.delete(onChange);
  }

  private write(scope: LeaseScope, expected: Lease, change: (lease: Lease) => Lease): Lease | undefined {
    const current = this.leases(scope).get(expected.shardId);
    if (!isUnchanged(current, expected)) return undefined;
    const written = { ...change(current), counter: current.counter + 1 };
    this.put(scope, written);
    return written;
  }
  private put(scope: LeaseScope, lease: Lease): void {
    const { leases, watchers } = this.stored(scope);
    const before = leases.get(lease.shardId);
    leases.set(lease.shardId, lease);
    if (before?.owner === lease.owner && before?.handOffTo === lease.handOffTo) return;
    for (const onChange of watchers) onChange();
  }

  private leases(scope: LeaseScope): Map<string, Lease> {
    return this.stored(scope).leases;
  }

  private stored({ application, streamName }: LeaseScope): StoredScope {
    const key = JSON.stringify([application, streamName]);
    let stored = this.scopes.get(key);
    if (!stored) {
      stored = { leases: new Map(), watchers: new Set() };
      this.scopes.set(key, stored);
    }
    return stored;
  }
}

function isUnchanged(current: Lease | undefined, expected: Lease): current is Lease {
  return current?.owner === expected.owner && current?.counter === expected.counter;
}
