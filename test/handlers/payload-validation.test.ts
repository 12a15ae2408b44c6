import {
  BadRequestException,
  Catch,
  type ExceptionFilter,
  HttpException,
  Injectable,
  ParseIntPipe,
  type PipeTransform,
  UseFilters,
  UsePipes,
} from '@nestjs/common';
import {
  KinesisConsumer,
  KinesisCtx,
  KinesisExecutionContext,
  KinesisPayload,
  type StandardResult,
  type StandardSchema,
  ValidationError,
} from 'nestjs-kinesis';
import { startCallableApp, TestRecord } from '../support/handler-calls.js';

interface Order {
  readonly id: number;
  readonly customer?: { readonly email: string };
}

/** A schema as libraries make them: checks, and gives a value of its own. */
function schema(
  validate: (value: Order) => StandardResult<Order> | Promise<StandardResult<Order>>,
): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate: (value) => validate(value as Order) } };
}

const EVEN = schema((order) =>
  order.id % 2 === 0
    ? { value: { ...order, id: order.id / 2 } }
    : {
        issues: [
          { message: `${order.id} is odd`, path: ['id'] },
          { message: 'nobody@example.com is nobody', path: [{ key: 'customer' }, 'email'] },
        ],
      },
);

class RefusingPipe implements PipeTransform {
  constructor(private readonly error: (order: Order) => Error | false) {}

  transform(order: Order): Order {
    const error = this.error(order);
    if (error) throw error;
    return order;
  }
}

/** Calls a handler whose payload goes through `pipes`; resolves with the payload that arrived. */
async function handlerWith(...pipes: Parameters<typeof KinesisPayload>) {
  @Injectable()
  class Handler {
    @KinesisConsumer('orders')
    handle(@KinesisPayload(...pipes) order: Order): Order {
      return order;
    }
  }
  return (await startCallableApp({ providers: [Handler] })).call;
}

