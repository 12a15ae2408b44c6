import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { KinesisModule, type KinesisModuleOptions, KinesisProducer } from 'nestjs-kinesis';

/** The producer as an app gets it, of a stream `bench` unless told otherwise. */
export async function createOurProducer(
  endpoint: string,
  options: Partial<Pick<KinesisModuleOptions, 'aggregator' | 'producer' | 'streams'>>,
): Promise<KinesisProducer> {
  class BenchModule {}
  const kinesis = KinesisModule.forRoot({
    application: 'bench',
    streams: { bench: {} },
    client: {
      region: 'us-east-1',
      endpoint,
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    },
    autoStart: false,
    ...options,
  });
  Module({ imports: [kinesis] })(BenchModule);
  const app = await NestFactory.createApplicationContext(BenchModule, { logger: ['error'] });
  return app.get(KinesisProducer);
}
