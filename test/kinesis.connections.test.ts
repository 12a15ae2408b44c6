import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  CHECKPOINTER,
  getProducerToken,
  InjectKinesisProducer,
  KinesisConsumer,
  KinesisConsumerRegistry,
  KinesisModule,
  type KinesisModuleOptions,
  KinesisProducer,
  MemoryCheckpointer,
} from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { compileApp, fastOptions, startApp } from './support/app.js';
import { eventually } from './support/eventually.js';

let us: LocalKinesis;
let eu: LocalKinesis;

beforeAll(async () => {
  us = await LocalKinesis.start({ streams: { orders: {}, 'eu-orders': {} } });
  eu = await LocalKinesis.start({ region: 'eu-central-1', streams: { orders: { shards: 2 } } });
});

afterAll(() => Promise.all([us.stop(), eu.stop()]));

const EU = (options: Partial<KinesisModuleOptions> = {}) =>
  KinesisModule.forRoot({ name: 'eu', ...fastOptions(eu, { application: `eu-${++apps}`, ...options }) });
const usOptions = () => fastOptions(us, { application: `us-${++apps}` });
/** Each app has leases of its own. */
let apps = 0;

@Injectable()
class TwoRegions {
  readonly us: unknown[] = [];
  readonly eu: unknown[] = [];

  constructor(
    readonly usProducer: KinesisProducer,
    @InjectKinesisProducer('eu') readonly euProducer: KinesisProducer,
  ) {}

  @KinesisConsumer('orders')
  inUs(order: unknown): void {
    this.us.push(order);
  }

  @KinesisConsumer('orders', { connection: 'eu' })
  inEu(order: unknown): void {
    this.eu.push(order);
  }
}

@Module({ providers: [TwoRegions], exports: [TwoRegions] })
class FeatureModule {}

it('two regions live in one app, each with its producer and its handlers', async () => {
  const { app } = await startApp(usOptions(), { imports: [EU(), FeatureModule] });
  const both = app.get(TwoRegions);
  await both.usProducer.send('orders', 'us');
  await both.euProducer.send('orders', 'eu');
  await eventually(() => both.us.length + both.eu.length === 2, 'both handled');
  expect([both.us, both.eu]).toEqual([['us'], ['eu']]);
  expect(app.get(KinesisProducer)).toBe(both.usProducer);
  expect(app.get(getProducerToken('eu'), { strict: false })).toBe(both.euProducer);
  const registry = app.get(KinesisConsumerRegistry);
  expect(registry.list().map(({ name, connection, state }) => [name, connection, state])).toEqual([
    ['orders', 'default', 'running'],
    ['eu/orders', 'eu', 'running'],
  ]);
  await registry.stop('eu/orders');
  expect(registry.list().map(({ state }) => state)).toEqual(['running', 'stopped']);
  await app.close();
  await expect(both.usProducer.send('orders', 1)).rejects.toMatchObject({ code: 'KINESIS_PRODUCER_CLOSED' });
  await expect(both.euProducer.send('orders', 1)).rejects.toMatchObject({ code: 'KINESIS_PRODUCER_CLOSED' });
});

it('an app may have named connections only, with options from factories', async () => {
  @Injectable()
  class Service {
    constructor(@InjectKinesisProducer('eu') readonly producer: KinesisProducer) {}
  }
  const module = await Test.createTestingModule({
    imports: [
      KinesisModule.forRootAsync({
        name: 'eu',
        useFactory: () => fastOptions(eu, { application: 'eu-async' }),
      }),
    ],
    providers: [Service],
  })
    .setLogger(false as never)
    .compile();
  await module.init();
  await module.get(Service).producer.send('orders', 1);
  expect(() => module.get(KinesisProducer, { strict: false })).toThrow();
  await module.close();
});

it('a connection that is not global is there for those who import it', async () => {
  const connection = EU({});
  const local = { ...connection, global: false };
  @Injectable()
  class Service {
    constructor(@InjectKinesisProducer('eu') readonly producer: KinesisProducer) {}
  }
  @Module({ imports: [local], providers: [Service] })
  class Importing {}
  @Module({ providers: [Service] })
  class Other {}
  const { app } = await compileApp(usOptions(), { imports: [Importing] });
  expect(app.get(Service, { strict: false }).producer).toBeInstanceOf(KinesisProducer);
  await expect(compileApp(usOptions(), { imports: [Importing, Other] })).rejects.toThrow(
    /KinesisProducer:eu/,
  );
});

