import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { KinesisModule, KinesisProducer, type KinesisProducerOptions } from 'nestjs-kinesis';

/** The producer as an app gets it. */
export async function createProducer(
  endpoint: string,
  options: KinesisProducerOptions,
): Promise<KinesisProducer> {
  class SoakModule {}
  const kinesis = KinesisModule.forRoot({
    application: 'soak',
    streams: { soak: {} },
    client: {
      region: 'us-east-1',
      endpoint,
      credentials: { accessKeyId: 'soak', secretAccessKey: 'soak' },
    },
    autoStart: false,
    producer: options,
  });
  Module({ imports: [kinesis] })(SoakModule);
  const app = await NestFactory.createApplicationContext(SoakModule, { logger: ['error'] });
  return app.get(KinesisProducer);
}
