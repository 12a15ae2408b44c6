import { ConfigurableModuleBuilder, type Provider } from '@nestjs/common';
import type { KinesisModuleOptions } from './kinesis.options.js';

/** What `forRoot` and `forRootAsync` take beside the module's options. */
export interface KinesisModuleExtras {
  /**
   * Whether `KinesisProducer` can be injected everywhere without importing the module.
   *
   * @defaultValue `true`
   */
  isGlobal?: boolean;

  /**
   * Providers of the module's own, above all `{ provide: CHECKPOINTER, useClass: … }` and `{ provide: AGGREGATOR, … }`
   * in place of the defaults.
   *
   * @defaultValue none
   */
  providers?: Provider[];
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<KinesisModuleOptions>({ moduleName: 'Kinesis' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createKinesisOptions')
    .setExtras<KinesisModuleExtras>(
      { isGlobal: true, providers: [] },
      (definition, { isGlobal, providers }) => ({
        ...definition,
        global: isGlobal ?? true,
        providers: [...(definition.providers ?? []), ...(providers ?? [])],
      }),
    )
    .build();