it('each connection has the checkpointer of its own options or providers', async () => {
  const ofEu = new MemoryCheckpointer();
  const ofUs = new MemoryCheckpointer();
  const { checkpointer: _none, ...options } = fastOptions(eu, { application: 'own' });
  const imports = [
    KinesisModule.forRoot({ ...options, name: 'eu', providers: [{ provide: CHECKPOINTER, useValue: ofEu }] }),
    FeatureModule,
  ];
  const { app } = await startApp({ ...usOptions(), checkpointer: ofUs, application: 'own' }, { imports });
  await app.get(KinesisConsumerRegistry).ready();
  const scope = { application: 'own', streamName: 'orders' };
  expect([await ofUs.list(scope), await ofEu.list(scope)].map((leases) => leases.length)).toEqual([1, 2]);
});

it('connections that share a checkpointer prepare and close it once', async () => {
  class Counting extends MemoryCheckpointer {
    readonly calls: string[] = [];

    async prepare(): Promise<void> {
      this.calls.push('prepare');
    }

    async close(): Promise<void> {
      this.calls.push('close');
    }
  }
  const checkpointer = new Counting();
  const { app } = await startApp(
    { ...usOptions(), checkpointer },
    { imports: [EU({ checkpointer }), FeatureModule] },
  );
  await app.close();
  expect(checkpointer.calls).toEqual(['prepare', 'close']);
});

it('one that cannot be used fails bootstrap, and the others consume nothing', async () => {
  const broken = EU({ streams: { orders: { streamName: 'nowhere' } } });
  const { app } = await compileApp(usOptions(), { imports: [broken, FeatureModule] });
  await expect(app.init()).rejects.toMatchObject({ code: 'KINESIS_STREAM_NOT_FOUND' });
  expect(
    app
      .get(KinesisConsumerRegistry)
      .list()
      .map(({ state }) => state),
  ).toEqual(['stopped', 'stopped']);
});

it('one may only put while another consumes', async () => {
  const { app } = await startApp(usOptions(), { imports: [EU({ consumers: false }), FeatureModule] });
  expect(
    app
      .get(KinesisConsumerRegistry)
      .list()
      .map(({ name }) => name),
  ).toEqual(['orders']);
  const { usProducer, euProducer } = app.get(TwoRegions);
  await usProducer.send('orders', 1);
  await euProducer.send('orders', 1);
});

describe('bootstrap refuses, naming culprit and fix,', () => {
  it('two connections of one name', async () => {
    const expected = { code: 'KINESIS_CONFIGURATION', message: expect.stringMatching(/two.*"eu"/) as string };
    await expect(compileApp(usOptions(), { imports: [EU(), EU()] })).rejects.toMatchObject(expected);
    const twice = KinesisModule.forRoot(usOptions());
    await expect(compileApp(usOptions(), { imports: [twice] })).rejects.toThrow(/two.*"default"/);
  });

  it('a handler on a connection there is not', async () => {
    const { app } = await compileApp(usOptions(), {
      providers: [TwoRegions, { provide: getProducerToken('eu'), useValue: undefined }],
    });
    await expect(app.init()).rejects.toThrow(
      /TwoRegions.inEu consumes on connection "eu".*\(there is: default\)/,
    );
  });

  it('connections that would share leases', async () => {
    const checkpointer = new MemoryCheckpointer();
    const shared = { checkpointer, application: 'billing' };
    await expect(
      startApp({ ...usOptions(), ...shared }, { imports: [EU(shared), FeatureModule] }),
    ).rejects.toThrow(/"orders" and "eu\/orders" would share leases/);
  });

  it('consumers that would have one name', async () => {
    @Injectable()
    class Clash {
      @KinesisConsumer('eu/orders')
      onOrder(): void {}
    }
    const options = { ...usOptions(), streams: { orders: {}, 'eu/orders': { streamName: 'eu-orders' } } };
    await expect(startApp(options, { imports: [EU(), FeatureModule], providers: [Clash] })).rejects.toThrow(
      /Two consumers would be named "eu\/orders"/,
    );
  });

  it.each(['', 'e u', 7])('the name %p', (name) => {
    expect(() => KinesisModule.forRoot({ ...usOptions(), name: name as string })).toThrow(
      /option "name" must be 1 to 128/,
    );
  });
});

it('the default producer is injected by its class, whatever it is asked by', async () => {
  @Injectable()
  class Service {
    constructor(
      readonly byClass: KinesisProducer,
      @InjectKinesisProducer() readonly byDecorator: KinesisProducer,
      @Inject(getProducerToken('default')) readonly byToken: KinesisProducer,
    ) {}
  }
  const { app } = await compileApp(usOptions(), { providers: [Service] });
  const { byClass, byDecorator, byToken } = app.get(Service);
  expect([byDecorator, byToken]).toEqual([byClass, byClass]);
});
