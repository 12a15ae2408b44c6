import {
  applyDecorators,
  BadRequestException,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import type { TestingModule } from '@nestjs/testing';
import { KinesisConsumer, KinesisContext, KinesisCtx, KinesisPayload, KinesisProducer } from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { from, tap } from 'rxjs';
import { compileApp, fastOptions, startApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';

interface Order {
  id: number;
}

/** What ran, in order; each test has a journal of its own through the handler's class. */
let journal: string[];
let contextTypes: string[];
let kinesis: LocalKinesis;

beforeEach(async () => {
  journal = [];
  contextTypes = [];
  kinesis = await LocalKinesis.start({ streams: { orders: { shards: 1 }, refunds: { shards: 1 } } });
});

afterEach(() => kinesis.stop());

@Injectable()
class JournalGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    journal.push('guard');
    contextTypes.push(context.getType<string>());
    return true;
  }
}

@Injectable()
class JournalInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    journal.push('interceptor before');
    return from(next.handle()).pipe(tap(() => journal.push('interceptor after')));
  }
}

@Injectable()
class DoublingPipe implements PipeTransform {
  transform(value: unknown): unknown {
    if (value instanceof KinesisContext) return value;
    journal.push('pipe');
    return { id: (value as Order).id * 2 };
  }
}

@Catch(BadRequestException)
class SwallowingFilter implements ExceptionFilter {
  catch(): void {
    journal.push('filter');
  }
}

const Enhanced = () =>
  applyDecorators(
    UseGuards(JournalGuard),
    UseInterceptors(JournalInterceptor),
    UsePipes(DoublingPipe),
    UseFilters(SwallowingFilter),
  );

async function run(
  handler: { new (): object },
  kind: 'providers' | 'controllers',
  orders: Order[],
): Promise<void> {
  const { app } = await startApp(fastOptions(kinesis, { streams: { orders: {}, refunds: {} } }), {
    [kind]: [handler],
  });
  for (const order of orders) await app.get(KinesisProducer).send('orders', order, { partitionKey: 'k' });
  await eventually(
    () => journal.filter((line) => line.startsWith('handler')).length >= orders.length,
    'handled',
  );
  await app.close();
}

const ENHANCED_RUN = ['guard', 'interceptor before', 'pipe', 'handler 4', 'interceptor after'];

describe.each(['providers', 'controllers'] as const)('a handler among %s', (kind) => {
  const decorateClass = kind === 'controllers' ? Controller() : Injectable();

  it('gets payload and context by position', async () => {
    class Handler {
      @KinesisConsumer('orders')
      handle(order: Order, context: KinesisContext): void {
        journal.push(`handler ${order.id} ${context.stream} ${context.partitionKey} ${context.attempt}`);
      }
    }
    decorateClass(Handler);
    await run(Handler, kind, [{ id: 1 }, { id: 2 }]);
    expect(journal).toEqual(['handler 1 orders k 1', 'handler 2 orders k 1']);
  });

  it('gets payload and context by decorator, in any order', async () => {
    class Handler {
      @KinesisConsumer('orders')
      handle(@KinesisCtx() context: KinesisContext, @KinesisPayload() order: Order): void {
        journal.push(`handler ${order.id} ${context.shardId}`);
      }
    }
    decorateClass(Handler);
    await run(Handler, kind, [{ id: 1 }]);
    expect(journal).toEqual(['handler 1 shardId-000000000000']);
  });

  it('has its payload go through the pipes of @KinesisPayload', async () => {
    class Handler {
      @KinesisConsumer('orders')
      handle(@KinesisPayload(DoublingPipe) order: Order): void {
        journal.push(`handler ${order.id}`);
      }
    }
    decorateClass(Handler);
    await run(Handler, kind, [{ id: 2 }]);
    expect(journal).toEqual(['pipe', 'handler 4']);
  });

  it('runs inside the enhancers of its method', async () => {
    class Handler {
      @Enhanced()
      @KinesisConsumer('orders')
      handle(@KinesisPayload() order: Order): void {
        journal.push(`handler ${order.id}`);
      }
    }
    decorateClass(Handler);
    await run(Handler, kind, [{ id: 2 }]);
    expect(journal).toEqual(ENHANCED_RUN);
    expect(contextTypes).toEqual(['kinesis']);
  });

  it('runs inside the enhancers of its class', async () => {
    @Enhanced()
    class Handler {
      @KinesisConsumer('orders')
      handle(@KinesisPayload() order: Order): void {
        journal.push(`handler ${order.id}`);
      }
    }
    decorateClass(Handler);
    await run(Handler, kind, [{ id: 2 }]);
    expect(journal).toEqual(ENHANCED_RUN);
  });

  it('counts as done when its filter catches what it threw', async () => {
    class Handler {
      @Enhanced()
      @KinesisConsumer('orders')
      handle(@KinesisPayload() order: Order): void {
        journal.push(`handler ${order.id}`);
        if (order.id === 2) throw new BadRequestException();
      }
    }
    decorateClass(Handler);
    await run(Handler, kind, [{ id: 1 }, { id: 2 }]);
    expect(journal.filter((line) => line === 'filter' || line.startsWith('handler'))).toEqual([
      'handler 2',
      'filter',
      'handler 4',
    ]);
  });
});

