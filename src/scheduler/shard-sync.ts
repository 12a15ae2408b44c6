import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { Checkpointer, Lease, LeaseScope } from '../checkpointers/checkpointer.js';
import type { ChildShard, KinesisGateway, ShardDescription, StreamRef } from '../client/kinesis-gateway.js';
import { KinesisError } from '../errors.js';
import type { KinesisEventListener } from '../observability/kinesis-event.js';
import type { Clock } from '../runtime/clock.js';
import type { ConsumerSettings, StartingPosition } from './consumer-settings.js';
import { isOfEarlierStream, planLeases, startOfChild } from './lease-creation.js';
import type { LeaseObserver } from './lease-observer.js';

/** The service names a shard as a parent that it does not list: its list is stale. */
export class ParentLeaseMissingError extends KinesisError {
  constructor(shardId: string, parent: string) {
    super(
      'KINESIS_STALE_SHARD_LIST',
      `Shard ${shardId} cannot be read yet: its parent ${parent} is not in the service's list of shards.`,
      { retryable: true },
    );
  }
}

export interface ShardSyncOptions {
  gateway: KinesisGateway;
  checkpointer: Checkpointer;
  scope: LeaseScope;
  stream: StreamRef;
  settings: ConsumerSettings;
  clock: Clock;
  observer: LeaseObserver;
  report: KinesisEventListener;
  /** Called when leases were created. */
  onLeasesCreated: () => void;
}

/**
 * Keeps the leases in step with the shards the service has: creates those that are missing, and removes those of shards that
 * are done and gone. Every worker does this, every time for all shards, so that whatever got lost on the way is found again.
 */
export class ShardSync {
  /** When the stream was created, in milliseconds since the Unix epoch; undefined before the first sync. */
  streamCreatedAt: number | undefined;
  /** What the stream's {@link trimHorizon} was at a time on the monotonic clock. */
  private horizon = { at: 0, was: -Infinity };
  /** Parents without a lease that were found to be done or beyond retention. */
  private settled: ReadonlySet<string> = new Set();
  /** Shards without a lease that ought to have one. */
  private uncovered: ReadonlySet<string> = new Set();
  /** What the service listed last. */
  private listed: ReadonlyMap<string, ShardDescription> = new Map();
  /** Ended leases whose shard was not listed last time: removed if it still is not. */
  private unlisted = new Set<string>();

  constructor(private readonly options: ShardSyncOptions) {}

  /**
   * Records that arrived earlier are no longer in the stream: milliseconds since the Unix epoch by the service's clock, as
   * are their times of arrival. -Infinity before the first sync.
   */
  get trimHorizon(): number {
    return this.horizon.was + this.options.clock.now() - this.horizon.at;
  }

  /**
   * Whether a shard that has no lease needs none: it is done, or retention has passed it. Undefined while that is to be found
   * out.
   */
  isSettled(shardId: string): boolean | undefined {
    if (this.uncovered.has(shardId)) return false;
    return this.settled.has(shardId) && !this.options.observer.vanished.has(shardId) ? true : undefined;
  }

  async run(signal?: AbortSignal): Promise<void> {
    const { gateway, checkpointer, scope, stream, observer } = this.options;
    const { createdAt, serviceTime, retention } = await gateway.describeStream(stream, signal);
    this.horizon = { at: this.options.clock.now(), was: serviceTime - retention };
    const leases = await this.leasesOfStream(createdAt);
    const shards = await this.listShards(leases.length === 0, serviceTime, signal);
    for (const shardId of observer.vanished) {
      // With the shard gone, too, nobody needs its lease any more.
      if (!this.listed.has(shardId)) observer.forget(shardId);
    }
    const { missing, uncovered } = planLeases({
      shards,
      leases,
      initial: this.initialCheckpoint(serviceTime),
      vanished: observer.vanished,
      streamCreatedAt: createdAt,
    });
    this.uncovered = new Set(uncovered.map(({ shardId }) => shardId));
    const leased = new Set([...leases, ...missing, ...uncovered].map(({ shardId }) => shardId));
    const parents = leases.flatMap(({ parentShardIds }) => parentShardIds);
    this.settled = new Set(parents.filter((parent) => !leased.has(parent)));
    this.streamCreatedAt = createdAt;
    for (const lease of missing) await checkpointer.create(scope, lease);
    const restored = await this.restore(uncovered, serviceTime, createdAt);
    if (missing.length > 0 || restored) this.options.onLeasesCreated();
    await this.removeFinished(leases);
  }

  /**
   * Makes sure that the children of a shard at its end have leases.
   *
   * @param parent - the shard at its end, and where it stands
   */
  async prepareChildren(
    children: readonly ChildShard[],
    parent: { shardId: string; checkpoint: Checkpoint },
    signal?: AbortSignal,
  ): Promise<void> {
    const { checkpointer, scope } = this.options;
    for (const { shardId, parentShardIds } of children) {
      const others = parentShardIds.filter((id) => id !== parent.shardId);
      const positions: (Checkpoint | undefined)[] = [parent.checkpoint];
      // A parent without a lease would be taken for one beyond retention, and the child read too early.
      for (const other of others) positions.push(await this.positionOf(other, signal));
      const known = positions.flatMap((position) => position ?? []);
      if (known.length < positions.length) {
        // The look that found no such parent has given the child a lease, if it was in order that there is none.
        if (await checkpointer.get(scope, shardId)) continue;
        throw new ParentLeaseMissingError(shardId, others.join(' or '));
      }
      await checkpointer.create(scope, {
        shardId,
        parentShardIds,
        checkpoint: startOfChild(known),
        ...(this.streamCreatedAt === undefined ? {} : { streamCreatedAt: this.streamCreatedAt }),
      });
    }
    this.options.onLeasesCreated();
  }

