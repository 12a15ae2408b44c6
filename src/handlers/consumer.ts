import { resolveLeaseTimes } from '../options/lease-times.js';
import { untilAborted } from '../runtime/abort.js';
import type { SchedulerStatus } from '../scheduler/shard-status.js';
import { ShardScheduler } from '../scheduler/shard-scheduler.js';
import { seekLeases } from '../scheduler/seek.js';
import { ConsumerRunningError } from '../scheduler/seek-errors.js';
import type { SeekPosition } from '../scheduler/seek-position.js';
import { ConsumerStoppedError } from './consumer-errors.js';
import type { ConsumerPlan } from './consumer-plan.js';
import type { ConsumerPreparation } from './consumer-preparation.js';

/** What a consumer is at in this process. */
export type ConsumerState = 'stopped' | 'starting' | 'running' | 'paused' | 'stopping';

/** Starts and stops one consumer, as often as asked: each start makes a shard scheduler, with a worker id of its own. */
export class Consumer {
  private scheduler: ShardScheduler | undefined;
  private isStarting = false;
  /** Aborts when the consumer is stopped: ends a start that is under way, and the wait of who waits for it. */
  private life = new AbortController();
  /** Starts and stops happen one after the other. */
  private lastTurn: Promise<unknown> = Promise.resolve();

  constructor(
    readonly plan: ConsumerPlan,
    private readonly preparation: ConsumerPreparation,
  ) {}

  get name(): string {
    return this.plan.name;
  }

  get state(): ConsumerState {
    if (!this.scheduler) return this.isStarting ? 'starting' : 'stopped';
    const { state } = this.scheduler;
    if (state === 'stopped') return 'stopping';
    return state === 'paused' ? 'paused' : 'running';
  }

  /** What the scheduler says; undefined while there is none. */
  get status(): SchedulerStatus | undefined {
    return this.scheduler?.status();
  }

  /** @throws KinesisError for a stream or store that cannot be used; ConsumerStoppedError if stopped meanwhile */
  start(): Promise<void> {
    const { signal } = this.life;
    return this.inTurn(async () => {
      if (this.scheduler) return;
      this.isStarting = true;
      try {
        await this.prepare(signal);
        this.scheduler = this.createScheduler();
        this.scheduler.start();
      } finally {
        this.isStarting = false;
      }
    });
  }

  /** Lets running handlers finish for at most `timeout` milliseconds, checkpoints, and gives the leases up. */
  stop(timeout: number): Promise<void> {
    this.life.abort(new ConsumerStoppedError(this.name));
    this.life = new AbortController();
    return this.inTurn(async () => {
      await this.scheduler?.stop(timeout);
      this.scheduler = undefined;
    });
  }

  pause(): void {
    this.scheduler?.pause();
  }

  resume(): void {
    this.scheduler?.resume();
  }

  /** Whether all handlers had finished within `timeout` milliseconds and their checkpoints are stored. */
  async drain(timeout: number): Promise<boolean> {
    return (await this.scheduler?.drain(timeout)) ?? true;
  }

  /** @throws ConsumerStoppedError when it is not started, or stopped meanwhile; the reason of `signal` when that aborts */
  async ready(signal?: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([this.life.signal, ...(signal ? [signal] : [])]);
    // A start that was asked for before comes first.
    await untilAborted(this.lastTurn, ended);
    if (!this.scheduler) throw new ConsumerStoppedError(this.name);
    await this.scheduler.ready(ended);
  }

  /** @throws ConsumerRunningError, InvalidPositionError, or what Kinesis or the store fails with */
  seek(position: SeekPosition): Promise<void> {
    const { signal } = this.life;
    return this.inTurn(async () => {
      if (this.scheduler) throw new ConsumerRunningError(this.name, 'it is started in this process');
      await this.prepare(signal);
      const { connection, stream, application } = this.plan;
      const { gateway, clock, random, options } = connection.engine;
      const { checkpointer } = connection;
      const { sessionTimeout } = options.consumer;
      const consumer = this.name;
      await seekLeases(
        { gateway, checkpointer, clock, random, stream, application, sessionTimeout, consumer, signal },
        position,
      );
    });
  }

  private async prepare(signal: AbortSignal): Promise<void> {
    const { connection, stream } = this.plan;
    await this.preparation.verify(connection, [stream], signal);
    await this.preparation.prepareStore(connection, signal);
    signal.throwIfAborted();
  }

  private createScheduler(): ShardScheduler {
    const { connection, stream, application, handlers } = this.plan;
    const { checkpointer, deadLetterSink, deduplicator, engine } = connection;
    const { gateway, clock, random, report, readBudget, options } = engine;
    return new ShardScheduler({
      gateway,
      clock,
      random,
      report,
      stream,
      application,
      handlers,
      readBudget,
      checkpointer,
      deadLetterSink,
      deduplicator,
      aggregator: stream.aggregator ?? connection.aggregator,
      settings: { ...options.consumer, ...resolveLeaseTimes(options.consumer, checkpointer) },
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.lastTurn.then(work);
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }
}
