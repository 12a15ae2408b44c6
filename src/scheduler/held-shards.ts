import type { Checkpointer, Lease, LeaseScope } from '../checkpointers/checkpointer.js';
import type { KinesisEventListener, ShardPlace } from '../observability/kinesis-event.js';
import type { BootTime } from '../runtime/boot-time.js';
import type { Clock } from '../runtime/clock.js';
import { settledWithin } from '../runtime/deadline.js';
import type { Random } from '../runtime/random.js';
import { CatchingUp } from './catching-up.js';
import type { ConsumerSettings } from './consumer-settings.js';
import { HeldLease } from './held-lease.js';
import { RenewalBatch } from './renewal-batch.js';
import type { HeldShard } from './shard-status.js';
import type { ShardWorker } from './shard-worker.js';

/** Milliseconds between looks whether handlers have finished. */
const DRAIN_INTERVAL = 50;

export interface HeldShardsOptions {
  checkpointer: Checkpointer;
  scope: LeaseScope;
  /** The stream's name in the module's options. */
  stream: string;
  clock: Clock;
  bootTime: BootTime;
  random: Random;
  settings: ConsumerSettings;
  report: KinesisEventListener;
  createWorker: (place: ShardPlace, lease: HeldLease) => ShardWorker;
  /** Called when a shard could not be read, after its lease was given up. */
  onFailure: (shardId: string, error: unknown) => void;
  /** Called when a shard is no longer held. */
  onGone: () => void;
}

interface Assignment {
  readonly worker: ShardWorker;
  readonly lease: HeldLease;
  readonly catchingUp: CatchingUp;
  finished: Promise<void>;
  /** What was reported to stand still. */
  stalled: 'reader' | 'handler' | undefined;
}

/** The shards whose lease this worker has, each with what reads it. */
export class HeldShards {
  private readonly assignments = new Map<string, Assignment>();
  private stopped = false;

  constructor(private readonly options: HeldShardsOptions) {}

  get shardIds(): string[] {
    return [...this.assignments.keys()];
  }

  has(shardId: string): boolean {
    return this.assignments.has(shardId);
  }

  get(shardId: string): HeldShard | undefined {
    const assignment = this.assignments.get(shardId);
    if (!assignment) return undefined;
    const { worker, lease, stalled } = assignment;
    return {
      worker,
      stalled,
      lease: lease.current,
      fencingToken: lease.fencingToken,
      leaseRemaining: lease.remaining,
    };
  }

  /** Whether every shard that is being read has found its starting position. */
  get areReady(): boolean {
    return this.workers.every(
      (worker) => worker.state !== 'reading' || worker.readerStatus?.hasIterator === true,
    );
  }

  /** Starts to work on a shard whose lease was just acquired. */
  start(taken: Lease, acquiredAt: number): void {
    const { checkpointer, scope, stream, clock, bootTime, random, settings } = this.options;
    const { shardId } = taken;
    // What was asked for before the stop and comes after it is left to expire: nobody would renew it.
    if (this.stopped || this.assignments.has(shardId)) return;
    const lease = new HeldLease({
      checkpointer,
      scope,
      clock,
      bootTime,
      random,
      sessionTimeout: settings.sessionTimeout,
      lease: taken,
      acquiredAt,
      onHandOffRequested: (to) => this.handOff(shardId, to),
    });
    const place: ShardPlace = { stream, application: scope.application, shardId };
    const worker = this.options.createWorker(place, lease);
    const assignment: Assignment = {
      worker,
      lease,
      catchingUp: new CatchingUp(),
      finished: Promise.resolve(),
      stalled: undefined,
    };
    this.assignments.set(shardId, assignment);
    assignment.finished = this.run(assignment);
    // An answer that took long leaves little time until the deadline; what fails here the heartbeat repeats.
    if (lease.isDue(settings.heartbeatFrequency)) lease.renew().catch(() => undefined);
  }

  /** Takes note of a lease as another worker has written it. */
  notice(lease: Lease): void {
    this.assignments.get(lease.shardId)?.lease.notice(lease);
  }

