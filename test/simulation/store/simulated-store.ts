import { compareCheckpoints } from '../../../src/checkpointers/checkpoint.js';
import type { Checkpointer, Lease, LeaseScope } from '../../../src/checkpointers/checkpointer.js';
import { MemoryCheckpointer } from '../../../src/checkpointers/memory-checkpointer.js';
import type { VirtualClock } from '../../../src/testing/virtual-clock.js';
import type { Violations } from '../checks.js';
import type { Dice } from '../dice.js';
import type { LeaseLedger, LeaseWrite } from '../ledger/lease-ledger.js';
import type { RecordLedger } from '../ledger/record-ledger.js';
import type { Witness } from '../ledger/tenure.js';
import { short, type Trace } from '../trace.js';
import type { Connection } from '../workers/connection.js';
import { LeaseTable, type RowChange } from './lease-table.js';
import type { StoreKind } from './store-kind.js';

export interface SimulatedStoreOptions {
  kind: StoreKind;
  scope: LeaseScope;
  clock: VirtualClock;
  dice: Dice;
  violations: Violations;
  leases: LeaseLedger;
  records: RecordLedger;
  trace: Trace | undefined;
}

/** A worker that uses the store. */
export interface StoreClient extends Witness {
  readonly store: Connection;
  /** Told of each answer of `list`. */
  onListed(leases: readonly Lease[]): void;
}

/**
 * A lease store on the network. It keeps its rows in the real {@link MemoryCheckpointer} and, beside it, in a table of its
 * own: where the two part, a write took effect that must not have, or one had none that must have (check 5).
 */
export class SimulatedStore {
  private readonly memory = new MemoryCheckpointer();
  private readonly table = new LeaseTable();
  private readonly former = new Map<string, { row: Lease; until: number }>();
  private readonly deletedByHand = new Set<string>();
  /** In calm, an answer of `list` is never old. */
  mayBeStale = true;

  constructor(private readonly options: SimulatedStoreOptions) {}

  get rows(): ReadonlyMap<string, Lease> {
    return this.table.rows;
  }

  /** Somebody removes a row by hand. */
  async deleteRow(shardId: string): Promise<void> {
    const row = this.rows.get(shardId);
    if (!row) return;
    this.options.trace?.line('store', `row of ${short(shardId)} deleted by hand`);
    this.deletedByHand.add(shardId);
    this.options.leases.onDelete(shardId);
    await this.apply(this.memory.delete(this.options.scope, row), this.table.delete(row));
  }

  /**
   * Whether a shard's row was removed by hand and is not there again at the shard's end: who has not seen it at its end has
   * to take it for lost, and to leave its children alone until the shard is read again.
   */
  isOwed(shardId: string): boolean {
    return this.deletedByHand.has(shardId) && this.rows.get(shardId)?.checkpoint.type !== 'SHARD_END';
  }

