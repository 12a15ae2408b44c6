import type { Aggregator } from '../aggregators/aggregator.js';
import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { Checkpointer, Lease, LeaseScope } from '../checkpointers/checkpointer.js';
import type { ChildShard, KinesisGateway, StreamRef } from '../client/kinesis-gateway.js';
import type { RecordHandler } from '../delivery/delivery-policy.js';
import { StreamNotFoundError } from '../errors.js';
import { ShardDelivery } from '../delivery/shard-delivery.js';
import type { KinesisEventListener, ShardPlace } from '../observability/kinesis-event.js';
import type { Clock } from '../runtime/clock.js';
import { PeriodicLoop } from '../runtime/periodic-loop.js';
import { type Random, randomId } from '../runtime/random.js';
import type { ConsumerSettings } from './consumer-settings.js';
import { HeldLease } from './held-lease.js';
import {
  isOfEarlierStream,
  missingLeases,
  ParentLeaseMissingError,
  parentsAreDone,
} from './lease-creation.js';
import { LeaseObserver } from './lease-observer.js';
import { PollingReader } from './polling-reader.js';
import { PrefetchingReader } from './prefetching-reader.js';
import type { ReadBudget } from './read-budget.js';
import { ShardWorker } from './shard-worker.js';

/** Milliseconds between looks at the leases: what a shard without a worker waits for one at most. */
const LEASE_INTERVAL = 1_000;

/** Milliseconds between looks at the shards, as the KCL's `shardSyncIntervalMillis`. */
const SHARD_SYNC_INTERVAL = 60_000;

export interface ShardSchedulerOptions {
  gateway: KinesisGateway;
  checkpointer: Checkpointer;
  aggregator: Aggregator;
  clock: Clock;
  random: Random;
  report: KinesisEventListener;
  stream: StreamRef;
  application: string;
  handlers: readonly RecordHandler[];
  /** What the readers of this process may hold together. */
  readBudget: ReadBudget;
  settings: ConsumerSettings;
}

interface Assignment {
  readonly worker: ShardWorker;
  readonly lease: HeldLease;
  finished: Promise<void>;
}

/**
 * Keeps the leases of one stream and application: creates them for new shards, takes those without a living owner,
 * renews its own, and runs one {@link ShardWorker} for each.
 */
export class ShardScheduler {
  /** This worker's name in leases: new with each start, so that a restarted process is not taken for its old self. */
  readonly workerId: string;
  private readonly scope: LeaseScope;
  private readonly observer: LeaseObserver;
  private readonly assignments = new Map<string, Assignment>();
  /** Known after the first shard sync. */
  private streamCreatedAt: number | undefined;
  private readonly shardSync: PeriodicLoop;
  private readonly leaseTaking: PeriodicLoop;
  private readonly heartbeat: PeriodicLoop;

  constructor(private readonly options: ShardSchedulerOptions) {
    const { random, clock, settings, application, stream } = options;
    this.workerId = randomId(random);
    this.scope = { application, streamName: stream.streamName };
    this.observer = new LeaseObserver(clock, settings.sessionTimeout);
    this.shardSync = this.loop('shard sync', SHARD_SYNC_INTERVAL, async (signal) => {
      await this.syncShards(signal);
    });
    this.leaseTaking = this.loop('lease taking', LEASE_INTERVAL, () => this.takeLeases());
    this.heartbeat = this.loop('heartbeat', settings.heartbeatFrequency, () => this.renewLeases());
  }

  start(): void {
    this.shardSync.start();
    this.leaseTaking.start();
    this.heartbeat.start();
  }

  /**
   * Stops reading, lets running handlers finish for at most `timeout` milliseconds, checkpoints and gives the leases
   * up. What was not started is left to the next owner.
   */
  async stop(timeout: number): Promise<void> {
    await Promise.all([this.shardSync.stop(), this.leaseTaking.stop()]);
    await Promise.all(
      [...this.assignments.values()].map(({ worker, finished }) => worker.drain(timeout, finished)),
    );
    await Promise.all([...this.assignments.values()].map(({ finished }) => finished));
    await this.heartbeat.stop();
  }

