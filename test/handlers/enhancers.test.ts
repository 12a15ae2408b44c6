import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  ForbiddenException,
  HttpException,
  Injectable,
  type NestInterceptor,
  UnauthorizedException,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { SerializedGraph } from '@nestjs/core';
import {
  DeadLetter,
  HaltShard,
  isKinesisContext,
  KinesisConsumer,
  KinesisExecutionContext,
  SkipRecord,
  RetryLater,
} from 'nestjs-kinesis';
import { EMPTY, map, Observable, of, throwError } from 'rxjs';
import { startCallableApp } from '../support/handler-calls.js';

/** Calls a method that returns what `handle` returns, with these decorators on it. */
async function callWith(
  handle: (payload: unknown, context: unknown) => unknown,
  ...decorators: MethodDecorator[]
) {
  @Injectable()
  class Handler {
    @KinesisConsumer('orders')
    handle(payload: unknown, context: unknown): unknown {
      return handle(payload, context);
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Handler.prototype, 'handle') as PropertyDescriptor;
  for (const decorate of decorators) decorate(Handler.prototype, 'handle', descriptor);
  return (await startCallableApp({ providers: [Handler] })).call;
}

const handled = (): string => 'handled';

describe('a guard', () => {
  const guard = (canActivate: () => ReturnType<CanActivate['canActivate']>) => UseGuards({ canActivate });

  it('that says no fails the record for good', async () => {
    const call = await callWith(
      handled,
      guard(() => false),
    );
    await expect(call({})).rejects.toMatchObject({
      name: 'ForbiddenError',
      code: 'KINESIS_FORBIDDEN',
      retryable: false,
      cause: expect.any(ForbiddenException) as unknown,
    });
  });

  it('may say so in its own words', async () => {
    const call = await callWith(
      handled,
      guard(() => Promise.reject(new UnauthorizedException('who?'))),
    );
    await expect(call({})).rejects.toMatchObject({ code: 'KINESIS_FORBIDDEN', retryable: false });
  });

  it.each([new HttpException('slow down', 429), new Error('the database is away')])(
    'that cannot tell fails the attempt: %s',
    async (error) => {
      const call = await callWith(
        handled,
        guard(() => Promise.reject(error)),
      );
      await expect(call({})).rejects.toBe(error);
    },
  );

  it('whose no a filter catches has the record handled', async () => {
    @Catch(ForbiddenException)
    class Pass implements ExceptionFilter {
      catch = () => 'passed over';
    }
    const call = await callWith(
      handled,
      guard(() => false),
      UseFilters(Pass),
    );
    expect(await call({})).toBe('passed over');
  });

  it('status of an error of the handler itself means nothing', async () => {
    const error = new ForbiddenException();
    const call = await callWith(
      () => Promise.reject(error),
      guard(() => true),
    );
    await expect(call({})).rejects.toBe(error);
  });
});

describe('an interceptor', () => {
  const interceptor = (intercept: NestInterceptor['intercept']) => UseInterceptors({ intercept });

  it('sees the result, and may replace it', async () => {
    const call = await callWith(
      handled,
      interceptor((_context, next) => next.handle().pipe(map((it: unknown) => [it]))),
    );
    expect(await call({})).toEqual(['handled']);
  });

  it('that does not call the handler has the record handled', async () => {
    let calls = 0;
    const call = await callWith(
      () => ++calls,
      interceptor(() => EMPTY),
    );
    expect(await call({})).toBeUndefined();
    expect(calls).toBe(0);
  });

  it('may answer in its place', async () => {
    const call = await callWith(
      handled,
      interceptor(() => of('instead')),
    );
    expect(await call({})).toBe('instead');
  });
});

describe('an exception filter', () => {
  const filter = (caught: (error: unknown, host: ArgumentsHost) => unknown) => {
    @Catch()
    class Filter implements ExceptionFilter {
      catch = caught;
    }
    return UseFilters(new Filter());
  };
  const fail = () => Promise.reject(new Error('failed'));

  it.each([
    ['nothing', () => undefined, undefined],
    ['a value', () => 'caught', 'caught'],
    ['a promise', () => Promise.resolve('caught'), 'caught'],
    ['an Observable', () => of('caught'), 'caught'],
  ])('that returns %s has caught it', async (_what, caught, result) => {
    expect(await (await callWith(fail, filter(caught)))({})).toBe(result);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('another');
      },
    ],
    ['rejects', () => Promise.reject(new Error('another'))],
    ['returns an Observable that errs', () => throwError(() => new Error('another'))],
  ])('that %s fails the attempt with that', async (_what, caught) => {
    await expect((await callWith(fail, filter(caught)))({})).rejects.toThrow('another');
  });

  it('that throws on what a guard or pipe threw leaves it as final as it was', async () => {
    const rethrow = (error: unknown): never => {
      throw error;
    };
    const guard = UseGuards({ canActivate: () => false });
    await expect((await callWith(handled, guard, filter(rethrow)))({})).rejects.toMatchObject({
      code: 'KINESIS_FORBIDDEN',
    });
  });

  it.each([new SkipRecord(), new RetryLater(10), new DeadLetter('why'), new HaltShard()])(
    'is not asked about what steers delivery: $name',
    async (steer) => {
      const call = await callWith(
        () => Promise.reject(steer),
        filter(() => 'caught'),
      );
      await expect(call({})).rejects.toBe(steer);
    },
  );

  it('logs nothing, and neither does the way around it', async () => {
    @Catch(TypeError)
    class NotForThis implements ExceptionFilter {
      catch(): void {}
    }
    @Injectable()
    class Handler {
      @UseFilters(NotForThis)
      @KinesisConsumer('orders')
      handle(): void {
        throw new Error('failed');
      }
    }
    const { call, logger } = await startCallableApp({ providers: [Handler] });
    for (let attempt = 1; attempt <= 3; attempt++) await expect(call({})).rejects.toThrow('failed');
    expect([...logger.texts('error'), ...logger.texts('warn')]).toEqual([]);
  });

  it('of the method is asked before that of the class', async () => {
    const named = (name: string) => {
      @Catch()
      class Filter implements ExceptionFilter {
        catch = () => name;
      }
      return Filter;
    };
    @UseFilters(named('class'))
    @Injectable()
    class Handler {
      @UseFilters(named('method'))
      @KinesisConsumer('orders')
      handle(): void {
        throw new Error('failed');
      }
    }
    expect(await (await startCallableApp({ providers: [Handler] })).call({})).toBe('method');
  });
});