  /** The store as one worker sees it. */
  connect(client: StoreClient): Checkpointer {
    const { memory, table } = this;
    const { kind, leases, records } = this.options;
    /** Runs a call when it reaches the store; `startedAt` is when the worker began it. */
    const call = <T>(name: string, effect: (startedAt: number) => Promise<T>): Promise<T> => {
      const startedAt = client.clock.now();
      return client.store.call(name, () => effect(startedAt));
    };
    const on = (
      what: string,
      startedAt: number,
      change: RowChange,
      listener: (write: LeaseWrite) => void,
    ): void => {
      const { before, after, applied } = change;
      this.traceWrite(client, what, change);
      if (applied && before && after) listener({ by: client, startedAt, before, after });
    };
    return {
      name: kind.name,
      ...(kind.listInterval === undefined ? {} : { listInterval: kind.listInterval }),
      create: (scope, lease) =>
        call('create', (startedAt) => {
          const change = table.create(lease);
          on('create', startedAt, change, () => undefined);
          if (change.applied && lease.checkpoint.type === 'AT_TIMESTAMP') {
            records.onStartAt(lease.shardId, lease.checkpoint.timestamp, (id) => table.rows.has(id));
          }
          return this.apply(memory.create(scope, lease), change);
        }),
      list: (scope) =>
        call('list', async () => {
          const listed = (await memory.list(scope)).map((row) => this.maybeFormer(row));
          return listed;
        }).then((listed) => {
          client.onListed(listed);
          return listed;
        }),
      get: (scope, shardId) => call('get', () => memory.get(scope, shardId)),
      acquire: (scope, seen, worker, sessionTimeout) =>
        call('acquire', (startedAt) => {
          const change = table.acquire(seen, worker, sessionTimeout);
          on('acquire', startedAt, change, (write) => leases.onAcquire(write));
          return this.apply(memory.acquire(scope, seen, worker, sessionTimeout), change);
        }),
      renew: (scope, held) =>
        call('renew', (startedAt) => {
          const changes = held.map((lease) => table.renew(lease));
          for (const change of changes)
            on('renew', startedAt, change, (write) => leases.onOwnersWrite(write));
          const renewed = memory.renew(scope, held);
          return Promise.all(
            changes.map((change, i) =>
              this.apply(
                renewed.then((written) => written[i]),
                change,
              ),
            ),
          );
        }),
      checkpoint: (scope, held, checkpoint) =>
        call('checkpoint', (startedAt) => {
          const change = table.checkpoint(held, checkpoint);
          on('checkpoint', startedAt, change, (write) => {
            leases.onOwnersWrite(write);
            leases.onCheckpoint(write);
          });
          return this.apply(memory.checkpoint(scope, held, checkpoint), change);
        }),
      requestHandOff: (scope, seen, worker) =>
        call('requestHandOff', (startedAt) => {
          const change = table.requestHandOff(seen, worker);
          on('requestHandOff', startedAt, change, ({ after }) => leases.onAsk(after));
          return this.apply(memory.requestHandOff(scope, seen, worker), change);
        }),
      release: (scope, held) =>
        call('release', (startedAt) => {
          const change = table.release(held);
          on('release', startedAt, change, (write) => leases.onRelease(write));
          return this.apply(memory.release(scope, held), change);
        }),
      delete: (scope, seen) =>
        call('delete', (startedAt) => {
          const change = table.delete(seen);
          on('delete', startedAt, change, () => undefined);
          if (change.applied) leases.onDelete(seen.shardId);
          return this.apply(memory.delete(scope, seen), change);
        }),
      ...(kind.watch ? { watch: (scope, onChange) => this.watch(client, scope, onChange) } : {}),
    };
  }

  private watch(client: StoreClient, scope: LeaseScope, onChange: () => void): () => void {
    const { clock, dice } = this.options;
    return this.memory.watch(scope, () => {
      if (client.store.isCut) return;
      clock.schedule(dice.between(0, 3), () => client.process.run(onChange));
    });
  }

  /** Check 5: holds what the write did against what it must have done, and returns its answer. */
  private async apply<T>(write: Promise<T>, change: RowChange): Promise<T> {
    const { clock, scope, violations, kind } = this.options;
    const { before, after, applied } = change;
    const shardId = (before ?? after)?.shardId;
    if (shardId === undefined) return write;
    // Both began in the same instant, so this is the row right after the write.
    const stored = this.memory.get(scope, shardId);
    if (applied && before && kind.staleness > 0) {
      this.former.set(shardId, { row: before, until: clock.now() + kind.staleness });
    }
    const row = await stored;
    if (!isSame(row, after)) {
      const verdict = applied ? 'a write of the owner had no effect' : 'a stale write took effect';
      violations.add(5, `${short(shardId)}: ${verdict}`);
      if (row) this.table.rows.set(shardId, row);
      else this.table.rows.delete(shardId);
    }
    return write;
  }

  private maybeFormer(row: Lease): Lease {
    const { clock, dice, kind } = this.options;
    if (kind.staleness === 0 || !this.mayBeStale) return row;
    const former = this.former.get(row.shardId);
    return former && former.until > clock.now() && dice.chance(0.5) ? former.row : row;
  }

  private traceWrite(client: StoreClient, what: string, { before, after, applied }: RowChange): void {
    const { trace } = this.options;
    if (!trace) return;
    const row = after ?? before;
    if (!row) return;
    const { checkpoint } = row;
    const position =
      checkpoint.type === 'SEQUENCE'
        ? String(this.options.records.placeOf(row.shardId, checkpoint))
        : checkpoint.type;
    const asked = row.handOffTo === undefined ? '' : `, asked by ${trace.nameOf(row.handOffTo)}`;
    const outcome = applied ? 'done' : 'refused';
    const owner = `${trace.nameOf(row.owner)} ${row.counter}${asked}`;
    trace.line(client.name, `${what} ${short(row.shardId)} ${outcome}: ${owner}, at ${position}`);
  }
}

function isSame(one: Lease | undefined, other: Lease | undefined): boolean {
  if (!one || !other) return one === other;
  return (
    one.owner === other.owner &&
    one.handOffTo === other.handOffTo &&
    one.counter === other.counter &&
    compareCheckpoints(one.checkpoint, other.checkpoint) === 0
  );
}