  /** Shards whose lease this worker holds. */
  get heldShards(): string[] {
    return [...this.assignments.keys()];
  }

  /** Creates the leases of shards that have none, and returns the ids of all that have one now. */
  private async syncShards(signal?: AbortSignal): Promise<Set<string>> {
    const { gateway, checkpointer, stream } = this.options;
    const { createdAt, serviceTime } = await gateway.describeStream(stream, signal);
    const shards = await gateway.listShards(stream, signal);
    const leases = await this.leasesOfStream(createdAt);
    const leased = new Set(leases.map((lease) => lease.shardId));
    if (shards.every((shard) => leased.has(shard.shardId))) return leased;
    const initial = this.initialCheckpoint(serviceTime);
    for (const lease of missingLeases(shards, leases, initial, createdAt)) {
      await checkpointer.create(this.scope, lease);
      leased.add(lease.shardId);
    }
    this.leaseTaking.wake();
    return leased;
  }

  /** The leases of the present stream; those of an earlier one of the same name are removed. */
  private async leasesOfStream(createdAt: number): Promise<Lease[]> {
    const { checkpointer, stream, application, report } = this.options;
    this.streamCreatedAt = createdAt;
    const leases = await checkpointer.list(this.scope);
    const earlier = leases.filter((lease) => isOfEarlierStream(lease, createdAt));
    if (earlier.length === 0) return leases;
    report({ type: 'stream-recreated', stream: stream.name, application, leases: earlier.length });
    for (const lease of earlier) await checkpointer.delete(this.scope, lease);
    return leases.filter((lease) => !earlier.includes(lease));
  }

  /** `LATEST` as a time of the service's own clock, so that a restart before the first checkpoint skips nothing. */
  private initialCheckpoint(serviceTime: number): Checkpoint {
    const { startingPosition } = this.options.settings;
    if (startingPosition === 'TRIM_HORIZON') return { type: 'TRIM_HORIZON' };
    if (startingPosition === 'LATEST') return { type: 'AT_TIMESTAMP', timestamp: serviceTime };
    return { type: 'AT_TIMESTAMP', timestamp: Number(startingPosition.timestamp) };
  }

  private async takeLeases(): Promise<void> {
    const { checkpointer, random, settings } = this.options;
    const leases = await checkpointer.list(this.scope);
    this.observer.observe(leases);
    const { streamCreatedAt } = this;
    // Until the stream is known, its leases cannot be told from those of an earlier one.
    if (streamCreatedAt === undefined) return;
    const byShard = new Map(leases.map((lease) => [lease.shardId, lease]));
    const free = leases
      .filter((lease) => !this.assignments.has(lease.shardId) && lease.checkpoint.type !== 'SHARD_END')
      .filter((lease) => !isOfEarlierStream(lease, streamCreatedAt))
      .filter((lease) => this.isFree(lease) && parentsAreDone(lease, byShard))
      // At random, so that workers who look at the same moment do not all reach for the same lease.
      .map((lease) => ({ lease, order: random.next() }))
      .sort((a, b) => a.order - b.order);
    for (const { lease } of free) {
      if (this.assignments.size >= settings.maxShardConsumers) return;
      await this.take(lease);
    }
  }

  private isFree(lease: Lease): boolean {
    // A lease in our own name without a worker is one whose acquisition was not answered.
    return lease.owner === undefined || lease.owner === this.workerId || this.observer.isExpired(lease);
  }

  private async take(seen: Lease): Promise<void> {
    const { checkpointer, clock, settings } = this.options;
    const acquiredAt = clock.now();
    const lease = await checkpointer.acquire(this.scope, seen, this.workerId, settings.sessionTimeout);
    if (!lease) return;
    this.assign(
      new HeldLease({
        checkpointer,
        scope: this.scope,
        clock,
        sessionTimeout: settings.sessionTimeout,
        lease,
        acquiredAt,
      }),
    );
  }

