/**
 * Handlers that use `@nestjs/microservices` and `class-validator`, which only this project installs. Plain JavaScript: what
 * compilers make of decorators is written out.
 */
import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { Injectable, UsePipes, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, Payload } from '@nestjs/microservices';
import { IsInt } from 'class-validator';
import {
  KinesisConsumer,
  KinesisContext,
  KinesisModule,
  KinesisPayload,
  MemoryCheckpointer,
} from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';

const ORDERS = [{ quantity: 1 }, { quantity: 'many' }, { quantity: 3 }];

class OrderDto {}
IsInt()(OrderDto.prototype, 'quantity');

/** How a method can ask for a validated `OrderDto`. */
const HANDLERS = {
  '@Payload and @Ctx': (prototype) => {
    Payload(new ValidationPipe({ transform: true }))(prototype, 'handle', 0);
    Ctx()(prototype, 'handle', 1);
  },
  '@KinesisPayload': (prototype) =>
    KinesisPayload(new ValidationPipe({ transform: true }))(prototype, 'handle', 0),
  'a pipe on the method': (prototype, method) =>
    UsePipes(new ValidationPipe({ transform: true }))(prototype, 'handle', method),
};

/** @param seen - what the handler gets, in order */
function handlerClass(name, decorate, seen) {
  class Handler {
    handle(order, context) {
      const kind = order instanceof OrderDto ? 'OrderDto' : 'object';
      const isAlone = context === undefined || context instanceof KinesisContext;
      seen.push(`${kind} ${order.quantity}${isAlone ? '' : ', with what is no context'}`);
    }
  }
  const { prototype } = Handler;
  const method = Object.getOwnPropertyDescriptor(prototype, 'handle');
  Reflect.defineMetadata('design:paramtypes', [OrderDto, Object], prototype, 'handle');
  decorate(prototype, method);
  KinesisConsumer('orders', { name, onExhausted: 'skip' })(prototype, 'handle', method);
  Injectable()(Handler);
  return Handler;
}

/** @returns what each handler got of a valid order, one that is not, and another valid one */
export async function runMicroservices() {
  const kinesis = await LocalKinesis.start({ streams: { orders: { shards: 1 } } });
  const client = kinesis.client();
  const Records = ORDERS.map((order) => ({ Data: Buffer.from(JSON.stringify(order)), PartitionKey: 'k' }));
  await client.send(new PutRecordsCommand({ StreamName: 'orders', Records }));
  client.destroy();
  const seen = Object.fromEntries(Object.keys(HANDLERS).map((name) => [name, []]));
  const options = {
    application: 'orders',
    client: kinesis.clientConfig,
    checkpointer: new MemoryCheckpointer(),
    streams: { orders: {} },
  };
  class AppModule {}
  const providers = Object.entries(HANDLERS).map(([name, decorate]) =>
    handlerClass(name, decorate, seen[name]),
  );
  const app = await NestFactory.createApplicationContext(
    { module: AppModule, imports: [KinesisModule.forRoot(options)], providers },
    { logger: false, abortOnError: false },
  );
  const areDone = () => Object.values(seen).every((orders) => orders.length === 2);
  for (let waited = 0; waited < 30_000 && !areDone(); waited += 20) {
    await sleep(20);
  }
  await app.close();
  await kinesis.stop();
  return seen;
}
