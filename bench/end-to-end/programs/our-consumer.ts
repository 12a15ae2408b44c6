import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type Checkpointer,
  JsonSerializer,
  KinesisConsumer,
  KinesisModule,
  KinesisPayload,
  KplAggregator,
} from 'nestjs-kinesis';
import { CREDENTIALS, task, tell } from './task.js';

/** A Nest application that consumes, with its leases in the store that its argument names. */

const { BENCH_STREAM: stream, BENCH_ENDPOINT: endpoint, BENCH_DYNAMODB, BENCH_REDIS_PORT } = task;
const region = 'us-east-1';

@Injectable()
class Consumer {
  @KinesisConsumer(stream)
  onRecord(@KinesisPayload() value: unknown): void {
    tell(value);
  }
}

const checkpointer = process.argv[2] === 'redis' ? await inRedis() : await inDynamoDb();

@Module({
  imports: [
    KinesisModule.forRoot({
      application: task.BENCH_APPLICATION,
      streams: { [stream]: {} },
      client: { endpoint, region, credentials: CREDENTIALS },
      aggregator: new KplAggregator(new JsonSerializer()),
      checkpointer,
    }),
  ],
  providers: [Consumer],
})
class AppModule {}

await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });

async function inRedis(): Promise<Checkpointer> {
  const { Redis } = await import('ioredis');
  const { RedisCheckpointer } = await import('nestjs-kinesis/redis');
  return new RedisCheckpointer({ client: new Redis(Number(BENCH_REDIS_PORT)) });
}

async function inDynamoDb(): Promise<Checkpointer> {
  const { DynamoDbCheckpointer } = await import('nestjs-kinesis/dynamodb');
  const client = { endpoint: BENCH_DYNAMODB, region, credentials: CREDENTIALS };
  return new DynamoDbCheckpointer({ client, createTable: true });
}
