import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Controller, Inject, Injectable, Scope, UseInterceptors, type NestInterceptor } from '@nestjs/common';
import {
  type ContextId,
  ContextIdFactory,
  type ContextIdStrategy,
  type HostComponentInfo,
  ModuleRef,
  REQUEST,
} from '@nestjs/core';
import { KinesisConsumer } from 'nestjs-kinesis';
import { KinesisContextHost } from 'nestjs-kinesis/context';
import { startCallableApp } from '../support/handler-calls.js';

/** What one call saw. */
interface Seen {
  readonly handler: object;
  readonly service: Service;
  readonly sameService: Service;
}

@Injectable({ scope: Scope.REQUEST })
class Service {
  /** The constructor is inside the call, too. */
  readonly current = KinesisContextHost.current();

  constructor(@Inject(REQUEST) readonly request: object) {}
}

class ScopedHandler {
  constructor(
    private readonly service: Service,
    private readonly moduleRef: ModuleRef,
  ) {}

  async handle(_payload: unknown, context: object): Promise<Seen> {
    const contextId = ContextIdFactory.getByRequest(context);
    return {
      handler: this,
      service: this.service,
      sameService: await this.moduleRef.resolve(Service, contextId),
    };
  }
}

@Injectable()
class ProviderOfScoped extends ScopedHandler {
  constructor(service: Service, moduleRef: ModuleRef) {
    super(service, moduleRef);
  }

  @KinesisConsumer('orders')
  override handle(payload: unknown, context: object): Promise<Seen> {
    return super.handle(payload, context);
  }
}

@Controller()
class ControllerOfScoped extends ProviderOfScoped {
  constructor(service: Service, moduleRef: ModuleRef) {
    super(service, moduleRef);
  }
}

describe.each([
  ['provider', { providers: [Service, ProviderOfScoped] }],
  ['controller', { providers: [Service], controllers: [ControllerOfScoped] }],
])('a %s that injects what is request-scoped', (_kind, metadata) => {
  it('is made anew for each call, whose context is the REQUEST', async () => {
    const { call } = await startCallableApp(metadata);
    const contexts = [{ call: 1 }, { call: 2 }];
    const seen = (await Promise.all(contexts.map((context) => call({}, context)))) as Seen[];
    expect(seen.map(({ service }) => service.request)).toEqual(contexts);
    expect(seen[0]?.service.request).toBe(contexts[0]);
    expect(new Set(seen.map(({ handler }) => handler)).size).toBe(2);
    for (const [i, { service, sameService }] of seen.entries()) {
      expect(sameService).toBe(service);
      expect(service.current).toBe(contexts[i]);
    }
  });
});

it('a transient class is made anew for each call', async () => {
  @Injectable({ scope: Scope.TRANSIENT })
  class Handler {
    @KinesisConsumer('orders')
    handle(): object {
      return this;
    }
  }
  const { call } = await startCallableApp({ providers: [Handler] });
  expect(await call({})).toBeInstanceOf(Handler);
  expect(await call({})).not.toBe(await call({}));
});

it('a singleton keeps one instance, and its transient enhancers with it', async () => {
  const used: object[] = [];
  @Injectable({ scope: Scope.TRANSIENT })
  class Noting implements NestInterceptor {
    intercept(...[, next]: Parameters<NestInterceptor['intercept']>) {
      used.push(this);
      return next.handle();
    }
  }
  @Injectable()
  class Handler {
    @UseInterceptors(Noting)
    @KinesisConsumer('orders')
    handle(): void {}
  }
  const { call } = await startCallableApp({ providers: [Handler] });
  await call({});
  await call({});
  expect(used).toHaveLength(2);
  expect(new Set(used).size).toBe(1);
});

it('what cannot be made fails the call, not the app', async () => {
  let isAway = true;
  @Injectable({ scope: Scope.REQUEST })
  class Handler {
    constructor() {
      if (isAway) throw new Error('the database is away');
    }

    @KinesisConsumer('orders')
    handle(): string {
      return 'handled';
    }
  }
  const { call } = await startCallableApp({ providers: [Handler] });
  await expect(call({})).rejects.toThrow('the database is away');
  isAway = false;
  expect(await call({})).toBe('handled');
});

describe('durable providers', () => {
  interface TenantContext {
    readonly partitionKey: string;
  }

  class TenantStrategy implements ContextIdStrategy<TenantContext> {
    private readonly tenants = new Map<string, ContextId>();

    attach(contextId: ContextId, { partitionKey }: TenantContext) {
      const tenant = this.tenants.get(partitionKey) ?? ContextIdFactory.create();
      this.tenants.set(partitionKey, tenant);
      const payload = { tenant: partitionKey };
      return {
        payload,
        resolve: ({ isTreeDurable }: HostComponentInfo) => (isTreeDurable ? tenant : contextId),
      };
    }
  }

  afterEach(() => ContextIdFactory.apply(undefined as never));

  it('are made once for each sub-tree that the strategy tells apart', async () => {
    let made = 0;
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class TenantService {
      readonly instance = ++made;

      constructor(@Inject(REQUEST) readonly request: { tenant: string }) {}
    }
    @Injectable()
    class Handler {
      constructor(private readonly service: TenantService) {}

      @KinesisConsumer('orders')
      handle(): unknown {
        return [this.service.request.tenant, this.service.instance];
      }
    }
    ContextIdFactory.apply(new TenantStrategy());
    const { call } = await startCallableApp({ providers: [TenantService, Handler] });
    const results = [];
    for (const partitionKey of ['a', 'b', 'a', 'b', 'a']) results.push(await call({}, { partitionKey }));
    expect(results).toEqual([
      ['a', 1],
      ['b', 2],
      ['a', 1],
      ['b', 2],
      ['a', 1],
    ]);
  });

  it('may be mixed with what is made for each call', async () => {
    let made = 0;
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class TenantService {
      readonly instance = ++made;
    }
    @Injectable()
    class Handler {
      constructor(
        private readonly tenant: TenantService,
        private readonly service: Service,
      ) {}

      @KinesisConsumer('orders')
      handle(): unknown {
        return [this.tenant.instance, this.service.request];
      }
    }
    ContextIdFactory.apply(new TenantStrategy());
    const { call } = await startCallableApp({ providers: [TenantService, Service, Handler] });
    const contexts = [{ partitionKey: 'a' }, { partitionKey: 'a' }];
    expect(await call({}, contexts[0])).toEqual([1, contexts[0]]);
    expect(await call({}, contexts[1])).toEqual([1, contexts[1]]);
  });
});

it('nothing of a call is kept once its context is gone', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const calls: WeakRef<object>[] = [];
  @Injectable({ scope: Scope.REQUEST })
  class Handler {
    @KinesisConsumer('orders')
    handle(): void {
      calls.push(new WeakRef(this));
    }
  }
  const { call } = await startCallableApp({ providers: [Handler] });
  for (let i = 0; i < 200; i++) await call({}, { call: i });
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  // The last call may still be referred to by what has just returned.
  expect(calls.filter((handler) => handler.deref() !== undefined).length).toBeLessThanOrEqual(5);
});