describe('a schema of @KinesisPayload', () => {
  it('hands on what it makes of the payload', async () => {
    const call = await handlerWith({ schema: EVEN });
    expect(await call({ id: 4 })).toEqual({ id: 2 });
  });

  it('may be asynchronous, and takes its turn among pipes', async () => {
    const slowly = schema(async (order) => ({ value: { id: order.id + 1 } }));
    const call = await handlerWith({ schema: slowly }, { schema: EVEN }, { schema: slowly });
    expect(await call({ id: 3 })).toEqual({ id: 3 });
  });

  it('fails for good what it refuses, naming places and no values', async () => {
    const call = await handlerWith({ schema: EVEN });
    const error: unknown = await call({ id: 3 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({
      code: 'KINESIS_VALIDATION',
      retryable: false,
      issues: [{ path: ['id'] }, { path: ['customer', 'email'] }],
      message: expect.stringContaining('at "id", at "customer.email"') as string,
    });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/nobody|odd|3/);
  });

  it('is told from a pipe that keeps a schema of its own', async () => {
    class SchemaPipe implements PipeTransform {
      readonly schema = 'of mine';
      transform = () => this.schema;
    }
    const call = await handlerWith(new SchemaPipe());
    expect(await call({ id: 3 })).toBe('of mine');
  });

  it('must be one', () => {
    expect(() => KinesisPayload({ schema: {} as StandardSchema })).toThrow(/"~standard"/);
    expect(() => KinesisPayload({} as never)).toThrow(/"~standard"/);
  });
});

describe('a pipe', () => {
  it.each([400, 404, 409, 422])('that throws status %i fails the record for good', async (status) => {
    const cause = new HttpException('no', status);
    const call = await handlerWith(new RefusingPipe(() => cause));
    await expect(call({ id: 3 })).rejects.toMatchObject({
      code: 'KINESIS_VALIDATION',
      retryable: false,
      cause,
    });
  });

  it.each([
    new HttpException('request timeout', 408),
    new HttpException('too early', 425),
    new HttpException('too many requests', 429),
    new HttpException('bad gateway', 502),
    new Error('the database is away'),
  ])('that throws otherwise fails the attempt: %s', async (error) => {
    const call = await handlerWith(new RefusingPipe(() => error));
    await expect(call({ id: 3 })).rejects.toBe(error);
  });

  it('of Nest works by class', async () => {
    const call = await handlerWith(ParseIntPipe);
    expect(await call('12')).toBe(12);
    await expect(call('twelve')).rejects.toBeInstanceOf(ValidationError);
  });

  it.each([
    ['on the method', true],
    ['on the class', false],
  ])('%s sees payloads taken by position, and no contexts', async (_where, onMethod) => {
    const seen: unknown[] = [];
    const pipe: PipeTransform = {
      transform: (value, metadata) => {
        seen.push([value, metadata.type, metadata.metatype]);
        return value as unknown;
      },
    };
    class OrderDto {}
    const decorate = (when: boolean): MethodDecorator & ClassDecorator =>
      when ? UsePipes(pipe) : () => undefined;
    @decorate(!onMethod)
    @Injectable()
    class Handler {
      @decorate(onMethod)
      @KinesisConsumer('orders')
      handle(_order: OrderDto, _context: object): void {}
    }
    const { call } = await startCallableApp({ providers: [Handler] });
    await call({ id: 1 });
    // What ValidationPipe asks for: it passes over what is of type 'custom', or of no class.
    expect(seen).toEqual([[{ id: 1 }, 'body', OrderDto]]);
  });

  it('on a parameter is told its type', async () => {
    const types: unknown[] = [];
    const pipe: PipeTransform = { transform: (_value, { type, metatype }) => types.push([type, metatype]) };
    class OrderDto {}
    @Injectable()
    class Handler {
      @KinesisConsumer('orders')
      handle(@KinesisCtx() _context: object, @KinesisPayload(pipe) _order: OrderDto): void {}
    }
    const { call } = await startCallableApp({ providers: [Handler] });
    await call({});
    expect(types).toEqual([['body', OrderDto]]);
  });

  it('whose refusal a filter catches has the record handled', async () => {
    @Catch(BadRequestException)
    class Swallow implements ExceptionFilter {
      catch = () => 'caught';
    }
    @Injectable()
    class Handler {
      @UseFilters(Swallow)
      @KinesisConsumer('orders')
      handle(@KinesisPayload(ParseIntPipe) _order: number): void {}
    }
    const { call } = await startCallableApp({ providers: [Handler] });
    expect(await call('x')).toBe('caught');
  });
});

describe('of a batch', () => {
  const records = [1, 2, 3, 4].map((id) => new TestRecord(`r${id}`, { id }));

  async function batchWith(
    pipes: Parameters<typeof KinesisPayload>,
    filters: ExceptionFilter[] = [],
  ): Promise<{ handled: unknown[][]; result: Promise<unknown> }> {
    const handled: unknown[][] = [];
    @Injectable()
    class Handler {
      @UseFilters(...filters)
      @KinesisConsumer('orders')
      handle(@KinesisCtx() _context: object, @KinesisPayload(...pipes) batch: TestRecord[]): void {
        handled.push(batch.map(({ id, payload }) => [id, payload]));
      }
    }
    const { call } = await startCallableApp({ providers: [Handler] }, { batch: true });
    const result = call(records);
    await result.catch(() => undefined);
    return { handled, result };
  }

  it('each payload goes through the pipes, and keeps its record', async () => {
    const doubling = schema((order) => ({ value: { id: order.id * 2 } }));
    const { handled } = await batchWith([{ schema: doubling }]);
    expect(handled).toEqual([
      [
        ['r1', { id: 2 }],
        ['r2', { id: 4 }],
        ['r3', { id: 6 }],
        ['r4', { id: 8 }],
      ],
    ]);
  });

  it('the records that are refused fail by name, before the handler is called', async () => {
    const refusing = new RefusingPipe(({ id }) => id === 3 && new BadRequestException('three'));
    const { handled, result } = await batchWith([{ schema: schema((value) => ({ value })) }, refusing]);
    const error = (await result.catch((reason: unknown) => reason)) as { failures: Map<string, unknown> };
    expect(handled).toEqual([]);
    expect(error).toMatchObject({ code: 'KINESIS_VALIDATION', retryable: false });
    expect([...error.failures]).toEqual([['r3', expect.any(ValidationError)]]);
  });

  it('an error that is no verdict fails the attempt as a whole', async () => {
    const away = new Error('the database is away');
    const { result } = await batchWith([{ schema: EVEN }, new RefusingPipe(({ id }) => id === 2 && away)]);
    await expect(result).rejects.toBe(away);
  });

  it('filters are asked about each refused record; those they catch are left out', async () => {
    const asked: unknown[] = [];
    @Catch(ValidationError)
    class OddIsFine implements ExceptionFilter {
      catch(_error: ValidationError, host: Parameters<ExceptionFilter['catch']>[1]): void {
        const { payload } = KinesisExecutionContext.of<TestRecord[]>(host);
        asked.push(payload.map(({ id }) => id));
      }
    }
    const { handled, result } = await batchWith([{ schema: EVEN }], [new OddIsFine()]);
    await result;
    expect(asked).toEqual([['r1'], ['r3']]);
    expect(handled).toEqual([
      [
        ['r2', { id: 1 }],
        ['r4', { id: 2 }],
      ],
    ]);
  });

  it('a filter that throws on has the record fail', async () => {
    @Catch()
    class Rethrow implements ExceptionFilter {
      catch(error: unknown): void {
        throw error;
      }
    }
    const { handled, result } = await batchWith([{ schema: EVEN }], [new Rethrow()]);
    await expect(result).rejects.toMatchObject({ code: 'KINESIS_VALIDATION' });
    expect(handled).toEqual([]);
  });

  it('the handler is not called when nothing is left of it', async () => {
    @Catch()
    class CatchAll implements ExceptionFilter {
      catch(): void {}
    }
    const nothing = schema(() => ({ issues: [{ message: 'no' }] }));
    const { handled, result } = await batchWith([{ schema: nothing }], [new CatchAll()]);
    await result;
    expect(handled).toEqual([]);
  });
});
