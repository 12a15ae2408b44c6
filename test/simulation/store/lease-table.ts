import type { Checkpoint } from '../../../src/checkpointers/checkpoint.js';
import type { Lease, NewLease } from '../../../src/checkpointers/checkpointer.js';

/** What became of one row. */
export interface RowChange {
  readonly before: Lease | undefined;
  readonly after: Lease | undefined;
  readonly applied: boolean;
}

/**
 * The rules of a lease store, once more, as plainly as they can be written: what a real one does is held against it. Each
 * method tells what the write must have changed.
 */
export class LeaseTable {
  readonly rows = new Map<string, Lease>();

  create(lease: NewLease): RowChange {
    const before = this.rows.get(lease.shardId);
    if (before) return { before, after: before, applied: false };
    return this.put(before, { ...lease, counter: 0 });
  }

  acquire(seen: Lease, worker: string, sessionTimeout: number): RowChange {
    return this.fenced(seen, (row) => ({ ...without(row, 'handOffTo'), owner: worker, sessionTimeout }));
  }

  renew(held: Lease): RowChange {
    return this.fenced(held, (row) => row);
  }

  checkpoint(held: Lease, checkpoint: Checkpoint): RowChange {
    return this.fenced(held, (row) => ({ ...row, checkpoint }));
  }

  release(held: Lease): RowChange {
    return this.fenced(held, (row) => {
      const { handOffTo } = row;
      const released = without(without(without(row, 'handOffTo'), 'owner'), 'sessionTimeout');
      return handOffTo === undefined ? released : { ...released, owner: handOffTo };
    });
  }

  requestHandOff(seen: Lease, worker: string | undefined): RowChange {
    const before = this.rows.get(seen.shardId);
    if (!before || before.owner !== seen.owner || before.handOffTo !== seen.handOffTo) {
      return { before, after: before, applied: false };
    }
    const asked = without(before, 'handOffTo');
    return this.put(before, worker === undefined ? asked : { ...asked, handOffTo: worker });
  }

  delete(seen: Lease): RowChange {
    const before = this.rows.get(seen.shardId);
    if (before && (before.owner !== seen.owner || before.counter !== seen.counter)) {
      return { before, after: before, applied: false };
    }
    this.rows.delete(seen.shardId);
    return { before, after: undefined, applied: true };
  }

  private fenced(expected: Lease, change: (row: Lease) => Lease): RowChange {
    const before = this.rows.get(expected.shardId);
    if (!before || before.owner !== expected.owner || before.counter !== expected.counter) {
      return { before, after: before, applied: false };
    }
    return this.put(before, { ...change(before), counter: before.counter + 1 });
  }

  private put(before: Lease | undefined, after: Lease): RowChange {
    this.rows.set(after.shardId, after);
    return { before, after, applied: true };
  }
}

function without<K extends keyof Lease>(row: Lease, key: K): Lease {
  const { [key]: _left, ...rest } = row;
  return rest as Lease;
}
