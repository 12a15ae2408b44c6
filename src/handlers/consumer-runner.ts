import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { Aggregator } from '../aggregators/aggregator.js';
import type { Checkpointer } from '../checkpointers/checkpointer.js';
import { retryUntil } from '../client/retry-until.js';
import { verifyStreams } from '../client/verify-streams.js';
import type { RecordHandler } from '../delivery/delivery-policy.js';
import { KinesisConfigurationError } from '../errors.js';
import { KinesisEngine } from '../kinesis-engine.js';
import { AGGREGATOR, CHECKPOINTER } from '../kinesis.constants.js';
import { resolveDelivery, type ResolvedStream } from '../options/resolve-options.js';
import { ShardScheduler } from '../scheduler/shard-scheduler.js';
import { HandlerContextCreator } from './handler-context-creator.js';
import { type DiscoveredHandler, HandlerExplorer } from './handler-explorer.js';
import { createRecordHandler } from './handler-factory.js';

/** Runs the app's handlers: one shard scheduler for each stream that has some. */
@Injectable()
export class ConsumerRunner {
  private readonly schedulers: ShardScheduler[] = [];
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly explorer: HandlerExplorer,
    private readonly modules: ModulesContainer,
    private readonly engine: KinesisEngine,
    @Inject(CHECKPOINTER) private readonly checkpointer: Checkpointer,
    @Inject(AGGREGATOR) private readonly aggregator: Aggregator,
  ) {}

  /**
   * Checks handlers and streams, and starts consuming.
   *
   * @throws KinesisError for a handler whose stream is not configured, a stream that cannot be used, or a checkpointer that
   * cannot be trusted
   */
  async start(): Promise<void> {
    const { options, gateway, clock, random } = this.engine;
    const handlers = this.handlersByStream();
    if (handlers.size > 0) {
      this.refuseForgetfulProduction();
      this.refuseLongSession();
    }
    if (!options.autoStart) return;
    await verifyStreams(options.streams.values(), {
      gateway,
      clock,
      random,
      timeout: options.describeTimeout,
    });
    if (handlers.size > 0) await this.prepareCheckpointer();
    // An app that was told to stop while it started must not be left consuming.
    if (this.stopping) return;
    for (const [stream, streamHandlers] of handlers) this.startScheduler(stream, streamHandlers);
  }

  /** Lets running handlers finish, checkpoints, and gives the leases up; a second call waits for the first. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    const { shutdownTimeout } = this.engine.options;
    await Promise.all(this.schedulers.map((scheduler) => scheduler.stop(shutdownTimeout)));
    await this.checkpointer.close?.();
  }

  /** As with streams, only what no retry mends fails bootstrap before `describeTimeout`. */
  private async prepareCheckpointer(): Promise<void> {
    const { options, clock, random } = this.engine;
    const { signal } = new AbortController();
    const deadline = clock.now() + options.describeTimeout;
    await retryUntil({ clock, random, deadline, signal }, async () => this.checkpointer.prepare?.());
  }

  private startScheduler(stream: ResolvedStream, handlers: readonly RecordHandler[]): void {
    const { options, gateway, clock, random, report, readBudget } = this.engine;
    const scheduler = new ShardScheduler({
      gateway,
      clock,
      random,
      report,
      stream,
      handlers,
      readBudget,
      checkpointer: this.checkpointer,
      aggregator: stream.aggregator ?? this.aggregator,
      application: options.application,
      settings: options.consumer,
    });
    this.schedulers.push(scheduler);
    scheduler.start();
  }

  private handlersByStream(): Map<ResolvedStream, RecordHandler[]> {
    const { options } = this.engine;
    const contexts = new HandlerContextCreator(this.modules);
    const handlers = new Map<ResolvedStream, RecordHandler[]>();
    for (const discovered of this.explorer.explore()) {
      const stream = options.streams.get(discovered.metadata.stream);
      if (!stream) throw unknownStream(discovered, [...options.streams.keys()]);
      const { name: _name, ...delivery } = discovered.metadata.options;
      const policy = resolveDelivery(`@KinesisConsumer on ${discovered.name}`, delivery, options.delivery);
      const streamHandlers = handlers.get(stream) ?? [];
      streamHandlers.push(createRecordHandler(discovered, policy, contexts));
      handlers.set(stream, streamHandlers);
    }
    return handlers;
  }

  /** Others would take leases that their owner here still takes for its own. */
  private refuseLongSession(): void {
    const { maxSessionTimeout, name } = this.checkpointer;
    const { sessionTimeout } = this.engine.options.consumer;
    if (maxSessionTimeout === undefined || sessionTimeout <= maxSessionTimeout) return;
    throw new KinesisConfigurationError(
      `consumer.sessionTimeout (${sessionTimeout}) must be at most ${maxSessionTimeout} with this checkpointer ` +
        `(${name}): after so long without a renewal, others that share its leases take them.`,
    );
  }

  /** The default checkpointer is for first steps: replicas would each read everything, and restarts start over. */
  private refuseForgetfulProduction(): void {
    if (!this.engine.isDefaultCheckpointer(this.checkpointer)) return;
    const problem =
      'Leases and checkpoints are kept in memory only (no "checkpointer" option): every replica reads every ' +
      'record, and a restart begins at the starting position again.';
    if (this.engine.production) {
      throw new KinesisConfigurationError(
        `${problem} With NODE_ENV=production, pass a checkpointer explicitly; "new MemoryCheckpointer()" if you mean it.`,
      );
    }
    this.engine.log.warn(problem);
  }
}

function unknownStream(
  { name, metadata }: DiscoveredHandler,
  known: readonly string[],
): KinesisConfigurationError {
  const configured = known.length === 0 ? 'none' : known.join(', ');
  return new KinesisConfigurationError(
    `${name} consumes stream "${metadata.stream}", which is not in the "streams" option of KinesisModule ` +
      `(configured: ${configured}). Add it there, or correct the name in @KinesisConsumer.`,
  );
}
