import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  CHECKPOINTER,
  KinesisConsumer,
  KinesisConsumerRegistry,
  KinesisModule,
  type KinesisModuleOptions,
  KinesisProducer,
  MemoryCheckpointer,
  MemoryDeduplicator,
} from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { fastOptions, startApp } from '../support/app.js';
import { QuietLogger } from '../support/quiet-logger.js';

let kinesis: LocalKinesis;

beforeAll(async () => {
  kinesis = await LocalKinesis.start({ streams: { orders: {} } });
});

afterAll(() => kinesis.stop());

@Injectable()
class OrdersHandler {
  @KinesisConsumer('orders')
  onOrder(): void {}
}

const options = (more: Partial<KinesisModuleOptions> = {}) => fastOptions(kinesis, more);

describe('handlers that are not used', () => {
  it.each([
    ['false', false, []],
    ['a function that says no', (): boolean => false, []],
    ['a function that says yes', (): boolean => true, ['orders']],
  ] as const)('enabled: %s', async (_what, enabled, names) => {
    @Injectable()
    class Optional {
      @KinesisConsumer('orders', { enabled })
      onOrder(): void {}
    }
    const { app } = await startApp(options(), { providers: [Optional] });
    const registry = app.get(KinesisConsumerRegistry);
    expect(registry.list().map(({ name }) => name)).toEqual(names);
  });

  it('cost nothing where they are wrong', async () => {
    @Injectable()
    class Wrong {
      @KinesisConsumer('no such stream', { enabled: false, connection: 'nowhere', retry: { attempts: -1 } })
      onOrder(): void {}
    }
    const { app } = await startApp(options(), { providers: [Wrong] });
    expect(app.get(KinesisConsumerRegistry).list()).toEqual([]);
  });

  it.each([
    [
      'a function that throws',
      () => {
        throw new Error('no config');
      },
      /"enabled" threw/,
    ],
    ['a function that returns nothing', (): never => undefined as never, /must return true or false/],
    ['a word', 'yes' as never, /option "enabled" must be true, false or a function/],
  ])('enabled is refused as %s', async (_what, enabled, message) => {
    @Injectable()
    class Wrong {
      @KinesisConsumer('orders', { enabled })
      onOrder(): void {}
    }
    await expect(startApp(options(), { providers: [Wrong] })).rejects.toThrow(message);
  });

  it('consumers: false looks at none, and puts', async () => {
    @Injectable()
    class Wrong {
      @KinesisConsumer('no such stream', { application: 'no application', retry: { attempts: -1 } })
      onOrder(): void {}
    }
    const checkpointer = new MemoryCheckpointer();
    const { app } = await startApp(options({ consumers: false, checkpointer }), {
      providers: [Wrong, OrdersHandler],
    });
    await app.get(KinesisProducer).send('orders', 1);
    expect(app.get(KinesisConsumerRegistry).list()).toEqual([]);
    expect(await checkpointer.list({ application: 'test', streamName: 'orders' })).toEqual([]);
  });

  it('consumers: false needs no checkpointer in production', async () => {
    const { NODE_ENV } = process.env;
    process.env['NODE_ENV'] = 'production';
    try {
      const { checkpointer: _checkpointer, ...rest } = options({ consumers: false });
      const { app, logger } = await startApp(rest, { providers: [OrdersHandler] });
      await app.close();
      expect(logger.texts('warn')).toEqual([]);
    } finally {
      if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
      else process.env['NODE_ENV'] = NODE_ENV;
    }
  });
});

it('refuses two consumers that would share leases', async () => {
  const streams = { orders: {}, copies: { streamName: 'orders' } };
  @Injectable()
  class Copies {
    @KinesisConsumer('copies')
    onCopy(): void {}
  }
  await expect(startApp(options({ streams }), { providers: [OrdersHandler, Copies] })).rejects.toThrow(
    /Consumers "orders" and "copies" would share leases.*application "test" on a stream "orders"/,
  );
});

it('refuses handlers of one name that would remember together what they have handled', async () => {
  class Twice {
    @KinesisConsumer('orders', { deduplicate: true })
    onOrder(): void {}
  }
  const providers = ['one', 'other'].map((provide) => ({ provide, useFactory: () => new Twice() }));
  const deduplicator = new MemoryDeduplicator();
  await expect(startApp(options({ deduplicator }), { providers })).rejects.toThrow(
    /Consumer "orders" has several handlers named "Twice\.onOrder" with "deduplicate"/,
  );

  class Named {
    @KinesisConsumer('orders', { deduplicate: true, name: 'one' })
    @KinesisConsumer('orders', { deduplicate: true, name: 'other' })
    onOrder(): void {}
  }
  const { app } = await startApp(options({ deduplicator }), { providers: [Named] });
  const [consumer] = app.get(KinesisConsumerRegistry).list();
  expect(consumer?.handlers).toEqual(['one', 'other']);
});

it('a checkpointer that is a provider says how often leases are renewed, as one that is an option', async () => {
  const slow = Object.assign(new MemoryCheckpointer(), { heartbeatFrequency: 6_000 });
  const refusal = /consumer\.sessionTimeout \(15000\) must be at least three times .*\(6000\)/;
  await expect(startApp(options({ checkpointer: slow }), { providers: [OrdersHandler] })).rejects.toThrow(
    refusal,
  );

  const { checkpointer: _option, ...rest } = options();
  const module = KinesisModule.forRoot({ ...rest, providers: [{ provide: CHECKPOINTER, useValue: slow }] });
  const app = await Test.createTestingModule({ imports: [module], providers: [OrdersHandler] })
    .setLogger(new QuietLogger())
    .compile();
  await expect(app.init()).rejects.toThrow(refusal);
});
