import type { Lease } from '../checkpointer.js';
import { isLeaseRow, KCL, number, numberOf, OURS, type Row, textsOf } from './attributes.js';
import { inParallel, valuesOf } from './in-parallel.js';
import type { LeaseLayout } from './lease-layout.js';
import { type Ownership, sessionTimeoutOf } from './ownership.js';
import { checkpointOf, PendingCheckpoints, type UnresolvedStart } from './positions.js';
import { type RowUpdate, updateOfExisting } from './row-update.js';
import type { TableCalls } from './table-calls.js';

/** Calls at a time: as the KCL's `maxLeaseRenewalThreads`. */
export const PARALLEL_CALLS = 20;

export interface LeaseTableOptions {
  readonly calls: TableCalls;
  readonly layout: LeaseLayout;
  readonly ownership: Ownership;
  readonly unresolvedStart: UnresolvedStart | undefined;
}

/** The leases of one scope as rows of a table. */
export class LeaseTable {
  private readonly pending = new PendingCheckpoints();
  /** Parents that leases name and that have no row: they were done long ago, and do not come back. */
  private goneParents: ReadonlySet<string> = new Set();

  constructor(private readonly options: LeaseTableOptions) {}

  async get(shardId: string): Promise<Lease | undefined> {
    const { calls, layout } = this.options;
    const row = await calls.get(layout.keyOf(shardId));
    return row && isLeaseRow(row) ? this.lease(row, shardId) : undefined;
  }

  /** The leases among all rows of the table. */
  async leasesIn(rows: readonly Row[]): Promise<Lease[]> {
    const leases: Lease[] = [];
    for (const row of rows) {
      const shardId = isLeaseRow(row) ? this.options.layout.shardIdOf(row) : undefined;
      if (shardId !== undefined) leases.push(this.lease(row, shardId));
    }
    return [...leases, ...(await this.overlookedParents(leases))];
  }

  /** The shards whose leases name this one as a parent. */
  childrenIn(rows: readonly Row[], shardId: string): string[] {
    const { layout } = this.options;
    return rows
      .filter((row) => isLeaseRow(row) && textsOf(row, KCL.parentShardIds).includes(shardId))
      .map((row) => layout.shardIdOf(row))
      .filter((child) => child !== undefined);
  }

  /** An update that applies only while the lease has the owner and the counter it was seen with; raises the counter. */
  fenced(seen: Lease): RowUpdate {
    const update = updateOfExisting();
    return update.where(this.isUnchanged(update, seen)).set(KCL.leaseCounter, number(seen.counter + 1));
  }

  isUnchanged(update: RowUpdate, seen: Lease): string {
    const counter = update.equals(KCL.leaseCounter, number(seen.counter));
    return `${counter} AND ${this.options.ownership.isOwnedBy(update, seen.owner)}`;
  }

  /** Lets a checkpoint end the prepared ones it has passed. */
  removePassed(update: RowUpdate, { shardId }: Lease, checkpoint: Lease['checkpoint']): void {
    this.pending.removePassed(update, this.options.layout.keyOf(shardId), checkpoint);
  }

  /**
   * @param owner - who owns the lease after the update
   * @returns the lease as written; undefined if the conditions of the update did not hold
   */
  async write(shardId: string, update: RowUpdate, owner: string | undefined): Promise<Lease | undefined> {
    const { calls, layout, ownership } = this.options;
    const key = layout.keyOf(shardId);
    const outcome = await calls.update(key, update);
    if (outcome.row) return this.lease(outcome.row, shardId);
    if (!outcome.mayBeOurs) return undefined;
    // The write itself may have broken its condition, unanswered at first. An owner writes one by one, and its name is
    // of this start: a row in its name, as the update would leave it, is its own work.
    const row = await calls.get(key);
    const isOurs = row && ownership.ownerOf(row) === owner && update.isReflectedIn(row);
    return isOurs ? this.lease(row, shardId) : undefined;
  }

  delete(shardId: string, condition: RowUpdate): Promise<boolean> {
    const { calls, layout } = this.options;
    return calls.delete(layout.keyOf(shardId), condition);
  }

  /**
   * A scan is no snapshot: it may show a child, and not the parent whose row was written before. Who takes such a
   * parent for one that is gone reads the child too early.
   */
  private async overlookedParents(leases: readonly Lease[]): Promise<Lease[]> {
    const listed = new Set(leases.map((lease) => lease.shardId));
    const named = leases.flatMap((lease) =>
      lease.checkpoint.type === 'SHARD_END' ? [] : lease.parentShardIds,
    );
    const absent = [...new Set(named)].filter((parent) => !listed.has(parent));
    const unknown = absent.filter((parent) => !this.goneParents.has(parent));
    const found = valuesOf(await inParallel(unknown, PARALLEL_CALLS, (parent) => this.get(parent)));
    const overlooked = found.filter((lease) => lease !== undefined);
    const present = new Set(overlooked.map((lease) => lease.shardId));
    this.goneParents = new Set(absent.filter((parent) => !present.has(parent)));
    return overlooked;
  }

  private lease(row: Row, shardId: string): Lease {
    const { layout, ownership, unresolvedStart } = this.options;
    this.pending.observe(layout.keyOf(shardId), row);
    const owner = ownership.ownerOf(row);
    const handOffTo = ownership.handOffTo(row);
    const sessionTimeout = sessionTimeoutOf(row, owner);
    const streamCreatedAt = numberOf(row, OURS.streamCreatedAt);
    return {
      shardId,
      parentShardIds: textsOf(row, KCL.parentShardIds),
      ...(owner === undefined ? {} : { owner }),
      ...(handOffTo === undefined ? {} : { handOffTo }),
      counter: numberOf(row, KCL.leaseCounter) ?? 0,
      checkpoint: checkpointOf(row, unresolvedStart),
      ...(sessionTimeout === undefined ? {} : { sessionTimeout }),
      ...(streamCreatedAt === undefined ? {} : { streamCreatedAt }),
    };
  }
}
