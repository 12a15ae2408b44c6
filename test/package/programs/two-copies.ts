import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import * as esm from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';

const cjs = createRequire(import.meta.url)('../dist/cjs/index.js') as typeof esm;

const handled: unknown[] = [];

@Controller()
class OrdersController {
  @cjs.KinesisConsumer('orders')
  onOrder(@cjs.KinesisPayload() order: unknown): void {
    handled.push(order);
  }
}

const kinesis = await LocalKinesis.start({ streams: { orders: { shards: 1 } } });
const checkpointer = new cjs.MemoryCheckpointer();

@Module({
  imports: [
    esm.KinesisModule.forRoot({
      application: 'two-copies',
      client: kinesis.clientConfig,
      streams: { orders: {} },
      providers: [{ provide: cjs.CHECKPOINTER, useValue: checkpointer }],
    }),
  ],
  controllers: [OrdersController],
})
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
await app.get(esm.KinesisProducer).send('orders', { number: 7 });
while (handled.length === 0) await sleep(10);
await app.close();
await kinesis.stop();

const leases = await checkpointer.list({ application: 'two-copies', streamName: 'orders' });
const copies = cjs.KinesisProducer === esm.KinesisProducer ? 'one copy' : 'two copies';
process.stdout.write(`${copies}, handled ${JSON.stringify(handled)}, leases ${leases.length}`);