it('what no filter of the handler is for counts as a failed attempt', async () => {
  let calls = 0;
  @Injectable()
  class Handler {
    @UseFilters(SwallowingFilter)
    @KinesisConsumer('orders', { retry: { backoff: { initial: 1 } } })
    handle(): void {
      if (++calls === 1) throw new Error('not what the filter is for');
      journal.push('handler succeeded');
    }
  }
  await run(Handler, 'providers', [{ id: 1 }]);
  expect(journal).toEqual(['handler succeeded']);
  expect(calls).toBe(2);
});

it('global enhancers, made for HTTP, do not apply', async () => {
  @Injectable()
  class Handler {
    @KinesisConsumer('orders')
    handle(@KinesisPayload() order: Order): void {
      journal.push(`handler ${order.id}`);
    }
  }
  const { app } = await startApp(fastOptions(kinesis), {
    providers: [
      Handler,
      { provide: APP_GUARD, useClass: JournalGuard },
      { provide: APP_INTERCEPTOR, useClass: JournalInterceptor },
      { provide: APP_PIPE, useClass: DoublingPipe },
    ],
  });
  await app.get(KinesisProducer).send('orders', { id: 3 });
  await eventually(() => journal.length > 0, 'handled');
  await app.close();
  expect(journal).toEqual(['handler 3']);
});

it('global enhancers apply when asked to', async () => {
  @Injectable()
  class Handler {
    @KinesisConsumer('orders')
    handle(@KinesisPayload() order: Order): void {
      journal.push(`handler ${order.id}`);
    }
  }
  const { app: module } = await compileApp(fastOptions(kinesis, { applyGlobalEnhancers: true }), {
    providers: [Handler, JournalGuard, { provide: APP_PIPE, useClass: DoublingPipe }],
  });
  const app = (module as TestingModule).createNestApplication();
  app.useGlobalGuards(module.get(JournalGuard));
  app.useGlobalInterceptors(new JournalInterceptor());
  await app.init();
  await app.get(KinesisProducer).send('orders', { id: 3 });
  await eventually(() => journal.includes('interceptor after'), 'handled');
  await app.close();
  expect(journal).toEqual(['guard', 'interceptor before', 'pipe', 'handler 6', 'interceptor after']);
});

it('a method stacks several consumers', async () => {
  @Injectable()
  class Handler {
    @KinesisConsumer('orders')
    @KinesisConsumer('refunds')
    handle(_payload: unknown, context: KinesisContext): void {
      journal.push(`handler ${context.stream}`);
    }
  }
  const { app } = await startApp(fastOptions(kinesis, { streams: { orders: {}, refunds: {} } }), {
    providers: [Handler],
  });
  await app.get(KinesisProducer).send('orders', 1);
  await app.get(KinesisProducer).send('refunds', 1);
  await eventually(() => journal.length === 2, 'both handled');
  await app.close();
  expect(journal.sort()).toEqual(['handler orders', 'handler refunds']);
});

it('several handlers of a stream each see every record', async () => {
  @Injectable()
  class First {
    @KinesisConsumer('orders')
    handle(order: Order): void {
      journal.push(`first ${order.id}`);
    }
  }
  @Injectable()
  class Second {
    @KinesisConsumer('orders')
    handle(order: Order): void {
      journal.push(`second ${order.id}`);
    }
  }
  const { app } = await startApp(fastOptions(kinesis), { providers: [First, Second] });
  for (const id of [1, 2]) await app.get(KinesisProducer).send('orders', { id }, { partitionKey: 'k' });
  await eventually(() => journal.length === 4, 'all handled');
  await app.close();
  const of = (name: string): string[] => journal.filter((line) => line.startsWith(name));
  expect([of('first'), of('second')]).toEqual([
    ['first 1', 'first 2'],
    ['second 1', 'second 2'],
  ]);
});

it('a handler that a class inherits, or that is registered in two places, is called once per record', async () => {
  class Base {
    @KinesisConsumer('orders')
    handle(order: Order): void {
      journal.push(`handler ${order.id}`);
    }
  }
  @Controller()
  class Handler extends Base {}
  const { app } = await startApp(fastOptions(kinesis), { controllers: [Handler], providers: [Handler] });
  await app.get(KinesisProducer).send('orders', { id: 1 }, { partitionKey: 'k' });
  await app.get(KinesisProducer).send('orders', { id: 2 }, { partitionKey: 'k' });
  await eventually(() => journal.includes('handler 2'), 'handled');
  await app.close();
  expect(journal).toEqual(['handler 1', 'handler 2']);
});
