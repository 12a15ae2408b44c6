import {
  Injectable,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ConsumerRunner } from './handlers/consumer-runner.js';
import type { NestModule } from './handlers/nest-internals.js';
import { KinesisEngine } from './kinesis-engine.js';
import { StreamProducers } from './producer/stream-producers.js';

/**
 * Ties the module to the app's life. Nest bootstraps the root module last and destroys it first, so hooks placed in
 * the root module start consumers when every provider is ready, and drain them while every provider still works.
 */
@Injectable()
export class KinesisLifecycle implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    private readonly modules: ModulesContainer,
    private readonly runner: ConsumerRunner,
    private readonly producers: StreamProducers,
    private readonly engine: KinesisEngine,
  ) {}

  onModuleInit(): void {
    const hooks = {
      onApplicationBootstrap: () => this.runner.start(),
      onModuleDestroy: () => this.runner.stop(),
    };
    rootModule(this.modules).addProvider({ provide: Symbol('nestjs-kinesis:lifecycle'), useValue: hooks });
  }

  /** For an app that is closed without its root module's hooks having run. */
  onModuleDestroy(): Promise<void> {
    return this.runner.stop();
  }

  /** The producer goes last: handlers and HTTP requests put records until here. */
  async onApplicationShutdown(): Promise<void> {
    await this.producers.close(this.engine.options.shutdownTimeout);
    this.engine.close();
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