  /** The children that the service lists of a shard; none while it is open. */
  async listChildren(shardId: string, signal: AbortSignal): Promise<readonly ChildShard[]> {
    const shards = await this.options.gateway.listShards(this.options.stream, signal);
    return shards.filter((shard) => shard.parentShardIds.includes(shardId));
  }

  /**
   * Whether retention has passed the shard of a lease. A list may be older than a shard is: so its parents must be gone, too,
   * and the stream must be the one the lease was made for.
   */
  async isExpired({ shardId, parentShardIds }: Lease, signal: AbortSignal): Promise<boolean> {
    const { gateway, stream } = this.options;
    const { createdAt } = await gateway.describeStream(stream, signal);
    if (createdAt !== this.streamCreatedAt) return false;
    const shards = await gateway.listShards(stream, signal);
    return shards.length > 0 && !shards.some((shard) => [shardId, ...parentShardIds].includes(shard.shardId));
  }

  private async listShards(
    first: boolean,
    serviceTime: number,
    signal: AbortSignal | undefined,
  ): Promise<ShardDescription[]> {
    const { gateway, stream, settings } = this.options;
    // An application that starts at a time needs no lease for shards that were closed before.
    const openSince = first ? startTime(settings.startingPosition, serviceTime) : undefined;
    const shards = await gateway.listShards(stream, signal, openSince);
    this.listed = new Map(shards.map((shard) => [shard.shardId, shard]));
    return shards;
  }

  /** The leases of the present stream; those of an earlier one of the same name are removed. */
  private async leasesOfStream(createdAt: number): Promise<Lease[]> {
    const { checkpointer, scope, stream, report, observer, clock } = this.options;
    const askedAt = clock.now();
    const leases = await checkpointer.list(scope);
    observer.observe(leases, askedAt);
    const earlier = leases.filter((lease) => isOfEarlierStream(lease, createdAt));
    if (earlier.length === 0) return leases;
    report({
      type: 'stream-recreated',
      stream: stream.name,
      application: scope.application,
      leases: earlier.length,
    });
    for (const lease of earlier) {
      await checkpointer.delete(scope, lease);
      observer.forget(lease.shardId);
    }
    return leases.filter((lease) => !earlier.includes(lease));
  }

  /** `LATEST` as a time of the service's own clock, so that a restart before the first checkpoint skips nothing. */
  private initialCheckpoint(serviceTime: number): Checkpoint {
    const { startingPosition } = this.options.settings;
    if (startingPosition === 'TRIM_HORIZON') return { type: 'TRIM_HORIZON' };
    if (startingPosition === 'LATEST') return { type: 'AT_TIMESTAMP', timestamp: serviceTime };
    return { type: 'AT_TIMESTAMP', timestamp: Number(startingPosition.timestamp) };
  }

  /** Applies the policy to shards whose lease was deleted. Returns whether any has one again. */
  private async restore(
    uncovered: readonly ShardDescription[],
    serviceTime: number,
    streamCreatedAt: number,
  ): Promise<boolean> {
    const { checkpointer, scope, stream, settings, observer, report } = this.options;
    const { onDataLoss: policy, sessionTimeout } = settings;
    let restored = false;
    for (const { shardId, parentShardIds } of uncovered) {
      // If its worker lives, that worker knows the position and puts it back.
      const missingFor = observer.missingFor(shardId);
      if (missingFor > 0 && missingFor < sessionTimeout) continue;
      const place = { stream: stream.name, application: scope.application, shardId };
      if (policy === 'fail') {
        report({ type: 'lease-missing', policy, ...place });
        continue;
      }
      const checkpoint: Checkpoint =
        policy === 'oldest' ? { type: 'TRIM_HORIZON' } : { type: 'AT_TIMESTAMP', timestamp: serviceTime };
      if (await checkpointer.create(scope, { shardId, parentShardIds, checkpoint, streamCreatedAt })) {
        report({ type: 'lease-missing', policy, ...place });
        restored = true;
      }
    }
    return restored;
  }

  private async removeFinished(leases: readonly Lease[]): Promise<void> {
    const { checkpointer, scope } = this.options;
    const finished = leases.filter(
      ({ shardId, checkpoint }) => checkpoint.type === 'SHARD_END' && !this.listed.has(shardId),
    );
    for (const lease of finished) {
      if (this.unlisted.has(lease.shardId)) await checkpointer.delete(scope, lease);
    }
    this.unlisted = new Set(finished.map((lease) => lease.shardId));
  }

  /** Where the other parent of a merge stands; undefined if it has no lease, and gets none. */
  private async positionOf(parent: string, signal: AbortSignal | undefined): Promise<Checkpoint | undefined> {
    const { checkpointer, scope } = this.options;
    const lease = await checkpointer.get(scope, parent);
    if (lease) return lease.checkpoint;
    await this.run(signal);
    return (await checkpointer.get(scope, parent))?.checkpoint;
  }
}

/** The time before which a starting position needs no records; undefined if it needs them all. */
function startTime(startingPosition: StartingPosition, serviceTime: number): number | undefined {
  if (startingPosition === 'TRIM_HORIZON') return undefined;
  if (startingPosition === 'LATEST') return serviceTime;
  return Math.min(Number(startingPosition.timestamp), serviceTime);
}
