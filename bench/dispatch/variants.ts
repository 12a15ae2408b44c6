import 'reflect-metadata';
import { createRequire } from 'node:module';
import {
  Module,
  type NestInterceptor,
  type PipeTransform,
  type Type,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { ExternalContextCreator, NestFactory } from '@nestjs/core';
import {
  KinesisConsumer,
  type KinesisConsumerHandlerOptions,
  KinesisModule,
  MemoryCheckpointer,
} from 'nestjs-kinesis';
import type { Entrant } from '../contest/processes.js';

/** Records that are handled between looks at the clock. */
export const RECORDS = 10_000;
const BATCH = 1_000;

/** Has {@link RECORDS} records handled, one after the other. */
type Dispatch = () => Promise<void>;

export interface DispatchVariant extends Entrant {
  create(): Promise<Dispatch>;
}

/** What the module gives its engine to call; see `src/delivery/handler.ts`. */
interface Handler {
  handle(input: unknown, context: object): unknown;
}

const payload = { id: 1 };
const context = {};
let handled = 0;

class AsyncHandler {
  async onRecords(_payload: unknown): Promise<void> {
    handled++;
  }
}

class SyncHandler {
  onRecords(_payload: unknown): void {
    handled++;
  }
}

class BatchHandler {
  async onRecords(records: readonly unknown[]): Promise<void> {
    handled += records.length;
  }
}

const interceptor: NestInterceptor = { intercept: (_context, next) => next.handle() };
const pipe: PipeTransform = { transform: (value: unknown) => value };

/** Decorates a method of the class, as decorators in front of it do. */
function decorate(target: Type, decorators: readonly MethodDecorator[]): Type {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, 'onRecords');
  for (const decorator of decorators)
    if (descriptor) decorator(target.prototype as object, 'onRecords', descriptor);
  return target;
}

/** What the engine of a Nest app would call. */
async function createHandler(
  target: Type,
  options: KinesisConsumerHandlerOptions = {},
  enhancers: readonly MethodDecorator[] = [],
): Promise<Handler> {
  class BenchModule {}
  const kinesis = KinesisModule.forRoot({
    application: 'bench',
    streams: { bench: {} },
    client: { region: 'us-east-1' },
    checkpointer: new MemoryCheckpointer(),
    autoStart: false,
  });
  const handlers = decorate(target, [KinesisConsumer('bench', options), ...enhancers]);
  Module({ imports: [kinesis], providers: [handlers] })(BenchModule);
  const app = await NestFactory.createApplicationContext(BenchModule, { logger: ['error'] });
  const runner = app.get(await consumerRunner(), { strict: false });
  const handler = runner.consumers.get('bench')?.plan.handlers[0];
  if (!handler) throw new Error('the app of the benchmark has no handler');
  return handler;
}

interface ConsumerRunner {
  readonly consumers: ReadonlyMap<string, { readonly plan: { readonly handlers: readonly Handler[] } }>;
}

/** Not public: what is measured is what lies between the engine and the method. */
async function consumerRunner(): Promise<Type<ConsumerRunner>> {
  const main = createRequire(import.meta.url).resolve('nestjs-kinesis/package.json');
  const file = main.replace('package.json', 'dist/esm/handlers/consumer-runner.js');
  return ((await import(file)) as { ConsumerRunner: Type<ConsumerRunner> }).ConsumerRunner;
}

/** As the engine does it, which waits only where there is something to wait for. */
function oneByOne(handler: Handler): Dispatch {
  return async () => {
    for (let record = 0; record < RECORDS; record++) {
      const result = handler.handle(payload, context) as PromiseLike<unknown> | undefined;
      if (typeof result?.then === 'function') await result;
    }
  };
}

function inBatches(handler: Handler): Dispatch {
  const batch = Array.from({ length: BATCH }, () => payload);
  return async () => {
    for (let record = 0; record < RECORDS; record += BATCH) await handler.handle(batch, context);
  };
}

const BATCH_OPTIONS: KinesisConsumerHandlerOptions = { batch: { maxRecords: BATCH } };

export const VARIANTS: readonly DispatchVariant[] = [
  {
    name: 'bare',
    title: '`await` of an `async` method',
    create: async () => {
      const instance = new AsyncHandler();
      return async () => {
        for (let record = 0; record < RECORDS; record++) await instance.onRecords(payload);
      };
    },
  },
  {
    name: 'nest',
    title: "Nest's `ExternalContextCreator`, `async` method, no enhancers",
    create: async () => {
      class BenchModule {}
      Module({ providers: [AsyncHandler] })(BenchModule);
      const app = await NestFactory.createApplicationContext(BenchModule, { logger: ['error'] });
      const instance = app.get(AsyncHandler);
      const create = app.get(ExternalContextCreator, { strict: false });
      const method = Reflect.get(instance, 'onRecords') as (...args: unknown[]) => unknown;
      const call = create.create(instance, method, 'onRecords');
      return async () => {
        for (let record = 0; record < RECORDS; record++) await call(payload, context);
      };
    },
  },
  {
    name: 'ours-async',
    title: '`@KinesisConsumer`, `async` method, no enhancers',
    create: async () => oneByOne(await createHandler(AsyncHandler)),
  },
  {
    name: 'ours-sync',
    title: '`@KinesisConsumer`, method without a promise, no enhancers',
    create: async () => oneByOne(await createHandler(SyncHandler)),
  },
  {
    name: 'ours-pipe',
    title: '`@KinesisConsumer`, `async` method, a pipe',
    create: async () => oneByOne(await createHandler(AsyncHandler, {}, [UsePipes(pipe)])),
  },
  {
    name: 'ours-interceptor',
    title: '`@KinesisConsumer`, `async` method, an interceptor',
    create: async () => oneByOne(await createHandler(AsyncHandler, {}, [UseInterceptors(interceptor)])),
  },
  {
    name: 'ours-batch',
    title: '`@KinesisConsumer`, batches of 1 000, no enhancers',
    create: async () => inBatches(await createHandler(BatchHandler, BATCH_OPTIONS)),
  },
  {
    name: 'ours-batch-interceptor',
    title: '`@KinesisConsumer`, batches of 1 000, an interceptor',
    create: async () =>
      inBatches(await createHandler(BatchHandler, BATCH_OPTIONS, [UseInterceptors(interceptor)])),
  },
];

/** Records handled so far. */
export function handledRecords(): number {
  return handled;
}
