import { Injectable, type OnModuleInit } from '@nestjs/common';
import { KinesisAbortedError, KinesisConfigurationError } from '../errors.js';
import { type KinesisConnection, KinesisConnections } from '../kinesis-connection.js';
import { resolveLeaseTimes } from '../options/lease-times.js';
import { Consumer } from './consumer.js';
import { UnknownConsumerError } from './consumer-errors.js';
import { planConsumers } from './consumer-plan.js';
import { ConsumerPreparation } from './consumer-preparation.js';
import { consumerTable } from './consumer-table.js';
import { HandlerExplorer } from './handler-explorer.js';
import { HandlerFactory } from './handler-factory.js';

/** The app's consumers: finds them, starts them at bootstrap, and stops them at shutdown. */
@Injectable()
export class ConsumerRunner implements OnModuleInit {
  private planned: ReadonlyMap<string, Consumer> | undefined;
  private isInitialised = false;
  private readonly bootstrap = new AbortController();
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly connections: KinesisConnections,
    private readonly explorer: HandlerExplorer,
    private readonly factory: HandlerFactory,
    private readonly preparation: ConsumerPreparation,
  ) {}

  /** From now on every provider exists, so that handlers can be found. Modules that are global come first. */
  onModuleInit(): void {
    this.isInitialised = true;
  }

  /**
   * Every consumer, by name.
   *
   * @throws KinesisConfigurationError for handlers that cannot be
   */
  get consumers(): ReadonlyMap<string, Consumer> {
    if (!this.planned && !this.isInitialised) {
      throw new KinesisConfigurationError(
        'The consumers are not known while providers are still being made: use KinesisConsumerRegistry from ' +
          'onModuleInit on, not in a constructor.',
      );
    }
    this.planned ??= this.plan();
    return this.planned;
  }

  /** @throws UnknownConsumerError */
  consumer(name: string): Consumer {
    const consumer = this.consumers.get(name);
    if (!consumer) throw new UnknownConsumerError(name, [...this.consumers.keys()]);
    return consumer;
  }

  /**
   * Checks handlers and streams, and starts the consumers of connections that start by themselves.
   *
   * @throws KinesisError for handlers that cannot be, a stream that cannot be used, or a checkpointer that cannot be trusted
   */
  async start(): Promise<void> {
    const consumers = [...this.consumers.values()];
    for (const connection of connectionsOf(consumers)) {
      refuseForgetfulProduction(connection);
      resolveLeaseTimes(connection.engine.options.consumer, connection.checkpointer);
    }
    this.logTable(consumers);
    const starting = this.connections.all().filter(({ engine }) => engine.options.autoStart);
    try {
      await this.prepare(starting, connectionsOf(consumers));
    } catch (error) {
      // An app that was told to stop while it started has not failed.
      if (!this.stopping) throw error;
    }
    if (this.stopping) return;
    const started = consumers.filter(({ plan }) => starting.includes(plan.connection));
    await Promise.all(started.map((consumer) => this.startUnlessStopped(consumer)));
  }

  /** Starts one consumer, unless the app shuts down. */
  startOne(consumer: Consumer): Promise<void> {
    if (this.stopping)
      throw new KinesisAbortedError(`The app shuts down: "${consumer.name}" is not started.`);
    return consumer.start();
  }

  /** Lets running handlers finish, checkpoints, and gives the leases up; a second call waits for the first. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    this.bootstrap.abort(new KinesisAbortedError('The app shuts down.'));
    await Promise.all(
      [...(this.planned?.values() ?? [])].map((consumer) =>
        consumer.stop(consumer.plan.connection.engine.options.shutdownTimeout),
      ),
    );
    await this.preparation.close(this.connections.all());
  }

  private plan(): Map<string, Consumer> {
    const consuming = this.connections.all().some(({ engine }) => engine.options.consumers);
    if (!consuming) return new Map();
    const plans = planConsumers(this.explorer.explore(), this.connections, this.factory);
    return new Map(plans.map((plan) => [plan.name, new Consumer(plan, this.preparation)]));
  }

  /** All of it before anything is started: where one connection fails, none consumes. */
  private async prepare(
    connections: readonly KinesisConnection[],
    consuming: ReadonlySet<KinesisConnection>,
  ): Promise<void> {
    const { signal } = this.bootstrap;
    try {
      await Promise.all(
        connections.map(async (connection) => {
          await this.preparation.verify(connection, connection.engine.options.streams.values(), signal);
          if (consuming.has(connection)) await this.preparation.prepareStore(connection, signal);
        }),
      );
    } catch (error) {
      this.bootstrap.abort(error);
      throw error;
    }
  }

  private async startUnlessStopped(consumer: Consumer): Promise<void> {
    try {
      await consumer.start();
    } catch (error) {
      if (!this.stopping) throw error;
    }
  }

  private logTable(consumers: readonly Consumer[]): void {
    const [connection] = this.connections.all();
    if (consumers.length === 0 || !connection) return;
    connection.engine.log.log(consumerTable(consumers.map(({ plan }) => plan)));
  }
}

function connectionsOf(consumers: readonly Consumer[]): Set<KinesisConnection> {
  return new Set(consumers.map(({ plan }) => plan.connection));
}

/** The default checkpointer is for first steps: replicas would each read everything, and restarts start over. */
function refuseForgetfulProduction({ engine, checkpointer }: KinesisConnection): void {
  if (!engine.isDefaultCheckpointer(checkpointer)) return;
  const problem =
    'Leases and checkpoints are kept in memory only (no "checkpointer" option): every replica reads every ' +
    'record, and a restart begins at the starting position again.';
  if (engine.production) {
    throw new KinesisConfigurationError(
      `${problem} With NODE_ENV=production, pass a checkpointer explicitly; "new MemoryCheckpointer()" if you mean it.`,
    );
  }
  engine.log.warn(problem);
}
