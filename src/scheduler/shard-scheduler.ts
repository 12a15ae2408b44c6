import type { Aggregator } from '../aggregators/aggregator.js';
import type { Checkpointer, LeaseScope } from '../checkpointers/checkpointer.js';
import type { KinesisGateway, StreamRef } from '../client/kinesis-gateway.js';
import type { DeadLetterSink } from '../delivery/dead-letters/dead-letter-sink.js';
import type { Deduplicator } from '../delivery/deduplication/deduplicator.js';
import type { Handler } from '../delivery/handler.js';
import { StreamNotFoundError } from '../errors.js';
import type { KinesisEventListener } from '../observability/kinesis-event.js';
import { BootTime } from '../runtime/boot-time.js';
import type { Clock } from '../runtime/clock.js';
import { settledWithin } from '../runtime/deadline.js';
import { Gate } from '../runtime/gate.js';
import { PeriodicLoop } from '../runtime/periodic-loop.js';
import { type Random, randomId } from '../runtime/random.js';
import type { ConsumerSettings } from './consumer-settings.js';
import { HeldShards } from './held-shards.js';
import { parentsAreDone } from './lease-creation.js';
import { LeaseObserver } from './lease-observer.js';
import { LeaseTaker } from './lease-taker.js';
import type { ReadBudget } from './read-budget.js';
import { createShardWorker } from './shard-assembly.js';
import { ShardFailures } from './shard-failures.js';
import { type SchedulerStatus, shardStatus } from './shard-status.js';
import { ShardSync } from './shard-sync.js';

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
  handlers: readonly Handler[];
  /** Where dead letters go. */
  deadLetterSink?: DeadLetterSink | undefined;
  /** For handlers that ask for it. */
  deduplicator?: Deduplicator | undefined;
  settings: ConsumerSettings;
  /** What all readers of the process together may hold. */
  readBudget: ReadBudget;
}

/**
 * Consumes one stream for one application, together with the schedulers of other processes: keeps a lease for each shard,
 * holds its share of them, and runs one {@link ShardWorker} for each it holds.
 */
export class ShardScheduler {
  /** This worker's name in leases: new with each start, so that a restarted process is not taken for its old self. */
  readonly workerId: string;
  private readonly scope: LeaseScope;
  private readonly sync: ShardSync;
  private readonly taker: LeaseTaker;
  private readonly failures: ShardFailures;
  private readonly gate = new Gate();
  private readonly held: HeldShards;
  private readonly failing = new Map<string, string>();
  private readonly loops: readonly PeriodicLoop[];
  private readonly shardSync: PeriodicLoop;
  private readonly leaseTaking: PeriodicLoop;
  private readonly heartbeat: PeriodicLoop;
  private stopWatching: (() => void) | undefined;
  private phase: 'idle' | 'running' | 'stopped' = 'idle';
  private hasLooked = false;
  /** Whether a lease was left alone because nothing is known of a parent. */
  private awaitsSync = false;

  constructor(private readonly options: ShardSchedulerOptions) {
    const { random, clock, settings, application, stream, checkpointer, gateway, report } = options;
    const { sessionTimeout, heartbeatFrequency, maxShardConsumers } = settings;
    this.workerId = randomId(random);
    const scope = (this.scope = { application, streamName: stream.streamName });
    const observer = new LeaseObserver(clock, sessionTimeout);
    const bootTime = new BootTime(clock);
    this.failures = new ShardFailures(clock, random);
    this.held = new HeldShards({
      checkpointer,
      scope,
      stream: stream.name,
      clock,
      bootTime,
      random,
      settings,
      report,
      createWorker: (place, lease) =>
        createShardWorker({ ...options, place, lease, sync: this.sync, gate: this.gate }),
      onFailure: (shardId, error) => this.onShardFailure(shardId, error),
      // A shard's end sets its children free.
      onGone: () => this.leaseTaking.wake(),
    });
    this.sync = new ShardSync({
      gateway,
      checkpointer,
      scope,
      stream,
      settings,
      clock,
      observer,
      report,
      onLeasesCreated: () => this.leaseTaking.wake(),
    });
    this.taker = new LeaseTaker({
      checkpointer,
      scope,
      workerId: this.workerId,
      clock,
      bootTime,
      random,
      observer,
      sessionTimeout,
      maxShardConsumers,
      streamCreatedAt: () => this.sync.streamCreatedAt,
      isSettled: (shardId) => this.isSettled(shardId),
      isBusy: (shardId) => this.held.has(shardId) || this.failures.isWaiting(shardId),
      onTaken: (lease, acquiredAt) => this.held.start(lease, acquiredAt),
      onOthers: (lease) => this.held.notice(lease),
      onHandOffRequested: (shardId, to) => this.held.handOff(shardId, to),
    });
    const listInterval = checkpointer.listInterval ?? LEASE_INTERVAL;
    this.shardSync = this.loop('shard sync', SHARD_SYNC_INTERVAL, (signal) => this.syncShards(signal));
    this.leaseTaking = this.loop('lease taking', listInterval, () => this.look(listInterval));
    this.heartbeat = this.loop('heartbeat', heartbeatFrequency, () => this.beat());
    this.loops = [this.shardSync, this.leaseTaking, this.heartbeat];
  }

