import { NestFactory } from '@nestjs/core';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { OrdersModule } from './orders.module';
import { roundTrip } from './round-trip';

async function main(): Promise<void> {
  const kinesis = await LocalKinesis.start({ streams: { orders: { shards: 2 } } });
  const app = await NestFactory.create(OrdersModule.on(kinesis.clientConfig), { logger: ['error', 'warn'] });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  console.log(await roundTrip(app));
  await app.close();
  await kinesis.stop();
}

void main();
