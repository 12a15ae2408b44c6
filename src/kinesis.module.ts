import { Logger, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { JsonAggregator } from './aggregators/json-aggregator.js';
import type { Aggregator } from './aggregators/aggregator.js';
import { createDeadLetterSink } from './delivery/dead-letters/create-dead-letter-sink.js';
import { ConsumerRunner } from './handlers/consumer-runner.js';
import { HandlerExplorer } from './handlers/handler-explorer.js';
import { HandlerFactory } from './handlers/handler-factory.js';
import { KinesisEngine } from './kinesis-engine.js';
import { AGGREGATOR, CHECKPOINTER, DEAD_LETTER_SINK, DEDUPLICATOR } from './kinesis.constants.js';
import { KinesisLifecycle } from './kinesis.lifecycle.js';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } from './kinesis.module-definition.js';
import type { KinesisModuleOptions } from './kinesis.options.js';
import { KinesisProducer } from './producer/kinesis-producer.js';
import { StreamProducer } from './producer/stream-producer.js';
import { StreamProducers } from './producer/stream-producers.js';

function createStreamProducers(engine: KinesisEngine, moduleAggregator: Aggregator): StreamProducers {
  const { options, gateway, clock, random, report } = engine;
  const { streams, producer: settings } = options;
  return new StreamProducers(streams, (stream) => {
    const aggregator = stream.aggregator ?? moduleAggregator;
    return new StreamProducer({ gateway, stream, aggregator, clock, random, settings, report });
  });
}

/**
 * Amazon Kinesis Data Streams for Nest: an injectable {@link KinesisProducer}, and consumers made of methods with
 * `@KinesisConsumer`. Import it once, in the root module, with `forRoot` or `forRootAsync`.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: KinesisEngine,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: KinesisModuleOptions) =>
        new KinesisEngine(options, new Logger('Kinesis'), process.env['NODE_ENV'] === 'production'),
    },
    {
      provide: CHECKPOINTER,
      inject: [MODULE_OPTIONS_TOKEN, KinesisEngine],
      useFactory: (options: KinesisModuleOptions, engine: KinesisEngine) =>
        options.checkpointer ?? engine.createDefaultCheckpointer(),
    },
    {
      provide: AGGREGATOR,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: KinesisModuleOptions) => options.aggregator ?? new JsonAggregator(),
    },
    {
      provide: DEAD_LETTER_SINK,
      inject: [MODULE_OPTIONS_TOKEN, KinesisEngine],
      useFactory: ({ deadLetterSink }: KinesisModuleOptions, engine: KinesisEngine) =>
        deadLetterSink && createDeadLetterSink(deadLetterSink, engine),
    },
    {
      provide: DEDUPLICATOR,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ deduplicator }: KinesisModuleOptions) => deduplicator,
    },
    { provide: StreamProducers, inject: [KinesisEngine, AGGREGATOR], useFactory: createStreamProducers },
    {
      provide: KinesisProducer,
      inject: [StreamProducers],
      useFactory: (streams: StreamProducers) => new KinesisProducer(streams),
    },
    HandlerExplorer,
    HandlerFactory,
    ConsumerRunner,
    KinesisLifecycle,
  ],
  exports: [KinesisProducer, CHECKPOINTER, AGGREGATOR, DEAD_LETTER_SINK, DEDUPLICATOR],
})
export class KinesisModule extends ConfigurableModuleClass {}
