import type { Aggregator } from '../aggregators/aggregator.js';
import type { Checkpointer, Lease, LeaseScope } from '../checkpointers/checkpointer.js';
import type { KinesisGateway, StreamRef } from '../client/kinesis-gateway.js';
import type { RecordHandler } from '../delivery/delivery-policy.js';
import { StreamNotFoundError } from '../errors.js';
import type { KinesisEventListener, ShardPlace } from '../observability/kinesis-event.js';
import type { Clock } from '../runtime/clock.js';
import { settledWithin } from '../runtime/deadline.js';
import { Gate } from '../runtime/gate.js';
import { PeriodicLoop } from '../runtime/periodic-loop.js';
import { type Random, randomId } from '../runtime/random.js';
import type { ConsumerSettings } from './consumer-settings.js';
import { HeldLease, type Moment } from './held-lease.js';
import { parentsAreDone } from './lease-creation.js';
import { LeaseObserver } from './lease-observer.js';
import { LeaseTaker } from './lease-taker.js';
import type { ReadBudget } from './read-budget.js';
import { RenewalBatch } from './renewal-batch.js';
import { createShardWorker } from './shard-assembly.js';
import { ShardFailures } from './shard-failures.js';
import { type SchedulerStatus, shardStatus } from './shard-status.js';
import { ShardSync } from './shard-sync.js';
import type { ShardWorker } from './shard-worker.js';

/** Milliseconds between looks at the leases, unless the checkpointer says otherwise. */
const LEASE_INTERVAL = 1_000;

/** The same while this worker waits for something to happen to a lease. */
const SOON = 500;

/** Milliseconds between looks at the shards, as the KCL's `shardSyncIntervalMillis`. */
const SHARD_SYNC_INTERVAL = 60_000;

/** A turn of a loop that takes longer than this, in milliseconds, is left behind. */
const TURN_TIMEOUT = 60_000;

/** Milliseconds between checks whether all shards are ready. */
const READY_INTERVAL = 50;

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
  settings: ConsumerSettings;
  /** What all readers of the process together may hold. */
  readBudget: ReadBudget;
}

interface Assignment {
  readonly worker: ShardWorker;
  readonly lease: HeldLease;
  finished: Promise<void>;
  stalled: 'reader' | 'handler' | undefined;
}

/**
 * Consumes one stream for one application, together with the schedulers of other processes: keeps a lease for each shard,
 * holds its share of them, and runs one {@link ShardWorker} for each it holds.
 */
export class ShardScheduler {
  /** This worker's name in leases: new with each start, so that a restarted process is not taken for its old self. */
  readonly workerId: string;
  private readonly scope: LeaseScope;
  private readonly observer: LeaseObserver;
  private readonly sync: ShardSync;
  private readonly taker: LeaseTaker;
  private readonly failures: ShardFailures;
  private readonly gate = new Gate();
  private readonly assignments = new Map<string, Assignment>();
  private readonly failing = new Map<string, string>();
  private readonly loops: readonly PeriodicLoop[];
  private readonly shardSync: PeriodicLoop;
  private readonly leaseTaking: PeriodicLoop;
  private readonly heartbeat: PeriodicLoop;
  private stopWatching: (() => void) | undefined;
  private state: 'idle' | 'running' | 'stopped' = 'idle';
  private hasLooked = false;

  constructor(private readonly options: ShardSchedulerOptions) {
    const { random, clock, settings, application, stream, checkpointer, gateway, report } = options;
    const { sessionTimeout, heartbeatFrequency, maxShardConsumers } = settings;
    this.workerId = randomId(random);
    const scope = (this.scope = { application, streamName: stream.streamName });
    const observer = (this.observer = new LeaseObserver(clock, sessionTimeout));
    this.failures = new ShardFailures(clock, random);
    this.sync = new ShardSync({
      gateway,
      checkpointer,
      scope,
      stream,
      settings,
      observer,
      report,
      onLeasesCreated: () => this.leaseTaking.wake(),
    });
    this.taker = new LeaseTaker({
      checkpointer,
      scope,
      workerId: this.workerId,
      clock,
      random,
      observer,
      sessionTimeout,
      maxShardConsumers,
      streamCreatedAt: () => this.sync.streamCreatedAt,
      isBusy: (shardId) => this.assignments.has(shardId) || this.failures.isWaiting(shardId),
      onTaken: (lease, acquiredAt) => this.assign(lease, acquiredAt),
      onHandOffRequested: (shardId, to) => this.handOff(shardId, to),
    });
    const listInterval = checkpointer.listInterval ?? LEASE_INTERVAL;
    this.shardSync = this.loop('shard sync', SHARD_SYNC_INTERVAL, (signal) => this.sync.run(signal));
    this.leaseTaking = this.loop('lease taking', listInterval, () => this.look(listInterval));
    this.heartbeat = this.loop('heartbeat', heartbeatFrequency, () => this.renewLeases());
    this.loops = [this.shardSync, this.leaseTaking, this.heartbeat];
  }

