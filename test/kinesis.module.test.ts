import { Controller, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  AGGREGATOR,
  CHECKPOINTER,
  type Checkpointer,
  JsonAggregator,
  KinesisConsumer,
  KinesisModule,
  type KinesisModuleOptions,
  KinesisProducer,
  MemoryCheckpointer,
} from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { compileApp, fastOptions, startApp } from './support/app.js';
import { eventually } from './support/eventually.js';
import { OrdersHandler, roundTrip } from './support/round-trip.js';

let kinesis: LocalKinesis;

beforeAll(async () => {
  kinesis = await LocalKinesis.start({
    streams: { orders: { shards: 2 }, 'orders-physical': { shards: 1 } },
  });
});

afterAll(() => kinesis.stop());

function restoreEnvironment(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

describe('forRoot and forRootAsync', () => {
  it('consumes what it puts with forRoot', async () => {
    expect(await roundTrip([KinesisModule.forRoot(fastOptions(kinesis))])).toHaveLength(1);
  });

  it('takes options from a factory with injected dependencies', async () => {
    const OPTIONS = Symbol('options');
    @Module({ providers: [{ provide: OPTIONS, useValue: fastOptions(kinesis) }], exports: [OPTIONS] })
    class ConfigModule {}
    const imports = [
      KinesisModule.forRootAsync({
        imports: [ConfigModule],
        inject: [OPTIONS],
        useFactory: (options: KinesisModuleOptions) => options,
      }),
    ];
    expect(await roundTrip(imports)).toHaveLength(1);
  });

  it('takes options from a class, new or existing', async () => {
    @Injectable()
    class OptionsFactory {
      createKinesisOptions(): KinesisModuleOptions {
        return fastOptions(kinesis);
      }
    }
    @Module({ providers: [OptionsFactory], exports: [OptionsFactory] })
    class ConfigModule {}
    const existing = KinesisModule.forRootAsync({ imports: [ConfigModule], useExisting: OptionsFactory });
    expect(await roundTrip([KinesisModule.forRootAsync({ useClass: OptionsFactory })])).toHaveLength(1);
    expect(await roundTrip([existing])).toHaveLength(1);
  });

  it('takes a ready-made client, and leaves it open', async () => {
    const client = kinesis.client();
    expect(await roundTrip([KinesisModule.forRoot(fastOptions(kinesis, { client }))])).toHaveLength(1);
    expect(await roundTrip([KinesisModule.forRoot(fastOptions(kinesis, { client }))])).toHaveLength(1);
    client.destroy();
  });

  it('maps logical stream names to physical names and ARNs', async () => {
    const arn = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders-physical';
    const byName = fastOptions(kinesis, { streams: { orders: { streamName: 'orders-physical' } } });
    const byArn = fastOptions(kinesis, { streams: { orders: { streamArn: arn } } });
    expect(await roundTrip([KinesisModule.forRoot(byName)])).toHaveLength(1);
    expect(await roundTrip([KinesisModule.forRoot(byArn)])).toHaveLength(1);
    expect([...kinesis.records('orders-physical')]).toHaveLength(2);
  });

  it('is global unless told otherwise', async () => {
    @Injectable()
    class Service {
      constructor(readonly producer: KinesisProducer) {}
    }
    @Module({ providers: [Service] })
    class FeatureModule {}
    const compile = (isGlobal?: boolean) =>
      Test.createTestingModule({
        imports: [
          KinesisModule.forRoot({ ...fastOptions(kinesis), ...(isGlobal === undefined ? {} : { isGlobal }) }),
          FeatureModule,
        ],
      })
        .setLogger(false as never)
        .compile();
    const module = await compile();
    expect(module.get(Service, { strict: false }).producer).toBeInstanceOf(KinesisProducer);
    await module.close();
    await expect(compile(false)).rejects.toThrow(/KinesisProducer/);
  });
});

describe('checkpointer and aggregator', () => {
  class CountingCheckpointer extends MemoryCheckpointer {
    created = 0;

    override create(...args: Parameters<Checkpointer['create']>): Promise<boolean> {
      this.created++;
      return super.create(...args);
    }
  }

  it('default to memory and JSON', async () => {
    const { checkpointer: _checkpointer, ...options } = fastOptions(kinesis);
    const { app } = await compileApp(options);
    expect(app.get(CHECKPOINTER)).toBeInstanceOf(MemoryCheckpointer);
    expect(app.get(AGGREGATOR)).toBeInstanceOf(JsonAggregator);
    await app.close();
  });

  it('are replaced by instances in the options', async () => {
    const checkpointer = new CountingCheckpointer();
    await roundTrip([KinesisModule.forRoot(fastOptions(kinesis, { checkpointer }))]);
    expect(checkpointer.created).toBe(2);
  });

  it('are replaced by providers', async () => {
    const { checkpointer: _checkpointer, ...options } = fastOptions(kinesis);
    const shouting = new (class extends JsonAggregator {
      override deserialize(data: Uint8Array): unknown {
        return { ...(super.deserialize(data) as object), shouted: true };
      }
    })();
    const checkpointer = new CountingCheckpointer();
    const module = KinesisModule.forRoot({
      ...options,
      providers: [
        { provide: CHECKPOINTER, useValue: checkpointer },
        { provide: AGGREGATOR, useValue: shouting },
      ],
    });
    expect(await roundTrip([module])).toEqual([expect.objectContaining({ shouted: true })]);
    expect(checkpointer.created).toBe(2);
  });

  it('warns that the default checkpointer forgets, and refuses it in production', async () => {
    const { checkpointer: _checkpointer, ...options } = fastOptions(kinesis);
    const { app, logger } = await startApp(options, { providers: [OrdersHandler] });
    await app.close();
    expect(logger.texts('warn')).toEqual([expect.stringContaining('memory only')]);

    const { NODE_ENV } = process.env;
    process.env['NODE_ENV'] = 'production';
    try {
      const { app: refused } = await compileApp(options, { providers: [OrdersHandler] });
      await expect(refused.init()).rejects.toMatchObject({ code: 'KINESIS_CONFIGURATION' });
      const explicit = await startApp(fastOptions(kinesis), { providers: [OrdersHandler] });
      await explicit.app.close();
    } finally {
      restoreEnvironment({ NODE_ENV });
    }
  });
});

describe('bootstrap refuses, naming culprit and fix', () => {
  @Controller()
  class StrayHandler {
    @KinesisConsumer('payments')
    onPayment(): void {}
  }

  it('a stream that does not exist', async () => {
    const { app } = await compileApp(fastOptions(kinesis, { streams: { nowhere: {} } }));
    await expect(app.init()).rejects.toMatchObject({
      code: 'KINESIS_STREAM_NOT_FOUND',
      message: expect.stringMatching(/"nowhere" does not exist.*Create it, or correct/) as string,
    });
  });

  it("a stream of another account's", async () => {
    const streamArn = 'arn:aws:kinesis:us-east-1:999999999999:stream/orders';
    const { app } = await compileApp(fastOptions(kinesis, { streams: { orders: { streamArn } } }));
    await expect(app.init()).rejects.toMatchObject({
      message: expect.stringContaining('"orders"') as string,
      retryable: false,
    });
  });

  it('a missing region', async () => {
    const { AWS_REGION, AWS_CONFIG_FILE } = process.env;
    delete process.env['AWS_REGION'];
    process.env['AWS_CONFIG_FILE'] = '/nonexistent';
    const { region: _region, ...client } = kinesis.clientConfig;
    const { app } = await compileApp(fastOptions(kinesis, { client }));
    await expect(app.init()).rejects.toMatchObject({
      code: 'KINESIS_CONFIGURATION',
      message: expect.stringContaining('AWS_REGION') as string,
    });
    restoreEnvironment({ AWS_REGION, AWS_CONFIG_FILE });
  });

  it('an unknown option, wherever it is', async () => {
    const misspelt = { ...fastOptions(kinesis), checkpointr: 1 } as unknown as KinesisModuleOptions;
    await expect(compileApp(misspelt)).rejects.toThrow(/"checkpointr" is not an option.*checkpointer/);
    const nested = fastOptions(kinesis, { producer: { order: 'none' } as never });
    await expect(compileApp(nested)).rejects.toThrow(/producer: option "order" is not an option/);
  });

  it('an option out of range', async () => {
    const options = fastOptions(kinesis, { consumer: { recordLimit: 10_001 } });
    await expect(compileApp(options)).rejects.toMatchObject({
      code: 'KINESIS_CONFIGURATION',
      message: 'consumer: option "recordLimit" must be a whole number from 1 to 10000, not 10001.',
    });
  });

  it('a handler whose stream is not configured, before any call to the service', async () => {
    const { app } = await compileApp(fastOptions(kinesis, { client: { endpoint: 'http://127.0.0.1:1' } }), {
      controllers: [StrayHandler],
    });
    await expect(app.init()).rejects.toThrow(
      /StrayHandler.onPayment consumes stream "payments".*configured: orders/,
    );
  });
});

describe('put refuses before anything is sent', () => {
  it.each([
    ['an empty partition key', {}, { partitionKey: '' }, 'KINESIS_INVALID_RECORD'],
    ['a partition key over 256 bytes', {}, { partitionKey: 'é'.repeat(129) }, 'KINESIS_INVALID_RECORD'],
    ['an explicit hash key out of range', {}, { explicitHashKey: `${2n ** 128n}` }, 'KINESIS_INVALID_RECORD'],
    ['a record over the size limit', 'x'.repeat(1024 * 1024), {}, 'KINESIS_RECORD_TOO_LARGE'],
    ['data that cannot be serialized', 1n, {}, 'KINESIS_SERIALIZATION'],
  ])('%s', async (_what, data, options, code) => {
    const before = [...kinesis.records('orders')].length;
    const { app } = await startApp(fastOptions(kinesis));
    const producer = app.get(KinesisProducer);
    await expect(producer.put('orders', data, options)).rejects.toMatchObject({ code });
    await expect(producer.send('orders', data, options)).rejects.toMatchObject({ code });
    await producer.flush();
    await app.close();
    expect([...kinesis.records('orders')]).toHaveLength(before);
  });

  it('a stream it does not know', async () => {
    const { app } = await startApp(fastOptions(kinesis));
    await expect(app.get(KinesisProducer).put('payments', 1)).rejects.toMatchObject({
      code: 'KINESIS_UNKNOWN_STREAM',
      message: expect.stringContaining('configured: orders') as string,
    });
    await app.close();
  });
});

it('a log that fails stops no shard', async () => {
  const seen: number[] = [];
  @Injectable()
  class FailingOnce {
    @KinesisConsumer('orders', { retry: { backoff: { initial: 1 } } })
    onOrder(order: { sent?: string }, { attempt }: { attempt: number }): void {
      if (order.sent === 'since the log fails') seen.push(attempt);
      if (attempt === 1) throw new Error('once');
    }
  }
  const { app, logger } = await startApp(fastOptions(kinesis, { application: 'broken-log' }), {
    providers: [FailingOnce],
  });
  logger.warn = () => {
    throw new Error('the disk is full');
  };
  await app.get(KinesisProducer).send('orders', { sent: 'since the log fails' });
  await eventually(() => seen.at(-1) === 2, 'the second attempt');
  expect(seen).toEqual([1, 2]);
});
