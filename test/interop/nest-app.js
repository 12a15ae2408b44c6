import { setTimeout as sleep } from 'node:timers/promises';
import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { KinesisConsumer, KinesisModule, KplAggregator, StringSerializer } from 'nestjs-kinesis';

/** Milliseconds a handler takes: enough for a shutdown to come in the middle of an aggregate. */
const WORK = 8;

/**
 * A Nest application that puts user records in the KPL's format, and consumes them if it is given a ledger, or what else
 * has its `consume`.
 */
export function startApp({ kinesis, stream, ...options }, ledger) {
  const kinesisModule = KinesisModule.forRoot({
    application: 'interop',
    streams: { [stream]: {} },
    client: kinesis.clientConfig,
    aggregator: new KplAggregator(new StringSerializer()),
    ...options,
  });
  class AppModule {}
  Module({ imports: [kinesisModule], providers: ledger ? [consumerOf(stream, ledger)] : [] })(AppModule);
  return NestFactory.createApplicationContext(AppModule, { logger: ['error', 'warn'], abortOnError: false });
}

/** What `@KinesisConsumer(stream)` is in TypeScript. */
function consumerOf(stream, ledger) {
  class Consumer {
    async onRecord(data, context) {
      const { partitionKey, explicitHashKey } = context;
      ledger.consume(context, { partitionKey, explicitHashKey, data });
      await sleep(WORK);
    }
  }
  const { prototype } = Consumer;
  KinesisConsumer(stream)(prototype, 'onRecord', Object.getOwnPropertyDescriptor(prototype, 'onRecord'));
  Injectable()(Consumer);
  return Consumer;
}
