import { Injectable, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CheckpointerError, KinesisConsumer, KinesisProducer, MemoryCheckpointer } from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { compileApp, fastOptions, startApp } from './support/app.js';
import { eventually } from './support/eventually.js';

let kinesis: LocalKinesis;

beforeEach(async () => {
  kinesis = await LocalKinesis.start({ streams: { orders: { shards: 2 } } });
});

afterEach(() => kinesis.stop());

/** Fails like a real one when used before it is open or after it is closed. */
@Injectable()
class Database implements OnModuleInit, OnModuleDestroy {
  readonly rows: unknown[] = [];
  readonly errors: string[] = [];
  private open = false;

  async onModuleInit(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 50));
    this.open = true;
  }

  onModuleDestroy(): void {
    this.open = false;
  }

  async insert(row: unknown): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (!this.open) {
      this.errors.push('database is closed');
      throw new Error('database is closed');
    }
    this.rows.push(row);
  }
}

@Module({ providers: [Database], exports: [Database] })
class DatabaseModule {}

@Injectable()
class OrdersHandler {
  constructor(private readonly database: Database) {}

  @KinesisConsumer('orders')
  async onOrder(order: unknown): Promise<void> {
    await this.database.insert(order);
  }
}

@Module({ imports: [DatabaseModule], providers: [OrdersHandler] })
class OrdersModule {}

async function fill(count: number): Promise<void> {
  const { app } = await startApp(fastOptions(kinesis));
  const producer = app.get(KinesisProducer);
  await Promise.all(Array.from({ length: count }, (_, id) => producer.send('orders', { id })));
  await app.close();
}

it('does nothing on the network before bootstrap, and nothing at all with autoStart off', async () => {
  const { app } = await compileApp(
    fastOptions(kinesis, { autoStart: false, client: { endpoint: 'http://127.0.0.1:1' } }),
    {
      imports: [OrdersModule],
    },
  );
  await app.init();
  await app.close();
  await expect(
    compileApp(fastOptions(kinesis, { client: { endpoint: 'http://127.0.0.1:1' } }), {
      imports: [OrdersModule],
    }),
  ).resolves.toBeDefined();
});

