import { type DynamicModule, Module, type Provider, Scope, type Type } from '@nestjs/common';
import {
  APP_FILTER,
  APP_GUARD,
  APP_INTERCEPTOR,
  APP_PIPE,
  ApplicationConfig,
  NestFactory,
} from '@nestjs/core';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { KinesisModule, type KinesisModuleOptions, MemoryCheckpointer } from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { callsOf, enhancerCases, type EnhancerCase, type Observed, RECORDS } from './cases.js';
import { classOf, enhancerClass, handlerClass } from './classes.js';
import { type GlobalCase, globalCases, globalHandlers } from './global-cases.js';
import { Journal } from './journal.js';

/** What every case did, by its name. */
export type MatrixRun = Record<string, Observed>;

@Module({})
class MatrixModule {}

const APP_TOKENS = [APP_GUARD, APP_INTERCEPTOR, APP_PIPE, APP_FILTER];

const APP_SCOPES = {
  'APP_* class': Scope.DEFAULT,
  'APP_* request-scoped class': Scope.REQUEST,
  'APP_* transient class': Scope.TRANSIENT,
};

/** Runs the whole matrix on the Nest that this module finds. */
export async function runMatrix(): Promise<MatrixRun> {
  const kinesis = await LocalKinesis.start({ streams: { orders: { shards: 1 } } });
  try {
    await putRecords(kinesis);
    const local = await runEnhancerCases(kinesis);
    const global = [];
    for (const each of globalCases()) global.push(await runGlobalCase(each, kinesis));
    return Object.assign(local, ...global) as MatrixRun;
  } finally {
    await kinesis.stop();
  }
}

async function putRecords(kinesis: LocalKinesis): Promise<void> {
  const client = kinesis.client();
  const Data = Buffer.from('{}');
  const Records = Array.from({ length: RECORDS }, () => ({ Data, PartitionKey: 'k' }));
  await client.send(new PutRecordsCommand({ StreamName: 'orders', Records }));
  client.destroy();
}

async function runEnhancerCases(kinesis: LocalKinesis): Promise<MatrixRun> {
  const cases = [...enhancerCases()];
  const journal = new Journal();
  const module = moduleOf(cases, (each) => classOf(each, journal));
  return runApp(kinesis, module, { journal, handlers: cases });
}

async function runGlobalCase({ name, via, apply }: GlobalCase, kinesis: LocalKinesis): Promise<MatrixRun> {
  const journal = new Journal();
  const handlers = globalHandlers(name);
  const hosts = moduleOf(handlers, ({ name, shape }) =>
    handlerClass(name, { shape, scope: Scope.DEFAULT, fails: true }),
  );
  const providers: Provider[] =
    via === 'useGlobal*'
      ? []
      : APP_TOKENS.map((provide) => ({ provide, useClass: enhancerClass(name, APP_SCOPES[via]) }));
  const module = { ...hosts, providers: [...(hosts.providers ?? []), ...providers] };
  const prepare = (config: ApplicationConfig): void => {
    if (via !== 'useGlobal*') return;
    const Enhancer = enhancerClass(name, Scope.DEFAULT);
    config.useGlobalGuards(new Enhancer(journal));
    config.useGlobalInterceptors(new Enhancer(journal));
    config.useGlobalPipes(new Enhancer(journal));
    config.useGlobalFilters(new Enhancer(journal));
  };
  const run = await runApp(kinesis, module, { journal, handlers, prepare, applyGlobalEnhancers: apply });
  return { ...run, [name]: journal.observed(name) };
}

/** Each handler where it belongs. */
function moduleOf<T extends Pick<EnhancerCase, 'host'>>(
  handlers: readonly T[],
  classFor: (handler: T) => Type<object>,
): DynamicModule {
  const classes = (host: EnhancerCase['host']): Type<object>[] =>
    handlers.filter((each) => each.host === host).map(classFor);
  return {
    module: MatrixModule,
    providers: [
      ...classes('provider'),
      ...classes('provider with a token').map((useClass, i) => ({ provide: `handler ${i}`, useClass })),
    ],
    controllers: classes('controller'),
  };
}

async function runApp(
  kinesis: LocalKinesis,
  module: DynamicModule,
  options: {
    journal: Journal;
    handlers: readonly Pick<EnhancerCase, 'name' | 'shape'>[];
    prepare?: (config: ApplicationConfig) => void;
    applyGlobalEnhancers?: boolean;
  },
): Promise<MatrixRun> {
  const { journal, handlers, prepare, applyGlobalEnhancers = false } = options;
  const kinesisOptions: KinesisModuleOptions = {
    application: 'matrix',
    client: kinesis.clientConfig,
    checkpointer: new MemoryCheckpointer(),
    streams: { orders: {} },
    applyGlobalEnhancers,
    consumer: { shardFetchRate: 5, sleepTimeNoRecords: 50 },
  };
  const app = await NestFactory.createApplicationContext(
    {
      ...module,
      imports: [KinesisModule.forRoot(kinesisOptions)],
      providers: [...(module.providers ?? []), { provide: Journal, useValue: journal }, starter(prepare)],
    },
    { logger: false, abortOnError: false },
  );
  const hasRun = ({ name, shape }: (typeof handlers)[number]): boolean =>
    journal.observed(name).events.filter((event) => event.startsWith('handler')).length >= callsOf(shape);
  for (let waited = 0; waited < 30_000 && !handlers.every(hasRun); waited += 20) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await app.close();
  return Object.fromEntries(handlers.map(({ name }) => [name, journal.observed(name)]));
}

/** `app.useGlobalGuards()` and its like write to the configuration; an app without a server has no such methods. */
function starter(prepare: ((config: ApplicationConfig) => void) | undefined): Provider {
  return {
    provide: 'starter',
    inject: [ApplicationConfig],
    useFactory: (config: ApplicationConfig) => prepare?.(config) ?? null,
  };
}