  /** Starts to take part; once is enough. */
  start(): void {
    if (this.state !== 'idle') return;
    this.state = 'running';
    for (const loop of this.loops) loop.start();
    this.stopWatching = this.options.checkpointer.watch?.(this.scope, () => this.leaseTaking.wake());
  }

  /** No handler starts any more, and nothing is read; leases are kept. What runs goes on. */
  pause(): void {
    this.gate.close();
    for (const { worker } of this.assignments.values()) worker.dropReadAhead();
  }

  /** Goes on after {@link pause} or {@link drain}, and tries again what shards stand still at. */
  resume(): void {
    this.gate.open();
    for (const { worker } of this.assignments.values()) worker.resume();
  }

  /**
   * Pauses, waits for the handlers that run, and checkpoints. Leases are kept.
   *
   * @param timeout - how long to wait at most, in milliseconds
   * @returns whether all handlers had finished and their checkpoints are stored
   */
  async drain(timeout: number): Promise<boolean> {
    this.pause();
    const workers = [...this.assignments.values()].map(({ worker }) => worker);
    const { clock } = this.options;
    const deadline = clock.now() + timeout;
    while (clock.now() < deadline && workers.some((worker) => worker.isHandling)) {
      await clock.sleep(Math.min(READY_INTERVAL, deadline - clock.now()));
    }
    const stored = Promise.all(workers.map((worker) => worker.checkpoint())).then(() => true);
    await settledWithin(stored, Math.max(0, deadline - clock.now()), clock);
    return workers.every((worker) => worker.isIdle);
  }

  /**
   * Stops reading, lets running handlers finish for at most `timeout` milliseconds, checkpoints and gives the leases
   * up. What was not started is left to the next owner.
   */
  async stop(timeout: number): Promise<void> {
    if (this.state === 'idle') this.state = 'stopped';
    if (this.state === 'stopped') return;
    this.state = 'stopped';
    this.stopWatching?.();
    const loops = Promise.all([this.shardSync.stop(), this.leaseTaking.stop()]);
    await settledWithin(loops, timeout, this.options.clock);
    await Promise.all(
      [...this.assignments.values()].map(({ worker, finished }) => worker.drain(timeout, finished)),
    );
    await Promise.all([...this.assignments.values()].map(({ finished }) => finished));
    await this.heartbeat.stop();
    // Only to spare the others the wait until they expire; a store that does not answer must not hold up the stop.
    await settledWithin(this.taker.withdraw(), timeout, this.options.clock);
  }

  /**
   * Resolves when the shards are known and every shard this worker holds has found its starting position.
   *
   * @throws the reason of `signal`, when it aborts
   */
  async ready(signal?: AbortSignal): Promise<void> {
    while (!this.isReady) await this.options.clock.sleep(READY_INTERVAL, signal);
  }

  /** What the consumer does, shard by shard, as of the last look at the leases. */
  status(): SchedulerStatus {
    const { stream, application } = this.options;
    const { leases } = this.taker;
    const byShard = new Map(leases.map((lease) => [lease.shardId, lease]));
    const { vanished } = this.observer;
    const shards = leases.map((lease) =>
      shardStatus(
        this.assignments.get(lease.shardId)?.lease.current ?? lease,
        this.heldShard(lease.shardId),
        !parentsAreDone(lease, byShard, vanished),
      ),
    );
    const lags = shards.flatMap((shard) => shard.reading?.millisBehindLatest ?? []);
    return {
      stream: stream.name,
      application,
      workerId: this.workerId,
      state: this.state === 'running' && !this.gate.isOpen ? 'paused' : this.state,
      ready: this.isReady,
      ...(lags.length > 0 ? { millisBehindLatest: Math.max(...lags) } : {}),
      shards,
      failures: [...this.failing].map(([loop, message]) => ({ loop, message })),
    };
  }

  /** Shards whose lease this worker holds. */
  get heldShards(): string[] {
    return [...this.assignments.keys()];
  }

  private get isReady(): boolean {
    if (!this.hasLooked) return false;
    return [...this.assignments.values()].every(
      ({ worker }) => worker.state !== 'reading' || worker.readerStatus?.hasIterator === true,
    );
  }

