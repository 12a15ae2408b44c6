import {
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ConsumerRunner } from './handlers/consumer-runner.js';
import { KinesisEvents } from './handlers/kinesis-events.js';
import { KinesisConnections } from './kinesis-connection.js';
import { settledWithin } from './runtime/deadline.js';
import { SystemClock } from './runtime/system-clock.js';

/** How long an app has to call `enableShutdownHooks` after its bootstrap, in milliseconds. */
const HINT_DELAY = 1_000;

/** Nest bootstraps modules in the order of their distance from the root, farthest first, and destroys them in the other. */
const NEARER_THAN_THE_ROOT = -1;

/**
 * Starts consumers when every provider of the app is ready, and drains them while every provider still works: those of
 * the root module, too, whose hooks would otherwise run at the same time.
 */
@Injectable()
export class KinesisLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Kinesis');
  private readonly clock = new SystemClock();
  private hint: NodeJS.Timeout | undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    modules: ModulesContainer,
    private readonly connections: KinesisConnections,
    private readonly runner: ConsumerRunner,
    private readonly events: KinesisEvents,
  ) {
    // Not later: with the first hook that is called, the order is fixed.
    for (const module of modules.values()) {
      if (module.metatype === KinesisLifecycleModule) module.distance = NEARER_THAN_THE_ROOT;
    }
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.runner.start();
    if (this.runner.consumers.size === 0 || this.stopping) return;
    this.hint = setTimeout(() => this.hintAtShutdownHooks(), HINT_DELAY).unref();
  }

  onModuleDestroy(): Promise<void> {
    clearTimeout(this.hint);
    this.stopping ??= this.stop();
    return this.stopping;
  }

  private async stop(): Promise<void> {
    await this.runner.stop();
    const timeouts = this.connections.all().map(({ engine }) => engine.options.shutdownTimeout);
    // What listeners do about the end may need providers, too.
    await settledWithin(this.events.settled(), Math.max(0, ...timeouts), this.clock);
  }

  private hintAtShutdownHooks(): void {
    if (process.listenerCount('SIGTERM') > 0) return;
    this.logger.warn(
      'Nothing listens for SIGTERM, so it ends this process at once: handlers are cut off, and their records handled ' +
        'again elsewhere. Call app.enableShutdownHooks().',
    );
  }
}

/** A module of its own, for its place in the order of hooks. */
@Module({ providers: [KinesisLifecycle] })
export class KinesisLifecycleModule {}