  /** Hands a shard to the worker that asked for it, once what runs is finished and checkpointed. */
  handOff(shardId: string, to: string): void {
    const assignment = this.assignments.get(shardId);
    if (!assignment) return;
    const { worker, finished } = assignment;
    void worker.handOff(to, this.options.settings.handOffTimeout, finished);
  }

  /** Renews the leases that have not been written lately, all in one call. */
  async renew(): Promise<void> {
    const { checkpointer, scope, settings } = this.options;
    const batch = new RenewalBatch(checkpointer, scope);
    const renewals = [...this.assignments.values()]
      .filter(({ lease }) => lease.isHeld() && lease.isDue(settings.heartbeatFrequency / 2))
      .map(({ lease }) => lease.renew(batch.renew));
    // Each renewal knows how long it may wait; a call that nobody answers must not hold up the next heartbeat.
    void batch.send();
    const failed = (await Promise.allSettled(renewals)).find((renewal) => renewal.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Reports shards that have not moved for `stallTimeout`, and those that have come to their tip. */
  checkProgress(): void {
    const { clock, settings, report } = this.options;
    for (const assignment of this.assignments.values()) {
      const { worker, catchingUp } = assignment;
      const { readerStatus } = worker;
      if (readerStatus && catchingUp.look(readerStatus)) report({ type: 'caught-up', ...worker.place });
      const standstill = worker.waitingFor;
      const duration = standstill ? clock.now() - standstill.since : 0;
      const what = duration < settings.stallTimeout ? undefined : standstill?.what;
      if (what !== undefined && what !== assignment.stalled) {
        report({ type: 'shard-stalled', what, duration, ...worker.place });
      }
      assignment.stalled = what;
    }
  }

  /** Drops what was read ahead. */
  pause(): void {
    for (const worker of this.workers) worker.dropReadAhead();
  }

  /** Tries again what shards stand still at. */
  resume(): void {
    for (const worker of this.workers) worker.resume();
  }

  /**
   * Waits for the handlers that run, and checkpoints; meant for when no further ones start.
   *
   * @param timeout - in milliseconds
   * @returns whether all have finished and their checkpoints are stored
   */
  async drain(timeout: number): Promise<boolean> {
    const { clock } = this.options;
    const { workers } = this;
    const deadline = clock.now() + timeout;
    while (clock.now() < deadline && workers.some((worker) => worker.isHandling)) {
      await clock.sleep(Math.min(DRAIN_INTERVAL, deadline - clock.now()));
    }
    const stored = Promise.allSettled(workers.map((worker) => worker.checkpoint()));
    await settledWithin(stored, Math.max(0, deadline - clock.now()), clock);
    return workers.every((worker) => worker.isIdle);
  }

  /** Finishes what runs, for at most `timeout` milliseconds, checkpoints, and gives all leases up. */
  async stop(timeout: number): Promise<void> {
    this.stopped = true;
    const assignments = [...this.assignments.values()];
    await Promise.all(assignments.map(({ worker, finished }) => worker.drain(timeout, finished)));
    await Promise.all(assignments.map(({ finished }) => finished));
  }

  private get workers(): ShardWorker[] {
    return [...this.assignments.values()].map(({ worker }) => worker);
  }

  private async run({ worker, lease }: Assignment): Promise<void> {
    const { shardId } = lease;
    try {
      await worker.run();
    } catch (error) {
      this.options.onFailure(shardId, error);
    }
    if (lease.lossReason === 'deleted') await this.restore(lease, worker.place).catch(() => undefined);
    this.assignments.delete(shardId);
    this.options.onGone();
  }

  /** The row of a lease we held was deleted: nobody knows better than we where the shard stands. */
  private async restore(lease: HeldLease, place: ShardPlace): Promise<void> {
    const { shardId, parentShardIds, counter, checkpoint, streamCreatedAt } = lease.current;
    const row = {
      shardId,
      parentShardIds,
      counter,
      checkpoint,
      ...(streamCreatedAt === undefined ? {} : { streamCreatedAt }),
    };
    if (await this.options.checkpointer.create(this.options.scope, row)) {
      this.options.report({ type: 'lease-missing', policy: 'kept-position', ...place });
    }
  }
}