  private async look(interval: number): Promise<number> {
    const soon = await this.taker.look();
    if (this.sync.streamCreatedAt !== undefined) this.hasLooked = true;
    return soon ? Math.min(SOON, interval) : interval;
  }

  private assign(taken: Lease, acquiredAt: Moment): void {
    const { checkpointer, clock, random, settings, stream } = this.options;
    const { shardId } = taken;
    if (this.assignments.has(shardId)) return;
    const lease = new HeldLease({
      checkpointer,
      scope: this.scope,
      clock,
      random,
      sessionTimeout: settings.sessionTimeout,
      lease: taken,
      acquiredAt,
      onHandOffRequested: (to) => this.handOff(shardId, to),
    });
    const place: ShardPlace = { stream: stream.name, application: this.scope.application, shardId };
    const worker = createShardWorker({ ...this.options, place, lease, sync: this.sync, gate: this.gate });
    const assignment: Assignment = { worker, lease, finished: Promise.resolve(), stalled: undefined };
    this.assignments.set(shardId, assignment);
    assignment.finished = worker
      .run()
      .catch((error: unknown) => {
        this.reportFailure(`shard ${shardId}`, error, this.failures.record(shardId));
        // The stream may be another one by now.
        if (error instanceof StreamNotFoundError) this.shardSync.wake();
      })
      .then(async () => {
        if (lease.lossReason === 'deleted') await this.restore(lease, place).catch(() => undefined);
      })
      .finally(() => {
        this.assignments.delete(shardId);
        // A shard's end sets its children free.
        this.leaseTaking.wake();
      });
  }

  /** The row of a lease we held was deleted: nobody knows better than we where the shard stands. */
  private async restore(lease: HeldLease, place: ShardPlace): Promise<void> {
    const { shardId, parentShardIds, checkpoint, streamCreatedAt } = lease.current;
    const row = {
      shardId,
      parentShardIds,
      checkpoint,
      ...(streamCreatedAt === undefined ? {} : { streamCreatedAt }),
    };
    if (await this.options.checkpointer.create(this.scope, row)) {
      this.options.report({ type: 'lease-missing', policy: 'kept-position', ...place });
    }
  }

  private handOff(shardId: string, to: string): void {
    const assignment = this.assignments.get(shardId);
    if (!assignment) return;
    const { worker, finished } = assignment;
    void worker.handOff(to, this.options.settings.handOffTimeout, finished);
  }

  private async renewLeases(): Promise<void> {
    const { checkpointer, clock, settings } = this.options;
    const assignments = [...this.assignments.values()];
    for (const assignment of assignments) this.checkProgress(assignment, clock.now());
    const batch = new RenewalBatch(checkpointer, this.scope);
    const renewals = assignments
      .filter(({ lease }) => lease.isHeld() && lease.isDue(settings.heartbeatFrequency / 2))
      .map(({ lease }) => lease.renew(batch.renew));
    await batch.send();
    const failed = (await Promise.allSettled(renewals)).find((renewal) => renewal.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private checkProgress(assignment: Assignment, now: number): void {
    const { worker } = assignment;
    const standstill = worker.waitingFor;
    const duration = standstill ? now - standstill.since : 0;
    if (!standstill || duration < this.options.settings.stallTimeout) {
      assignment.stalled = undefined;
      return;
    }
    if (assignment.stalled === standstill.what) return;
    assignment.stalled = standstill.what;
    this.options.report({ type: 'shard-stalled', what: standstill.what, duration, ...worker.place });
  }

  private heldShard(shardId: string) {
    const assignment = this.assignments.get(shardId);
    if (!assignment) return undefined;
    const { worker, lease, stalled } = assignment;
    return { worker, stalled, fencingToken: lease.fencingToken, leaseRemaining: lease.remaining };
  }

  private loop(
    name: string,
    period: number,
    turn: (signal: AbortSignal) => Promise<number | void>,
  ): PeriodicLoop {
    const { clock, random } = this.options;
    return new PeriodicLoop({
      clock,
      random,
      period,
      // A loop that waits longer after a failure than between turns would be late for what it is there for.
      maxBackoff: Math.min(Math.max(period, LEASE_INTERVAL), 10_000),
      turnTimeout: TURN_TIMEOUT,
      turn: async (signal) => {
        const wait = await turn(signal);
        this.failing.delete(name);
        return wait;
      },
      onError: (error, retryIn) => {
        this.failing.set(name, error instanceof Error ? error.message : String(error));
        this.reportFailure(name, error, retryIn);
      },
    });
  }

  private reportFailure(loop: string, error: unknown, retryIn: number): void {
    const { stream, application } = this.options;
    this.options.report({ type: 'loop-failed', loop, stream: stream.name, application, retryIn, error });
  }
}
