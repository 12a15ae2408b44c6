import { Injectable } from '@nestjs/common';
import { KinesisConsumer, KinesisModule, KinesisProducer } from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { fastOptions, startApp } from '../support/app.js';

let kinesis: LocalKinesis;

beforeAll(async () => {
  kinesis = await LocalKinesis.start({ streams: { 'orders-physical': {} } });
});

afterAll(() => kinesis.stop());

@Injectable()
class Orders {
  @KinesisConsumer('orders')
  onOrder(): void {}

  @KinesisConsumer('orders', {
    retry: { attempts: 3, maxAge: 60_000 },
    onExhausted: 'skip',
    application: 'audit',
  })
  audit(): void {}
}

@Injectable()
class EuOrders {
  @KinesisConsumer('orders', {
    connection: 'eu',
    name: 'european orders',
    retry: { attempts: 1 },
    batch: {},
    concurrency: 4,
  })
  onOrder(): void {}
}

const options = () => fastOptions(kinesis, { streams: { orders: { streamName: 'orders-physical' } } });

it('start-up says in one table what is consumed, and how', async () => {
  const { logger } = await startApp(options(), { providers: [Orders] });
  expect(logger.texts('log').filter((text) => text.startsWith('Consumers'))).toEqual([
    [
      'Consumers:',
      '  consumer      stream           application  handler         shape   retry                          given up  checkpointer  start',
      '  orders        orders-physical  test         Orders.onOrder  record  until expired                  halt      memory        now',
      '  orders@audit  orders-physical  audit        Orders.audit    record  3 attempts, up to 60 s of age  skip      memory        now',
    ].join('\n'),
  ]);
});

it('the table names connections where there are several, and what starts when told', async () => {
  const { logger } = await startApp(options(), {
    imports: [KinesisModule.forRoot({ ...options(), name: 'eu', autoStart: false })],
    providers: [Orders, EuOrders],
  });
  const [table = ''] = logger.texts('log').filter((text) => text.startsWith('Consumers'));
  expect(table.split('\n').at(-1)).toMatch(
    /^ {2}eu\/orders +eu +orders-physical +test +european orders +batch x 4 +1 attempt +halt +memory +when told$/,
  );
});

it('an app without consumers has no table', async () => {
  const { app, logger } = await startApp(options());
  expect(app.get(KinesisProducer)).toBeDefined();
  expect(logger.texts('log').filter((text) => text.startsWith('Consumers'))).toEqual([]);
});
