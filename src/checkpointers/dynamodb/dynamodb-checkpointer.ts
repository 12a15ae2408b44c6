import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../runtime/clock.js';
import { type Random, randomId } from '../../runtime/random.js';
import { SystemClock } from '../../runtime/system-clock.js';
import { SystemRandom } from '../../runtime/system-random.js';
import type { Checkpoint } from '../checkpoint.js';
import type { Checkpointer, Lease, LeaseScope, NewLease } from '../checkpointer.js';
import { KCL, number, OURS, text, texts } from './attributes.js';
import { createClient, isClient } from './create-client.js';
import { checkOptions, type DynamoDbCheckpointerOptions } from './dynamodb-options.js';
import { inParallel } from './in-parallel.js';
import type { LeaseLayout } from './lease-layout.js';
import { type LeaseTable, PARALLEL_CALLS } from './lease-table.js';
import { OpenTables } from './open-tables.js';
import { CHECKPOINT_OWNER, isOurs, LEASE_OWNER_ONLY, type Ownership, session } from './ownership.js';
import { setCheckpoint } from './positions.js';
import { RowUpdate, updateOfExisting } from './row-update.js';

/** As the KCL 2.x's taker: (10 s + 25 ms) * 2. */
const LIST_INTERVAL = 20_000;

/** No more writes of an idle lease than the KCL's: it renews every `failoverTimeMillis` / 3 - 25 ms = 3.308 s. */
const HEARTBEAT_FREQUENCY = 3_333;

/** The KCL's `failoverTimeMillis`, unless it is told otherwise. */
const FAILOVER = 10_000;

/** How often a release is tried while others ask for the lease and take it back. */
const RELEASE_TRIES = 5;

/** Where the checkpointer has time and randomness from; tests and simulators pass their own. */
export interface DynamoDbCheckpointerRuntime {
  readonly clock: Clock;
  readonly random: Random;
  /** For tools that see to it themselves that no worker lives where they write. */
  readonly kclMayLive?: boolean;
}

/**
 * Leases and checkpoints in DynamoDB, in the table of the Kinesis Client Library: an application can take over from a
 * KCL at the very record, and give back. Rows have the KCL's own attributes, some of ours beside them, and whatever
 * others put there.
 *
 * Each write is one UpdateItem, conditioned on the owner and the counter of the lease.
 */
export class DynamoDbCheckpointer implements Checkpointer {
  readonly name = 'dynamodb';
  readonly listInterval: number;
  readonly heartbeatFrequency = HEARTBEAT_FREQUENCY;
  readonly maxSessionTimeout?: number;
  private readonly client: DynamoDBClient;
  private readonly ownership: Ownership;
  /** When a lease of each scope was last taken from a KCL that lives. */
  private readonly stolenAt = new Map<string, number>();
  private readonly tables: OpenTables;

  /** @throws KinesisConfigurationError for an option that cannot work */
  constructor(
    private readonly options: DynamoDbCheckpointerOptions = {},
    private readonly runtime: DynamoDbCheckpointerRuntime = {
      clock: new SystemClock(),
      random: new SystemRandom(),
    },
  ) {
    checkOptions(options);
    this.listInterval = options.listInterval ?? LIST_INTERVAL;
    this.client = createClient(options.client ?? {});
    this.ownership = this.isBesideKcl ? LEASE_OWNER_ONLY : CHECKPOINT_OWNER;
    if (this.isBesideKcl) this.maxSessionTimeout = options.failoverTimeMillis ?? FAILOVER;
    this.tables = new OpenTables({ client: this.client, ...runtime }, options, this.ownership);
  }

  /**
   * Makes the table ready, and refuses one on which a KCL lives that cannot be joined. Tables whose names depend on the
   * application or the stream are made ready at the first call that names them.
   *
   * @throws KinesisConfigurationError if the table is missing, is no lease table, or is in use by a KCL
   * @throws KinesisAccessDeniedError if the credentials do not allow what is needed
   */
  async prepare(scopes: readonly LeaseScope[] = []): Promise<void> {
    for (const scope of scopes) await this.tables.scope(scope);
    const { tableName } = this.options;
    if (typeof tableName === 'string') await this.tables.table(tableName, tableName);
  }

  async create(scope: LeaseScope, lease: NewLease): Promise<boolean> {
    const { leases, layout } = await this.tables.scope(scope);
    const { shardId, parentShardIds, checkpoint, streamCreatedAt, counter = 0 } = lease;
    const update = new RowUpdate();
    update
      .where(update.absent(KCL.leaseKey))
      .set(KCL.leaseCounter, number(counter))
      .set(KCL.ownerSwitches, number(0))
      .set(OURS.createdBy, text(randomId(this.runtime.random)));
    // The service has no empty sets.
    if (parentShardIds.length > 0) update.set(KCL.parentShardIds, texts(parentShardIds));
    if (streamCreatedAt !== undefined) update.set(OURS.streamCreatedAt, number(streamCreatedAt));
    identify(update, layout, shardId);
    setCheckpoint(update, checkpoint, this.aggregates);
    return (await leases.write(shardId, update, undefined)) !== undefined;
  }

  /** All rows of the table are read: each decision on one is conditioned on its counter. */
  async list(scope: LeaseScope): Promise<Lease[]> {
    const { leases, calls, fleet } = await this.tables.scope(scope);
    const rows = await calls.scan(this.options.consistentReads);
    if (this.isBesideKcl) await fleet.refuseVersion3(scope.application, rows);
    else if (!this.runtime.kclMayLive) fleet.refuseMoved(rows);
    return leases.leasesIn(rows);
  }