describe('a handler that returns an Observable', () => {
  it.each([
    ['nothing around it', []],
    [
      'an interceptor',
      [UseInterceptors({ intercept: (_context, next) => next.handle() } as NestInterceptor)],
    ],
  ])('is done when that completes, with %s', async (_what, decorators) => {
    let subscribed = 0;
    const observable = new Observable((subscriber) => {
      subscribed++;
      queueMicrotask(() => {
        subscriber.next('last');
        subscriber.complete();
      });
    });
    expect(await (await callWith(() => observable, ...decorators))({})).toBe('last');
    expect(await (await callWith(() => Promise.resolve(observable), ...decorators))({})).toBe('last');
    expect(subscribed).toBe(2);
    await expect(
      (await callWith(() => throwError(() => new Error('no')), ...decorators))({}),
    ).rejects.toThrow('no');
    expect(await (await callWith(() => EMPTY, ...decorators))({})).toBeUndefined();
  });
});

it.each([
  ['guard', UseGuards],
  ['interceptor', UseInterceptors],
  ['pipe', UsePipes],
  ['filter', UseFilters],
])(
  'refuses a %s by class that Nest would skip, because a factory provides the handler',
  async (_kind, use) => {
    class Unmade {}
    @Injectable()
    class Handler {
      @use(Unmade as never)
      @KinesisConsumer('orders')
      handle(): void {}
    }
    const app = startCallableApp({ providers: [{ provide: 'handler', useFactory: () => new Handler() }] });
    await expect(app).rejects.toThrow(
      /Unmade is bound by class to Handler.handle, but Nest has made no instance/,
    );
  },
);

it('enhancers know what they run for', async () => {
  const seen: unknown[] = [];
  const context = {};
  const look = (host: ArgumentsHost): true => {
    const { payload, context: given } = KinesisExecutionContext.of(host);
    seen.push([host.getType(), isKinesisContext(host), payload, given === context]);
    seen.push([host.switchToRpc().getData(), host.switchToRpc().getContext() === context]);
    return true;
  };
  const call = await callWith(handled, UseGuards({ canActivate: look }));
  await call('payload', context);
  expect(seen).toEqual([
    ['kinesis', true, 'payload', true],
    ['payload', true],
  ]);
});

it('Nest Devtools finds handlers among the entry points', async () => {
  @Injectable()
  class Handler {
    @KinesisConsumer('orders', { name: 'billing' })
    handle(): void {}
  }
  const { app } = await startCallableApp({ providers: [Handler] });
  const { entrypoints } = app.get(SerializedGraph).toJSON();
  expect(Object.values(entrypoints).flat()).toContainEqual(
    expect.objectContaining({
      type: 'kinesis',
      className: 'Handler',
      methodName: 'handle',
      metadata: { key: 'orders', name: 'billing' },
    }),
  );
});