it('does not consume with autoStart off, but puts', async () => {
  const { app } = await startApp(fastOptions(kinesis, { autoStart: false }), { imports: [OrdersModule] });
  await app.get(KinesisProducer).send('orders', { id: 1 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { rows } = app.get(Database);
  await app.close();
  expect([...kinesis.records('orders')]).toHaveLength(1);
  expect(rows).toEqual([]);
});

it('puts before bootstrap when the app asks for it', async () => {
  @Injectable()
  class Seeder implements OnModuleInit {
    constructor(private readonly producer: KinesisProducer) {}

    async onModuleInit(): Promise<void> {
      await this.producer.send('orders', { id: 'seed' });
    }
  }
  const { app } = await startApp(fastOptions(kinesis), { providers: [Seeder] });
  expect([...kinesis.records('orders')]).toHaveLength(1);
  await app.close();
});

it('starts handlers when every provider is ready and stops them before any is destroyed, losing and repeating nothing', async () => {
  const total = 400;
  await fill(total);
  const checkpointer = new MemoryCheckpointer();
  const rows: unknown[] = [];
  const errors: string[] = [];
  for (let pass = 0; pass < 20 && rows.length < total; pass++) {
    const { app } = await startApp(fastOptions(kinesis, { checkpointer }), { imports: [OrdersModule] });
    const database = app.get(Database);
    // Somewhere in the middle of the work; the last pass finishes it.
    await new Promise((resolve) => setTimeout(resolve, 30 + pass * 20));
    if (pass === 19) await eventually(() => rows.length + database.rows.length >= total, 'all handled');
    await app.close();
    rows.push(...database.rows);
    errors.push(...database.errors);
  }
  expect(errors).toEqual([]);
  expect(rows.map((row) => (row as { id: number }).id).sort((a, b) => a - b)).toEqual(
    Array.from({ length: total }, (_, id) => id),
  );
});

it('drains before providers of the root module are destroyed, too', async () => {
  await fill(20);
  const { app } = await startApp(fastOptions(kinesis), { providers: [Database, OrdersHandler] });
  const database = app.get(Database);
  await eventually(() => database.rows.length > 0, 'in the middle of the work');
  await app.close();
  expect(database.errors).toEqual([]);
});

it('gives its leases up and checkpoints when it stops', async () => {
  await fill(10);
  const checkpointer = new MemoryCheckpointer();
  const { app } = await startApp(fastOptions(kinesis, { checkpointer }), { imports: [OrdersModule] });
  await eventually(() => app.get(Database).rows.length === 10, 'all handled');
  await app.close();
  const leases = await checkpointer.list({ application: 'test', streamName: 'orders' });
  expect(leases.map((lease) => [lease.owner, lease.checkpoint.type])).toEqual([
    [undefined, 'SEQUENCE'],
    [undefined, 'SEQUENCE'],
  ]);
});

it('flushes the producer after the handlers have drained, and refuses afterwards', async () => {
  const { app } = await startApp(fastOptions(kinesis));
  const producer = app.get(KinesisProducer);
  for (let id = 0; id < 500; id++) await producer.put('orders', { id });
  await app.close();
  expect([...kinesis.records('orders')]).toHaveLength(500);
  await expect(producer.send('orders', {})).rejects.toMatchObject({ code: 'KINESIS_PRODUCER_CLOSED' });
});

it('leaves a handler behind that outlives shutdownTimeout, aborting its signal, and has its record handled again', async () => {
  await fill(1);
  let calls = 0;
  let aborted = false;
  @Injectable()
  class StuckHandler {
    @KinesisConsumer('orders')
    async handle(_order: unknown, { signal }: { signal: AbortSignal }): Promise<void> {
      if (++calls > 1) return;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted = true;
    }
  }
  const checkpointer = new MemoryCheckpointer();
  const options = fastOptions(kinesis, { checkpointer, shutdownTimeout: 100 });
  const first = await startApp(options, { providers: [StuckHandler] });
  await eventually(() => calls === 1, 'handler called');
  await first.app.close();
  expect(aborted).toBe(true);
  expect(first.logger.texts('warn')).toContainEqual(expect.stringContaining('shutdownTimeout'));

  const second = await startApp(options, { providers: [StuckHandler] });
  await eventually(() => calls === 2, 'record handled again');
  await second.app.close();
});

describe('SIGTERM that nothing listens for', () => {
  const hints = (texts: string[]) => texts.filter((text) => text.includes('enableShutdownHooks'));

  it('is hinted at once the app has had time to call enableShutdownHooks', async () => {
    const { app, logger } = await startApp(fastOptions(kinesis), { imports: [OrdersModule] });
    await eventually(() => hints(logger.texts('warn')).length > 0, 'the hint');
    await app.close();
    expect(hints(logger.texts('warn'))).toHaveLength(1);
  });

  it('is nothing to hint at with shutdown hooks, or for an app that only puts', async () => {
    const consumer = await startApp(fastOptions(kinesis), { imports: [OrdersModule] });
    consumer.app.enableShutdownHooks(['SIGTERM']);
    const producer = await startApp(fastOptions(kinesis));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await consumer.app.close();
    await producer.app.close();
    expect([...hints(consumer.logger.texts('warn')), ...hints(producer.logger.texts('warn'))]).toEqual([]);
  });
});

it('two apps live in one process', async () => {
  const other = await LocalKinesis.start({ streams: { orders: { shards: 1 } } });
  const a = await startApp(fastOptions(kinesis), { imports: [OrdersModule] });
  const b = await startApp(fastOptions(other), { imports: [OrdersModule] });
  await a.app.get(KinesisProducer).send('orders', 'a');
  await b.app.get(KinesisProducer).send('orders', 'b');
  await eventually(
    () => a.app.get(Database).rows.length + b.app.get(Database).rows.length === 2,
    'both handled',
  );
  expect([a.app.get(Database).rows, b.app.get(Database).rows]).toEqual([['a'], ['b']]);
  await a.app.close();
  await b.app.close();
  await other.stop();
});

describe('a checkpointer that opens and closes', () => {
  class OpeningCheckpointer extends MemoryCheckpointer {
    readonly calls: string[] = [];
    /** What `prepare` fails with, one after the other. */
    readonly failures: Error[] = [];

    async prepare(): Promise<void> {
      this.calls.push('prepare');
      const failure = this.failures.shift();
      if (failure) throw failure;
    }

    override async create(...args: Parameters<MemoryCheckpointer['create']>): Promise<boolean> {
      this.calls.push('create');
      return super.create(...args);
    }

    override async release(...args: Parameters<MemoryCheckpointer['release']>): Promise<boolean> {
      this.calls.push('release');
      return super.release(...args);
    }

    async close(): Promise<void> {
      this.calls.push('close');
    }
  }

  it('is prepared before its first use, and closed after its last', async () => {
    const checkpointer = new OpeningCheckpointer();
    const { app } = await startApp(fastOptions(kinesis, { checkpointer }), { imports: [OrdersModule] });
    await eventually(() => checkpointer.calls.filter((call) => call === 'create').length === 2, 'leases');
    await app.close();

    expect(checkpointer.calls[0]).toBe('prepare');
    expect(checkpointer.calls.at(-1)).toBe('close');
    expect(checkpointer.calls.filter((call) => call === 'prepare' || call === 'close')).toHaveLength(2);
  });

  it('fails bootstrap where it refuses to be used', async () => {
    const checkpointer = new OpeningCheckpointer();
    checkpointer.failures.push(new CheckpointerError('store', 'it may evict leases'));

    await expect(
      startApp(fastOptions(kinesis, { checkpointer }), { imports: [OrdersModule] }),
    ).rejects.toThrow('it may evict leases');

    expect(checkpointer.calls).not.toContain('create');
  });

  it('refuses a session that others who share its leases do not wait for', async () => {
    const checkpointer = Object.assign(new OpeningCheckpointer(), { maxSessionTimeout: 10_000 });

    await expect(
      startApp(fastOptions(kinesis, { checkpointer, consumer: { sessionTimeout: 10_001 } }), {
        imports: [OrdersModule],
      }),
    ).rejects.toThrow(/consumer\.sessionTimeout \(10001\) must be at most 10000/);

    expect(checkpointer.calls).toEqual([]);
  });

  it('is tried again where that may mend it', async () => {
    const checkpointer = new OpeningCheckpointer();
    checkpointer.failures.push(new CheckpointerError('store', 'no answer', { retryable: true }));

    const { app } = await startApp(fastOptions(kinesis, { checkpointer }), { imports: [OrdersModule] });
    await app.close();

    expect(checkpointer.calls.filter((call) => call === 'prepare')).toHaveLength(2);
  });

  it('is not prepared for an app without handlers', async () => {
    const checkpointer = new OpeningCheckpointer();
    const { app } = await startApp(fastOptions(kinesis, { checkpointer }));
    await app.close();

    expect(checkpointer.calls).toEqual(['close']);
  });
});
