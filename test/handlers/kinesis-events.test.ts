import { Injectable, Scope } from '@nestjs/common';
import {
  DATA_LOSS_EVENTS,
  KinesisConsumer,
  KinesisConsumerRegistry,
  type KinesisEventOf,
  KinesisEvents,
  KinesisProducer,
  MemoryCheckpointer,
  OnKinesisEvent,
} from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { compileApp, fastOptions, startApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';

/** What a test waits for comes with a heartbeat. */
const QUICK = { sessionTimeout: 1_000, heartbeatFrequency: 100 };

let kinesis: LocalKinesis;

beforeEach(async () => {
  kinesis = await LocalKinesis.start({ streams: { orders: {} } });
});

afterEach(() => kinesis.stop());

@Injectable()
class Listener {
  readonly events: KinesisEventOf[] = [];

  @OnKinesisEvent('shard-assigned', 'shard-released', 'shard-ended', 'caught-up')
  onShard(event: KinesisEventOf<'shard-assigned' | 'shard-released' | 'shard-ended' | 'caught-up'>): void {
    this.events.push(event);
  }

  @OnKinesisEvent(...DATA_LOSS_EVENTS)
  onLoss(event: KinesisEventOf<(typeof DATA_LOSS_EVENTS)[number]>): void {
    this.events.push(event);
  }

  @OnKinesisEvent('record-failed')
  @OnKinesisEvent('hook-failed')
  onFailure(event: KinesisEventOf<'record-failed' | 'hook-failed'>): void {
    this.events.push(event);
  }

  types(): string[] {
    return this.events.map(({ type }) => type);
  }
}

@Injectable()
class OrdersHandler {
  calls = 0;

  @KinesisConsumer('orders')
  onOrder(): void {
    if (++this.calls === 1) throw new Error('the first call fails');
  }
}

const PLACE = {
  connection: 'default',
  stream: 'orders',
  application: 'test',
  shardId: 'shardId-000000000000',
};

it('come to methods with @OnKinesisEvent, with their place', async () => {
  const options = fastOptions(kinesis, { consumer: QUICK });
  const { app } = await startApp(options, { providers: [Listener, OrdersHandler] });
  const listener = app.get(Listener);
  await app.get(KinesisProducer).send('orders', 1);
  await eventually(() => listener.types().includes('record-failed'), 'a failure');
  await eventually(() => listener.types().includes('caught-up'), 'the tip');
  await kinesis.split('orders');
  await eventually(() => listener.types().includes('shard-ended'), 'the end');
  await app.close();
  expect(listener.events).toContainEqual({ type: 'shard-assigned', ...PLACE });
  expect(listener.events).toContainEqual({ type: 'caught-up', ...PLACE });
  expect(listener.events).toContainEqual(
    expect.objectContaining({
      type: 'record-failed',
      handler: 'OrdersHandler.onOrder',
      attempt: 1,
      ...PLACE,
    }),
  );
  expect(listener.events).toContainEqual({
    type: 'shard-ended',
    children: ['shardId-000000000001', 'shardId-000000000002'],
    ...PLACE,
  });
});

it('tell of possible loss', async () => {
  const checkpointer = new MemoryCheckpointer();
  const options = fastOptions(kinesis, { checkpointer, consumer: QUICK });
  const { app } = await startApp(options, { providers: [Listener, OrdersHandler] });
  const listener = app.get(Listener);
  await app.get(KinesisConsumerRegistry).ready();
  const scope = { application: 'test', streamName: 'orders' };
  await eventually(() => listener.types().includes('shard-assigned'), 'at work');
  // Until the very row that was read is the one deleted.
  let isGone = false;
  while (!isGone) {
    const lease = await checkpointer.get(scope, PLACE.shardId);
    isGone = lease !== undefined && (await checkpointer.delete(scope, lease));
  }
  await eventually(() => listener.types().includes('lease-missing'), 'reported');
  expect(listener.events).toContainEqual({ type: 'lease-missing', policy: 'kept-position', ...PLACE });
});

it('come to functions, until they have had enough', async () => {
  const { app } = await startApp(fastOptions(kinesis), { providers: [OrdersHandler] });
  const events = app.get(KinesisEvents);
  const attempts: number[] = [];
  const off = events.on('record-failed', ({ attempt }) => {
    attempts.push(attempt);
    off();
  });
  await app.get(KinesisProducer).send('orders', 1);
  await eventually(() => attempts.length > 0 && app.get(OrdersHandler).calls === 2, 'handled');
  expect(attempts).toEqual([1]);
});

describe('a listener that throws', () => {
  @Injectable()
  class Throwing {
    @OnKinesisEvent('shard-assigned')
    synchronously(): void {
      throw new Error('of its own');
    }

    @OnKinesisEvent('shard-assigned')
    async asynchronously(): Promise<void> {
      throw new Error('of its own');
    }

    @OnKinesisEvent('hook-failed')
    evenThen(): void {
      throw new Error('of its own');
    }
  }

  it('is reported, and hurts nobody', async () => {
    const { app, logger } = await startApp(fastOptions(kinesis), {
      providers: [Throwing, Listener, OrdersHandler],
    });
    const listener = app.get(Listener);
    await app.get(KinesisProducer).send('orders', 1);
    await eventually(() => app.get(OrdersHandler).calls === 2, 'handled all the same');
    await app.close();
    const failures = listener.events.filter((event) => event.type === 'hook-failed');
    expect(failures.map(({ hook }) => hook)).toEqual(['Throwing.synchronously', 'Throwing.asynchronously']);
    const logged = logger.texts('error').filter((text) => text.includes('hook threw'));
    expect(logged.sort()).toEqual([
      'orders: the Throwing.asynchronously hook threw: of its own',
      'orders: the Throwing.evenThen hook threw: of its own',
      'orders: the Throwing.evenThen hook threw: of its own',
      'orders: the Throwing.synchronously hook threw: of its own',
    ]);
  });
});

it('a listener may stop the very consumer it hears of', async () => {
  @Injectable()
  class Stopper {
    @OnKinesisEvent('record-failed')
    async onFailure({ stream }: KinesisEventOf<'record-failed'>): Promise<void> {
      await this.registry.stop(stream);
    }

    constructor(private readonly registry: KinesisConsumerRegistry) {}
  }
  const { app } = await startApp(fastOptions(kinesis), { providers: [Stopper, OrdersHandler] });
  await app.get(KinesisProducer).send('orders', 1);
  const registry = app.get(KinesisConsumerRegistry);
  await eventually(() => registry.list()[0]?.state === 'stopped', 'stopped');
  expect(app.get(OrdersHandler).calls).toBe(1);
});

it('shutdown waits for listeners that are still at work, while providers live', async () => {
  const journal: string[] = [];
  @Injectable()
  class SlowListener {
    @OnKinesisEvent('shard-released')
    async onRelease(): Promise<void> {
      await new Promise((resolve) => setTimeout(resolve, 50));
      journal.push('written down');
    }

    onModuleDestroy(): void {
      journal.push('destroyed');
    }
  }
  const { app } = await startApp(fastOptions(kinesis), { providers: [SlowListener, OrdersHandler] });
  await eventually(
    () => app.get(KinesisConsumerRegistry).status()[0]?.shards[0]?.state === 'reading',
    'at work',
  );
  await app.close();
  expect(journal).toEqual(['written down', 'destroyed']);
});

it.each([Scope.REQUEST, Scope.TRANSIENT])('refuses a listener of scope %s, by name', async (scope) => {
  @Injectable({ scope })
  class Scoped {
    @OnKinesisEvent('shard-lost')
    onLost(): void {}
  }
  const { app } = await compileApp(fastOptions(kinesis), { providers: [Scoped] });
  await expect(app.init()).rejects.toThrow(/Scoped.onLost listens with @OnKinesisEvent, but/);
});

it('refuses the decorator on anything but a method of instances', () => {
  const listen = { value: () => undefined };
  const refusal = /belongs on a method of instances/;
  expect(() => OnKinesisEvent('shard-lost')({}, 'field', { value: 1 as never })).toThrow(refusal);
  expect(() => OnKinesisEvent('shard-lost')(class {}, 'onLost', listen)).toThrow(refusal);
  expect(() => OnKinesisEvent('shard-lost')({}, Symbol('onLost'), listen)).toThrow(refusal);
});

it('are as the decorator says, or the compiler objects', () => {
  class Wrong {
    // @ts-expect-error an ended shard has children, and no reason
    @OnKinesisEvent('shard-ended')
    onEnd(event: KinesisEventOf<'shard-lost'>): string {
      return event.reason;
    }
  }
  expect(Wrong).toBeDefined();
});
