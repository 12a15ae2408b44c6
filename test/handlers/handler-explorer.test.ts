import { Controller, Injectable, Module, Optional, Scope } from '@nestjs/common';
import { KinesisConsumer } from 'nestjs-kinesis';
import { compileApp } from '../support/app.js';
import { startCallableApp } from '../support/handler-calls.js';

@Injectable()
class OrdersHandler {
  constructor(@Optional() readonly region: string = 'eu') {}

  @KinesisConsumer('orders')
  handle(): string {
    return this.region;
  }
}

async function namesIn(metadata: Parameters<typeof startCallableApp>[0]): Promise<string[]> {
  const { calls } = await startCallableApp(metadata);
  return calls.map(({ name }) => name).sort();
}

describe('a class that Nest instantiates is one handler', () => {
  const ordersProvider = { provide: OrdersHandler, useClass: OrdersHandler };

  it('in several modules', async () => {
    @Module({ providers: [OrdersHandler], exports: [OrdersHandler] })
    class FirstModule {}
    @Module({ imports: [FirstModule], providers: [ordersProvider] })
    class SecondModule {}
    expect(await namesIn({ imports: [FirstModule, SecondModule], providers: [OrdersHandler] })).toHaveLength(
      1,
    );
  });

  it('as controller and provider', async () => {
    @Controller()
    class Both extends OrdersHandler {}
    expect(await namesIn({ controllers: [Both], providers: [Both] })).toEqual(['Both.handle']);
  });

  it('under several tokens', async () => {
    const providers = [
      OrdersHandler,
      { provide: 'alias', useExisting: OrdersHandler },
      { provide: 'alias of the alias', useExisting: 'alias' },
      { provide: 'token', useClass: OrdersHandler },
    ];
    expect(await namesIn({ providers })).toEqual(['OrdersHandler.handle']);
  });

  it.each([Scope.REQUEST, Scope.TRANSIENT])('of scope %s, before there is an instance', async (scope) => {
    @Injectable({ scope })
    class Scoped {
      @KinesisConsumer('orders')
      handle(): void {}
    }
    expect(await namesIn({ providers: [Scoped], controllers: [Scoped] })).toEqual(['Scoped.handle']);
  });
});

it('instances that factories and values provide are a handler each', async () => {
  const shared = new OrdersHandler('ap');
  const { calls } = await startCallableApp({
    providers: [
      { provide: 'eu', useFactory: () => new OrdersHandler('eu') },
      { provide: 'us', useFactory: async () => new OrdersHandler('us') },
      { provide: 'ap', useValue: shared },
      { provide: 'ap again', useValue: shared },
    ],
  });
  expect(await Promise.all(calls.map(({ call }) => call({})))).toEqual(['eu', 'us', 'ap']);
});

describe('inheritance', () => {
  abstract class Base {
    @KinesisConsumer('orders')
    inherited(): string {
      return `${this.name()} inherited`;
    }

    @KinesisConsumer('orders')
    overridden(): string {
      return 'overridden';
    }

    abstract name(): string;
  }

  @Injectable()
  class First extends Base {
    name(): string {
      return 'first';
    }

    override overridden(): string {
      return 'no longer a handler: its decorator belongs to the method of the base class';
    }
  }

  @Injectable()
  class Second extends Base {
    name(): string {
      return 'second';
    }

    @KinesisConsumer('orders', { name: 'decorated again' })
    override overridden(): string {
      return `second, ${super.overridden()}`;
    }
  }

  it('gives each class the handlers that it inherits and does not override', async () => {
    const { calls } = await startCallableApp({ providers: [First, Second] });
    const results = await Promise.all(calls.map(async ({ name, call }) => [name, await call({})] as const));
    expect(Object.fromEntries(results)).toEqual({
      'First.inherited': 'first inherited',
      'Second.inherited': 'second inherited',
      'decorated again': 'second, overridden',
    });
  });
});

it('passes over providers that are no class instances', async () => {
  const values = [null, undefined, 42, 'text', Object.create(null) as object, () => 1, new Date()];
  const providers = values.map((useValue, index) => ({ provide: `value ${index}`, useValue }));
  expect(await namesIn({ providers })).toEqual([]);
});

it('refuses options of a consumer that cannot work, by name', async () => {
  @Injectable()
  class Handler {
    @KinesisConsumer('orders', { retry: { attempts: 0 } })
    handle(): void {}
  }
  const { app } = await compileApp(
    { application: 'test', client: { region: 'us-east-1' }, streams: { orders: {} } },
    { providers: [Handler] },
  );
  await expect(app.init()).rejects.toThrow(
    '@KinesisConsumer on Handler.handle.retry: option "attempts" must be a whole number of at least 1, not 0.',
  );
});

it('refuses the decorator on anything but a method of instances', () => {
  expect(() => KinesisConsumer('orders')({}, 'field', { value: 1 })).toThrow(/"field" is none/);
  class Static {
    static handle(): void {}
  }
  const descriptor = Object.getOwnPropertyDescriptor(Static, 'handle') as PropertyDescriptor;
  expect(() => KinesisConsumer('orders')(Static, 'handle', descriptor)).toThrow(/"handle" is none/);
  expect(() => KinesisConsumer('orders')({}, Symbol('handle'), descriptor)).toThrow(
    /"Symbol\(handle\)" is none/,
  );
});
