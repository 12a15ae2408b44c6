import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import {
  ConsumerRunningError,
  ConsumerStoppedError,
  KinesisConsumer,
  KinesisConsumerRegistry,
  type KinesisModuleOptions,
  KinesisProducer,
  MemoryCheckpointer,
  UnknownConsumerError,
} from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { compileApp, fastOptions, startApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';

let kinesis: LocalKinesis;

beforeEach(async () => {
  kinesis = await LocalKinesis.start({ streams: { orders: { shards: 2 }, refunds: {} } });
});

afterEach(() => kinesis.stop());

@Injectable()
class Handlers {
  readonly orders: unknown[] = [];
  readonly audited: unknown[] = [];
  readonly refunds: unknown[] = [];

  @KinesisConsumer('orders')
  onOrder(order: unknown): void {
    this.orders.push(order);
  }

  @KinesisConsumer('orders', { application: 'audit', name: 'auditor' })
  audit(order: unknown): void {
    this.audited.push(order);
  }

  @KinesisConsumer('refunds')
  onRefund(refund: unknown): void {
    this.refunds.push(refund);
  }
}

function options(more: Partial<KinesisModuleOptions> = {}): KinesisModuleOptions {
  return fastOptions(kinesis, { streams: { orders: {}, refunds: {} }, ...more });
}

async function start(more: Partial<KinesisModuleOptions> = {}) {
  const { app, logger }: TestApp = await startApp(options(more), { providers: [Handlers] });
  return {
    app,
    logger,
    registry: app.get(KinesisConsumerRegistry),
    handlers: app.get(Handlers),
    producer: app.get(KinesisProducer),
  };
}

const states = (registry: KinesisConsumerRegistry) =>
  Object.fromEntries(registry.list().map(({ name, state }) => [name, state]));

it('lists a consumer for each stream and application', async () => {
  const { registry } = await start();
  expect(registry.list()).toEqual([
    {
      name: 'orders',
      connection: 'default',
      stream: 'orders',
      streamName: 'orders',
      application: 'test',
      handlers: ['Handlers.onOrder'],
      state: 'running',
    },
    expect.objectContaining({ name: 'orders@audit', application: 'audit', handlers: ['auditor'] }),
    expect.objectContaining({ name: 'refunds', streamName: 'refunds' }),
  ]);
});

it('reads the stream once for each application', async () => {
  const checkpointer = new MemoryCheckpointer();
  const { handlers, producer } = await start({ checkpointer });
  await producer.send('orders', 'o');
  await eventually(() => handlers.orders.length + handlers.audited.length === 2, 'both handled');
  for (const application of ['test', 'audit']) {
    expect(await checkpointer.list({ application, streamName: 'orders' })).toHaveLength(2);
  }
});

it('starts what autoStart has not, one or all', async () => {
  const { registry, handlers, producer } = await start({ autoStart: false });
  expect(states(registry)).toEqual({ orders: 'stopped', 'orders@audit': 'stopped', refunds: 'stopped' });
  await producer.send('orders', 1);
  await registry.start('orders');
  await registry.start('orders');
  expect(states(registry)).toEqual({ orders: 'running', 'orders@audit': 'stopped', refunds: 'stopped' });
  await eventually(() => handlers.orders.length === 1, 'handled');
  await registry.start();
  expect(states(registry)).toEqual({ orders: 'running', 'orders@audit': 'running', refunds: 'running' });
  await eventually(() => handlers.audited.length === 1, 'handled by the other application');
  expect(handlers.orders).toEqual([1]);
});

it('stops and starts again, with neither gap nor repetition, as another worker', async () => {
  const { registry, handlers, producer } = await start();
  await registry.ready('orders');
  const [before] = registry.status('orders');
  await producer.send('orders', 1);
  await eventually(() => handlers.orders.length === 1, 'handled');
  await registry.stop('orders');
  await producer.send('orders', 2);
  expect(registry.status('orders')).toEqual([
    expect.objectContaining({ state: 'stopped', ready: false, shards: [], failures: [] }),
  ]);
  await producer.send('refunds', 1);
  await eventually(() => handlers.refunds.length === 1, 'others go on');
  expect(handlers.orders).toEqual([1]);
  await registry.start('orders');
  await eventually(() => handlers.orders.length === 2, 'goes on');
  expect(handlers.orders).toEqual([1, 2]);
  const [after] = registry.status('orders');
  expect(after).toMatchObject({ state: 'running', shards: [{ state: 'reading' }, { state: 'reading' }] });
  expect(after?.workerId).not.toBe(before?.workerId);
});

it('does what it is told in order, also when told at once', async () => {
  const { registry } = await start({ autoStart: false });
  const [first, second, third] = await Promise.allSettled([
    registry.start('orders'),
    registry.stop('orders'),
    registry.start('orders'),
  ]);
  expect(first).toMatchObject({ reason: { code: 'KINESIS_CONSUMER_STOPPED' } });
  expect([second.status, third.status]).toEqual(['fulfilled', 'fulfilled']);
  expect(states(registry)).toMatchObject({ orders: 'running' });
});

it('pauses, drains and resumes', async () => {
  const { registry, handlers, producer } = await start();
  registry.pause('orders');
  expect(states(registry)).toMatchObject({ orders: 'paused', 'orders@audit': 'running' });
  await producer.send('orders', 1);
  await eventually(() => handlers.audited.length === 1, 'the other application goes on');
  expect(handlers.orders).toEqual([]);
  registry.resume('orders');
  await eventually(() => handlers.orders.length === 1, 'resumed');
  expect(await registry.drain()).toBe(true);
  expect(states(registry)).toEqual({ orders: 'paused', 'orders@audit': 'paused', refunds: 'paused' });
  registry.resume();
  expect(states(registry)).toEqual({ orders: 'running', 'orders@audit': 'running', refunds: 'running' });
});

it('says so when handlers have not finished within the time given to drain', async () => {
  @Injectable()
  class Slow {
    started = false;
    finish: () => void = () => undefined;

    @KinesisConsumer('orders')
    async onOrder(): Promise<void> {
      this.started = true;
      await new Promise<void>((resolve) => (this.finish = resolve));
    }
  }
  const { app } = await startApp(options(), { providers: [Slow] });
  const slow = app.get(Slow);
  await app.get(KinesisProducer).send('orders', 1);
  await eventually(() => slow.started, 'started');
  expect(await app.get(KinesisConsumerRegistry).drain('orders', 20)).toBe(false);
  slow.finish();
  expect(await app.get(KinesisConsumerRegistry).drain('orders')).toBe(true);
});

describe('ready', () => {
  it('resolves once the shards are read: nothing put from then on is missed at LATEST', async () => {
    const { registry, handlers, producer } = await start({ consumer: { startingPosition: 'LATEST' } });
    await registry.ready();
    expect(registry.status().every(({ ready }) => ready)).toBe(true);
    await producer.send('orders', 1);
    await eventually(() => handlers.orders.length === 1, 'handled');
  });

  it('waits for a start under way, and leaves out what is stopped unless it is asked for', async () => {
    const { registry } = await start({ autoStart: false });
    await registry.ready();
    await expect(registry.ready('orders')).rejects.toThrow(ConsumerStoppedError);
    const started = registry.start('orders');
    await registry.ready('orders');
    await started;
  });

  it('ends when the consumer is stopped, or the caller has waited long enough', async () => {
    kinesis.faults({ operation: 'GetShardIterator', error: 'InternalFailure' });
    const { registry } = await start();
    const waiting = expect(registry.ready('orders')).rejects.toThrow(ConsumerStoppedError);
    await expect(registry.ready('refunds', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    await registry.stop('orders');
    await waiting;
  });
});

describe('seek', () => {
  it('moves a stopped consumer, and no other', async () => {
    const { registry, handlers, producer } = await start();
    await producer.send('orders', 1);
    await eventually(() => handlers.orders.length + handlers.audited.length === 2, 'handled');
    await registry.stop('orders');
    await registry.seek('orders', 'TRIM_HORIZON');
    await registry.start('orders');
    await eventually(() => handlers.orders.length === 2, 'handled again');
    expect(handlers.audited).toEqual([1]);
  });

  it('is refused while the consumer is started here, or anywhere', async () => {
    const checkpointer = new MemoryCheckpointer();
    const consumer = { sessionTimeout: 1_000, heartbeatFrequency: 100 };
    const here = await start({ checkpointer, consumer, autoStart: false });
    const elsewhere = await start({ checkpointer, consumer });
    await eventually(
      () => elsewhere.registry.status('orders')[0]?.shards.every((shard) => shard.owner) === true,
      'the leases are held',
    );
    await expect(here.registry.seek('orders', 'LATEST')).rejects.toThrow(
      /worker \w+ has the lease of shard shardId-\d+\. Stop it in every process/,
    );
    await elsewhere.app.close();
    await here.registry.start('orders');
    await expect(here.registry.seek('orders', 'LATEST')).rejects.toThrow(ConsumerRunningError);
  });
});

it.each([
  ['start', (registry) => registry.start('nope')],
  ['stop', (registry) => registry.stop('nope')],
  ['pause', async (registry) => registry.pause('nope')],
  ['resume', async (registry) => registry.resume('nope')],
  ['drain', (registry) => registry.drain('nope')],
  ['status', async (registry) => registry.status('nope')],
  ['ready', (registry) => registry.ready('nope')],
  ['seek', (registry) => registry.seek('nope', 'LATEST')],
] satisfies [string, (registry: KinesisConsumerRegistry) => Promise<unknown>][])(
  '%s refuses a name there is not, and says which there are',
  async (_what, call) => {
    const { registry } = await start({ autoStart: false });
    const refusal = call(registry);
    await expect(refusal).rejects.toThrow(UnknownConsumerError);
    await expect(refusal).rejects.toThrow(/"nope" \(there is: orders, orders@audit, refunds\)/);
  },
);

it('refuses to start a consumer whose stream does not exist, and can be asked again', async () => {
  const { registry } = await start({
    autoStart: false,
    streams: { orders: {}, refunds: { streamName: 'late' } },
  });
  await expect(registry.start()).rejects.toMatchObject({ code: 'KINESIS_STREAM_NOT_FOUND' });
  expect(states(registry)).toMatchObject({ orders: 'running', refunds: 'stopped' });
  await kinesis.execute('CreateStream', { StreamName: 'late', ShardCount: 1 });
  await registry.start();
  expect(states(registry)).toMatchObject({ refunds: 'running' });
});

it('starts nothing once the app shuts down', async () => {
  const { app, registry } = await start();
  await app.close();
  expect(states(registry)).toEqual({ orders: 'stopped', 'orders@audit': 'stopped', refunds: 'stopped' });
  await expect(registry.start('orders')).rejects.toMatchObject({ code: 'KINESIS_ABORTED' });
});

describe('before bootstrap', () => {
  it('can be used from onModuleInit on, to start what an app wants to have', async () => {
    @Injectable()
    class Switch implements OnModuleInit, OnApplicationBootstrap {
      names: string[] = [];

      constructor(private readonly registry: KinesisConsumerRegistry) {}

      onModuleInit(): void {
        this.names = this.registry.list().map(({ name }) => name);
      }

      onApplicationBootstrap(): Promise<void> {
        return this.registry.start('refunds');
      }
    }
    const { app } = await startApp(options({ autoStart: false }), { providers: [Handlers, Switch] });
    expect(app.get(Switch).names).toEqual(['orders', 'orders@audit', 'refunds']);
    expect(states(app.get(KinesisConsumerRegistry))).toMatchObject({ orders: 'stopped', refunds: 'running' });
  });

  it('says that a constructor is too early', async () => {
    @Injectable()
    class Impatient {
      constructor(registry: KinesisConsumerRegistry) {
        registry.list();
      }
    }
    await expect(compileApp(options(), { providers: [Impatient] })).rejects.toThrow(/not in a constructor/);
  });
});