  async get(scope: LeaseScope, shardId: string): Promise<Lease | undefined> {
    const { leases } = await this.tables.scope(scope);
    return leases.get(shardId);
  }

  async acquire(
    scope: LeaseScope,
    seen: Lease,
    worker: string,
    sessionTimeout: number,
  ): Promise<Lease | undefined> {
    const { leases, layout } = await this.tables.scope(scope);
    const update = this.take(leases, seen, worker).set(OURS.session, session(worker, sessionTimeout));
    identify(update, layout, seen.shardId);
    return leases.write(seen.shardId, update, worker);
  }

  /**
   * One UpdateItem for each lease, as the KCL: DynamoDB has no cheaper way to write many rows conditionally. A row that
   * is throttled or cannot be read costs no other its renewal.
   */
  async renew(scope: LeaseScope, held: readonly Lease[]): Promise<(Lease | undefined)[]> {
    if (held.length === 0) return [];
    const { leases } = await this.tables.scope(scope);
    const renewals = await inParallel(held, PARALLEL_CALLS, (lease) =>
      leases.write(lease.shardId, leases.fenced(lease), lease.owner),
    );
    const failed = renewals.filter((renewal) => renewal.status === 'rejected');
    if (failed.length === held.length) throw failed[0]?.reason;
    return renewals.map((renewal) => (renewal.status === 'fulfilled' ? renewal.value : undefined));
  }

  async checkpoint(scope: LeaseScope, held: Lease, checkpoint: Checkpoint): Promise<Lease | undefined> {
    const { leases, calls } = await this.tables.scope(scope);
    const update = leases.fenced(held).set(KCL.ownerSwitches, number(0));
    setCheckpoint(update, checkpoint, this.aggregates);
    leases.removePassed(update, held, checkpoint);
    if (checkpoint.type === 'SHARD_END') {
      // The KCL removes the row of a shard that has ended only once it knows the shard's children, which are new.
      const children = leases.childrenIn(await calls.scan(true), held.shardId);
      if (children.length > 0) update.set(KCL.childShardIds, texts(children));
    }
    return leases.write(held.shardId, update, held.owner);
  }

  async requestHandOff(scope: LeaseScope, seen: Lease, worker: string | undefined): Promise<boolean> {
    const { leases } = await this.tables.scope(scope);
    const { shardId, owner, handOffTo } = seen;
    if (owner === undefined) return false;
    if (worker === undefined && handOffTo === undefined) {
      const current = await leases.get(shardId);
      return current?.owner === owner && current.handOffTo === undefined;
    }
    if (this.isBesideKcl && worker !== undefined && !isOurs(seen)) return this.steal(scope, seen, worker);
    const update = updateOfExisting();
    this.ownership.request(update, owner, handOffTo, worker);
    return (await leases.write(shardId, update, owner)) !== undefined;
  }

  async release(scope: LeaseScope, held: Lease): Promise<boolean> {
    const { leases } = await this.tables.scope(scope);
    const { shardId, owner, counter } = held;
    let { handOffTo } = held;
    for (let tries = 0; owner !== undefined && tries < RELEASE_TRIES; tries++) {
      const update = updateOfExisting().set(KCL.leaseCounter, number(counter + 1));
      update.where(update.equals(KCL.leaseCounter, number(counter))).remove(OURS.session);
      this.ownership.release(update, owner, handOffTo);
      if (await leases.write(shardId, update, handOffTo)) return true;
      // Somebody may have asked for the lease, or no longer want it, since it was seen.
      const current = await leases.get(shardId);
      if (current?.owner !== owner || current.counter !== counter) return false;
      handOffTo = current.handOffTo;
    }
    return false;
  }

  async delete(scope: LeaseScope, seen: Lease): Promise<boolean> {
    const { leases } = await this.tables.scope(scope);
    const condition = new RowUpdate();
    condition.where(condition.either(condition.absent(KCL.leaseKey), leases.isUnchanged(condition, seen)));
    return leases.delete(seen.shardId, condition);
  }

  async close(): Promise<void> {
    if (!isClient(this.options.client ?? {})) this.client.destroy();
  }

  /**
   * A KCL 2.x cannot be asked for a lease: it finds out, at its next renewal, that it has lost it. As the KCL's taker, no
   * more than one at a time, so that its own balancing and ours do not chase each other.
   */
  private async steal(scope: LeaseScope, seen: Lease, worker: string): Promise<boolean> {
    const name = JSON.stringify([scope.application, scope.streamName, worker]);
    const last = this.stolenAt.get(name);
    if (last !== undefined && this.runtime.clock.now() - last < this.listInterval) return false;
    this.stolenAt.set(name, this.runtime.clock.now());
    const { leases } = await this.tables.scope(scope);
    return (await leases.write(seen.shardId, this.take(leases, seen, worker), worker)) !== undefined;
  }

  private take(leases: LeaseTable, seen: Lease, worker: string): RowUpdate {
    const update = leases.fenced(seen);
    this.ownership.setOwner(update, worker);
    if (seen.owner !== undefined && seen.owner !== worker) update.add(KCL.ownerSwitches, number(1));
    return update;
  }

  private get isBesideKcl(): boolean {
    return this.options.mode === 'beside-2.x';
  }

  private get aggregates() {
    return this.options.aggregates ?? 'other';
  }
}

function identify(update: RowUpdate, layout: LeaseLayout, shardId: string): void {
  for (const [name, value] of Object.entries(layout.identity(shardId))) update.set(name, value);
}
