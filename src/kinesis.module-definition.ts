import { ConfigurableModuleBuilder, type InjectionToken, type Provider } from '@nestjs/common';
import { getProducerToken } from './decorators/inject-kinesis-producer.decorator.js';
import { KinesisConfigurationError } from './errors.js';
import { DEFAULT_CONNECTION } from './kinesis.constants.js';
import type { KinesisModuleOptions } from './kinesis.options.js';
import { connectionProviders, PORT_TOKENS } from './kinesis.providers.js';
import { NAME, NAME_RULE } from './options/resolve-options.js';

/** What `forRoot` and `forRootAsync` take beside the module's options. */
export interface KinesisModuleExtras {
  /**
   * Name of the connection, for apps with several: another region, another account, options of its own. Its producer
   * is injected with `@InjectKinesisProducer(name)`, its handlers say `connection: name`. 1 to 128 letters, digits,
   * `.`, `_` and `-`.
   *
   * @defaultValue `'default'`, whose producer is injected by its class
   */
  name?: string;

  /**
   * Whether the connection's producer can be injected everywhere without importing the module.
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

const OPTIONS: InjectionToken<KinesisModuleOptions> = Symbol('nestjs-kinesis:options');

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<KinesisModuleOptions>({ optionsInjectionToken: OPTIONS })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createKinesisOptions')
    .setExtras<KinesisModuleExtras>(
      // Each must be here, with or without a value, to be told from the options.
      { name: DEFAULT_CONNECTION, isGlobal: true, providers: [] },
      (definition, { name = DEFAULT_CONNECTION, isGlobal = true, providers = [] }) => ({
        ...definition,
        global: isGlobal,
        providers: [
          ...(definition.providers ?? []),
          ...connectionProviders(checkedName(name), OPTIONS),
          ...providers,
        ],
        exports: [getProducerToken(name), ...(name === DEFAULT_CONNECTION ? PORT_TOKENS : [])],
      }),
    )
    .build();

function checkedName(name: unknown): string {
  if (typeof name === 'string' && NAME.test(name)) return name;
  throw new KinesisConfigurationError(`KinesisModule: option "name" must be ${NAME_RULE}.`);
}
