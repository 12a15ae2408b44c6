import {
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ConsumerRunner } from './handlers/consumer-runner.js';
import { EventListeners } from './handlers/event-listeners.js';
import { KinesisEvents } from './handlers/kinesis-events.js';
import type { NestModule } from './handlers/nest-internals.js';
import { KinesisConnections } from './kinesis-connection.js';
import { settledWithin } from './runtime/deadline.js';
import { SystemClock } from './runtime/system-clock.js';

/** How long an app has to call `enableShutdownHooks` after its bootstrap, in milliseconds. */
const HINT_DELAY = 1_000;

/**
 * Ties the connections to the app's life. Nest bootstraps the root module last and destroys it first, so hooks placed in
 * the root module start consumers when every provider is ready, and drain them while every provider still works.
 */
@Injectable()
export class KinesisLifecycle implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger('Kinesis');
  private readonly clock = new SystemClock();
  private hint: NodeJS.Timeout | undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly modules: ModulesContainer,
    private readonly connections: KinesisConnections,
    private readonly runner: ConsumerRunner,
    private readonly listeners: EventListeners,
    private readonly events: KinesisEvents,
  ) {}

  onModuleInit(): void {
    this.runner.initialised();
    this.listeners.listen();
    const hooks = {
      onApplicationBootstrap: () => this.start(),
      onModuleDestroy: () => this.stop(),
    };
    rootModule(this.modules).addProvider({ provide: Symbol('nestjs-kinesis:lifecycle'), useValue: hooks });
  }

  /** For an app that is closed without its root module's hooks having run. */
  onModuleDestroy(): Promise<void> {
    return this.stop();
  }

  /** The producers go last: handlers and HTTP requests put records until here. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(
      this.connections.all().map(async ({ producers, engine }) => {
        await producers.close(engine.options.shutdownTimeout);
        engine.close();
      }),
    );
  }

  private async start(): Promise<void> {
    await this.runner.start();
    if (this.runner.consumers.size === 0 || this.stopping) return;
    this.hint = setTimeout(() => this.hintAtShutdownHooks(), HINT_DELAY).unref();
  }

  private stop(): Promise<void> {
    clearTimeout(this.hint);
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
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

/** The module nobody imports, beside Nest's own core. */
function rootModule(modules: ModulesContainer): NestModule {
  const imported = new Set<NestModule>();
  for (const module of modules.values()) {
    for (const dependency of module.imports) imported.add(dependency);
  }
  const roots = [...modules.values()].filter(
    (module) => !imported.has(module) && module.metatype?.name !== 'InternalCoreModule',
  );
  const [root] = roots;
  if (!root) throw new Error('the app has no root module');
  return root;
}
