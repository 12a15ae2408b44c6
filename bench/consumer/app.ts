import 'reflect-metadata';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  JsonAggregator,
  JsonSerializer,
  KinesisConsumer,
  type KinesisConsumerHandlerOptions,
  type KinesisConsumerOptions,
  KinesisModule,
  type KinesisModuleOptions,
  KplAggregator,
  MemoryCheckpointer,
} from 'nestjs-kinesis';
import type { Endpoints } from '../contest/processes.js';
import { CONFIG } from '../producer/variants/sdk.js';
import type { Workload } from './pages.js';

/** Decorates a method of the class, as `@KinesisConsumer(...)` in front of it does. */
export function decorated(target: Type, options: KinesisConsumerHandlerOptions): Type {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, 'onRecords');
  if (descriptor) KinesisConsumer('bench', options)(target.prototype as object, 'onRecords', descriptor);
  return target;
}

/** The whole path: leases, readers, delivery, a handler of a Nest app, watermark and checkpoints. */
export async function startApp(
  { http1 }: Endpoints,
  streamName: string,
  workload: Workload,
  handlers: Type,
  consumer: KinesisConsumerOptions,
): Promise<void> {
  const options: KinesisModuleOptions = {
    application: 'bench',
    streams: { bench: { streamName } },
    client: { ...CONFIG, endpoint: http1 },
    checkpointer: new MemoryCheckpointer(),
    aggregator: workload.startsWith('kpl') ? new KplAggregator(new JsonSerializer()) : new JsonAggregator(),
    consumer,
  };
  class BenchModule {}
  Module({ imports: [KinesisModule.forRoot(options)], providers: [handlers] })(BenchModule);
  await NestFactory.createApplicationContext(BenchModule, { logger: ['error'] });
}
