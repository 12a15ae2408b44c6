import { type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { OrdersModule } from './orders.module.js';
import { roundTrip } from './round-trip.js';

const kinesis = await LocalKinesis.start({ streams: { orders: { shards: 2 } } });
const module = OrdersModule.on(kinesis.clientConfig);
const options = { logger: ['error' as const, 'warn' as const] };
const app: INestApplication =
  process.argv[2] === 'fastify'
    ? await NestFactory.create(module, new FastifyAdapter(), options)
    : await NestFactory.create(module, options);
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
console.log(await roundTrip(app));
await app.close();
await kinesis.stop();
