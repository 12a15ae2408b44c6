import {
  createParamDecorator,
  type ExecutionContext,
  Headers,
  Injectable,
  type PipeTransform,
  Query,
} from '@nestjs/common';
import { KinesisConsumer, KinesisCtx, KinesisExecutionContext, KinesisPayload } from 'nestjs-kinesis';
import { startCallableApp } from '../support/handler-calls.js';

const PartitionKey = createParamDecorator(
  (data: string, context: ExecutionContext) =>
    `${data} ${KinesisExecutionContext.of<unknown, never>(context).context['partitionKey'] as string}`,
);

it('a parameter may be of a decorator that the app makes', async () => {
  @Injectable()
  class Handler {
    @KinesisConsumer('orders')
    handle(@PartitionKey('key') key: string, @KinesisPayload() payload: unknown): unknown {
      return [key, payload];
    }
  }
  const { call } = await startCallableApp({ providers: [Handler] });
  expect(await call('payload', { partitionKey: 'k' })).toEqual(['key k', 'payload']);
});

/** As `@Payload()` and `@Ctx()` of `@nestjs/microservices` leave it; the compatibility tests use the real ones. */
function nestParameter(paramtype: number, data?: string): ParameterDecorator {
  return ({ constructor }, key = '', index) => {
    const others = (Reflect.getMetadata('__routeArguments__', constructor, key) ?? {}) as object;
    const all = { ...others, [`${paramtype}:${index}`]: { index, data, pipes: [] } };
    Reflect.defineMetadata('__routeArguments__', all, constructor, key);
  };
}

it("a parameter may be of Nest's microservices", async () => {
  @Injectable()
  class Handler {
    @KinesisConsumer('orders')
    handle(
      @nestParameter(6) context: unknown,
      @nestParameter(3) all: unknown,
      @nestParameter(3, 'id') id: unknown,
    ) {
      return [context, all, id];
    }
  }
  const { call } = await startCallableApp({ providers: [Handler] });
  const context = {};
  expect(await call({ id: 7 }, context)).toEqual([context, { id: 7 }, 7]);
});

it('parameters of HTTP are refused, by name', async () => {
  @Injectable()
  class Handler {
    @KinesisConsumer('orders')
    handle(
      @KinesisPayload() _payload: unknown,
      @Query('page') _page: string,
      @Headers() _headers: unknown,
    ): void {}
  }
  await expect(startCallableApp({ providers: [Handler] })).rejects.toThrow(
    'Parameter 2 of Handler.handle is decorated for another transport.',
  );
});

it('a parameter that nothing decorates is not given, next to others', async () => {
  @Injectable()
  class Handler {
    @KinesisConsumer('orders')
    handle(first: unknown, @KinesisCtx() context: unknown): unknown {
      return [first, context];
    }
  }
  const { call } = await startCallableApp({ providers: [Handler] });
  const context = {};
  expect(await call('payload', context)).toEqual([undefined, context]);
});

it('a property of the payload is no parameter of a batch handler', async () => {
  @Injectable()
  class Handler {
    @KinesisConsumer('orders', { batch: {} })
    handle(@nestParameter(3, 'id') _id: unknown): void {}
  }
  await expect(startCallableApp({ providers: [Handler] })).rejects.toThrow(
    'Parameter 1 of Handler.handle takes the property "id" of a payload, but a batch handler gets an array of records.',
  );
});

describe('a decorator of the app that throws', () => {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);

  beforeEach(() => process.on('unhandledRejection', onRejection));

  afterEach(() => process.off('unhandledRejection', onRejection));

  const Broken = createParamDecorator(() => {
    throw new Error('no such header');
  });

  class RejectingPipe implements PipeTransform {
    transform(): Promise<never> {
      return Promise.reject(new Error('of the pipe'));
    }
  }

  it.each([{}, { batch: {} }])('fails the call, and no pipe is left behind (%j)', async (options) => {
    @Injectable()
    class Handler {
      @KinesisConsumer('orders', options)
      handle(@Broken() _broken: unknown, @KinesisPayload(RejectingPipe) _payload: unknown): void {}
    }
    const { call } = await startCallableApp({ providers: [Handler] });
    await expect(call([{ payload: 1 }], {})).rejects.toThrow('no such header');
    await new Promise((resolve) => setImmediate(resolve));
    expect(rejections).toEqual([]);
  });
});