  /** Starts to take part; once is enough. */
  start(): void {
    if (this.phase !== 'idle') return;
    this.phase = 'running';
    for (const loop of this.loops) loop.start();
    this.stopWatching = this.options.checkpointer.watch?.(this.scope, () => this.leaseTaking.wake());
  }

  /** No handler starts any more, and nothing is read; leases are kept. What runs goes on. */
  pause(): void {
    this.gate.close();
    this.held.pause();
  }

  /** Goes on after {@link pause} or {@link drain}, and tries again what shards stand still at. */
  resume(): void {
    this.gate.open();
    this.held.resume();
  }

  /**
   * Pauses, waits for the handlers that run, and checkpoints. Leases are kept.
   *
   * @param timeout - how long to wait at most, in milliseconds
   * @returns whether all handlers had finished and their checkpoints are stored
   */
  drain(timeout: number): Promise<boolean> {
    this.pause();
    return this.held.drain(timeout);
  }

  /**
   * Stops reading, lets running handlers finish for at most `timeout` milliseconds, checkpoints and gives the leases
   * up. What was not started is left to the next owner.
   */
  async stop(timeout: number): Promise<void> {
    if (this.phase === 'idle') this.phase = 'stopped';
    if (this.phase === 'stopped') return;
    this.phase = 'stopped';
    this.stopWatching?.();
    const loops = Promise.all([this.shardSync.stop(), this.leaseTaking.stop()]);
    await settledWithin(loops, timeout, this.options.clock);
    await this.held.stop(timeout);
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
    const shards = leases.map((lease) =>
      shardStatus(
        lease,
        this.held.get(lease.shardId),
        !parentsAreDone(lease, byShard, (parent) => this.sync.isSettled(parent) === true),
      ),
    );
    const lags = shards.flatMap((shard) => shard.reading?.millisBehindLatest ?? []);
    return {
      stream: stream.name,
      application,
      workerId: this.workerId,
      state: this.state,
      ready: this.isReady,
      ...(lags.length > 0 ? { millisBehindLatest: Math.max(...lags) } : {}),
      shards,
      failures: [...this.failing].map(([loop, message]) => ({ loop, message })),
    };
  }

  /** `stopped` as soon as {@link stop} was called, also while it is under way. */
  get state(): SchedulerStatus['state'] {
    return this.phase === 'running' && !this.gate.isOpen ? 'paused' : this.phase;
  }

  /** Shards whose lease this worker holds. */
  get heldShards(): string[] {
    return this.held.shardIds;
  }

  private get isReady(): boolean {
    return this.hasLooked && this.held.areReady;
  }

  private async look(interval: number): Promise<number> {
    const soon = await this.taker.look();
    if (this.sync.streamCreatedAt !== undefined) this.hasLooked = true;
    return soon ? Math.min(SOON, interval) : interval;
  }

  private isSettled(shardId: string): boolean {
    const settled = this.sync.isSettled(shardId);
    if (settled === undefined) {
      this.awaitsSync = true;
      this.shardSync.wake();
    }
    return settled === true;
  }

  private async syncShards(signal: AbortSignal): Promise<void> {
    await this.sync.run(signal);
    if (!this.awaitsSync) return;
    this.awaitsSync = false;
    this.leaseTaking.wake();
  }

  private async beat(): Promise<void> {
    this.held.checkProgress();
    await this.held.renew();
  }

  private onShardFailure(shardId: string, error: unknown): void {
    this.reportFailure(`shard ${shardId}`, error, this.failures.record(shardId));
    // The stream may be another one by now.
    if (error instanceof StreamNotFoundError) this.shardSync.wake();
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