  private assign(lease: HeldLease): void {
    const { shardId } = lease;
    const worker = this.createWorker(lease);
    const assignment: Assignment = { worker, lease, finished: Promise.resolve() };
    this.assignments.set(shardId, assignment);
    assignment.finished = worker
      .run()
      .then(
        // A shard's end sets its children free.
        () => this.leaseTaking.wake(),
        (error: unknown) => {
          this.reportFailure(`shard ${shardId}`, error, LEASE_INTERVAL);
          // The stream may be another one by now.
          if (error instanceof StreamNotFoundError) this.shardSync.wake();
        },
      )
      .finally(() => this.assignments.delete(shardId));
  }

  private createWorker(lease: HeldLease): ShardWorker {
    const { gateway, aggregator, clock, random, report, stream, application, handlers, settings } =
      this.options;
    const { shardId } = lease;
    const place: ShardPlace = { stream: stream.name, application, shardId };
    return new ShardWorker({
      place,
      lease,
      clock,
      random,
      report,
      checkpointInterval: settings.checkpointInterval,
      reader: new PrefetchingReader(
        new PollingReader({
          gateway,
          stream,
          place,
          clock,
          random,
          report,
          budget: this.options.readBudget,
          checkpoint: lease.checkpointed,
          recordLimit: settings.recordLimit,
          shardFetchRate: settings.shardFetchRate,
          sleepTimeNoRecords: settings.sleepTimeNoRecords,
          onDataLoss: settings.onDataLoss,
          listChildren: (signal) => this.listChildren(shardId, signal),
        }),
      ),
      createDelivery: (signals) =>
        new ShardDelivery({
          place,
          handlers,
          aggregator,
          clock,
          random,
          report,
          fencingToken: lease.fencingToken,
          resumeFrom: lease.checkpointed,
          mayStart: () => lease.isHeld(),
          ...signals,
        }),
      prepareChildren: (children) => this.prepareChildren(children),
    });
  }

  private async listChildren(shardId: string, signal: AbortSignal): Promise<readonly ChildShard[]> {
    const shards = await this.options.gateway.listShards(this.options.stream, signal);
    return shards.filter((shard) => shard.parentShardIds.includes(shardId));
  }

  /** A child's lease comes after its parents': a parent without a lease would be taken for one beyond retention. */
  private async prepareChildren(children: readonly ChildShard[]): Promise<void> {
    const leased = await this.syncShards();
    for (const { shardId, parentShardIds } of children) {
      const missing = parentShardIds.find((parent) => !leased.has(parent));
      if (missing !== undefined) throw new ParentLeaseMissingError(shardId, missing);
      await this.options.checkpointer.create(this.scope, {
        shardId,
        parentShardIds,
        checkpoint: { type: 'TRIM_HORIZON' },
        ...(this.streamCreatedAt === undefined ? {} : { streamCreatedAt: this.streamCreatedAt }),
      });
    }
  }

  private async renewLeases(): Promise<void> {
    const renewals = await Promise.allSettled(
      [...this.assignments.values()].map(({ lease }) => lease.renew()),
    );
    const failed = renewals.find((renewal) => renewal.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private loop(name: string, period: number, turn: (signal: AbortSignal) => Promise<void>): PeriodicLoop {
    const { clock, random } = this.options;
    const onError = (error: unknown, retryIn: number): void => this.reportFailure(name, error, retryIn);
    return new PeriodicLoop({ clock, random, period, turn, onError });
  }

  private reportFailure(loop: string, error: unknown, retryIn: number): void {
    const { stream, application } = this.options;
    this.options.report({ type: 'loop-failed', loop, stream: stream.name, application, retryIn, error });
  }
}
