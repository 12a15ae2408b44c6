import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ConsumerPreparation } from './handlers/consumer-preparation.js';
import { KinesisConsumerRegistry } from './handlers/consumer-registry.js';
import { ConsumerRunner } from './handlers/consumer-runner.js';
import { EventListeners } from './handlers/event-listeners.js';
import { HandlerExplorer } from './handlers/handler-explorer.js';
import { HandlerFactory } from './handlers/handler-factory.js';
import { KinesisEvents } from './handlers/kinesis-events.js';
import { KinesisConnections } from './kinesis-connection.js';
import { KinesisLifecycleModule } from './kinesis.lifecycle.js';
import { ConfigurableModuleClass } from './kinesis.module-definition.js';

/** What the connections of an app have in common: Nest makes one, however many of them there are. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    KinesisConnections,
    KinesisEvents,
    EventListeners,
    HandlerExplorer,
    HandlerFactory,
    ConsumerPreparation,
    ConsumerRunner,
    KinesisConsumerRegistry,
  ],
  exports: [KinesisConnections, KinesisEvents, ConsumerRunner, KinesisConsumerRegistry],
})
class KinesisCoreModule {}

/**
 * Amazon Kinesis Data Streams for Nest: an injectable {@link KinesisProducer}, and consumers made of methods with
 * `@KinesisConsumer`. Import it in the root module with `forRoot` or `forRootAsync`: once, or once for each connection,
 * with a `name` for all but one.
 */
@Module({ imports: [KinesisCoreModule, KinesisLifecycleModule] })
export class KinesisModule extends ConfigurableModuleClass {}
