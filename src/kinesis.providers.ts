import { type FactoryProvider, type InjectionToken, Logger, type Provider } from '@nestjs/common';
import { JsonAggregator } from './aggregators/json-aggregator.js';
import { getProducerToken } from './decorators/inject-kinesis-producer.decorator.js';
import { createDeadLetterSink } from './delivery/dead-letters/create-dead-letter-sink.js';
import { KinesisEvents } from './handlers/kinesis-events.js';
import { type KinesisConnection, KinesisConnections, type KinesisPorts } from './kinesis-connection.js';
import { KinesisEngine } from './kinesis-engine.js';
import {
  AGGREGATOR,
  CHECKPOINTER,
  CONNECTION_NAME,
  DEAD_LETTER_SINK,
  DEDUPLICATOR,
  DEFAULT_CONNECTION,
} from './kinesis.constants.js';
import type { KinesisModuleOptions } from './kinesis.options.js';
import { KinesisProducer } from './producer/kinesis-producer.js';
import { StreamProducer } from './producer/stream-producer.js';
import { StreamProducers } from './producer/stream-producers.js';

const CONNECTION = Symbol('nestjs-kinesis:connection');

interface Port<T> {
  readonly token: InjectionToken;
  /** Used unless the app has a provider of the token. */
  readonly create: (options: KinesisModuleOptions, engine: KinesisEngine) => T;
}

const PORTS: { readonly [Name in keyof KinesisPorts]: Port<KinesisPorts[Name]> } = {
  checkpointer: {
    token: CHECKPOINTER,
    create: ({ checkpointer }, engine) => checkpointer ?? engine.createDefaultCheckpointer(),
  },
  aggregator: {
    token: AGGREGATOR,
    create: ({ aggregator }) => aggregator ?? new JsonAggregator(),
  },
  deadLetterSink: {
    token: DEAD_LETTER_SINK,
    create: ({ deadLetterSink }, engine) => deadLetterSink && createDeadLetterSink(deadLetterSink, engine),
  },
  deduplicator: {
    token: DEDUPLICATOR,
    create: ({ deduplicator }) => deduplicator,
  },
};

export const PORT_TOKENS: readonly InjectionToken[] = Object.values(PORTS).map(({ token }) => token);

/**
 * What each `KinesisModule.forRoot` provides.
 *
 * @param name - of the connection
 * @param optionsToken - of its options
 */
export function connectionProviders(name: string, optionsToken: InjectionToken): Provider[] {
  return [
    { provide: CONNECTION_NAME, useValue: name },
    {
      provide: KinesisEngine,
      inject: [optionsToken, CONNECTION_NAME, KinesisEvents],
      useFactory: createEngine,
    },
    ...Object.values(PORTS).map(({ token, create }): FactoryProvider => ({
      provide: token,
      inject: [optionsToken, KinesisEngine],
      useFactory: create,
    })),
    {
      provide: CONNECTION,
      inject: [KinesisConnections, KinesisEngine, ...PORT_TOKENS],
      useFactory: createConnection,
    },
    {
      provide: getProducerToken(name),
      inject: [CONNECTION],
      useFactory: ({ producers }: KinesisConnection) => new KinesisProducer(producers),
    },
  ];
}

function createEngine(options: KinesisModuleOptions, name: string, events: KinesisEvents): KinesisEngine {
  return new KinesisEngine(options, {
    connection: name,
    events,
    log: new Logger(name === DEFAULT_CONNECTION ? 'Kinesis' : `Kinesis:${name}`),
    production: process.env['NODE_ENV'] === 'production',
  });
}

/** @param provided - one for each of {@link PORTS}, in their order */
function createConnection(
  connections: KinesisConnections,
  engine: KinesisEngine,
  ...provided: unknown[]
): KinesisConnection {
  const names = Object.keys(PORTS);
  const ports = Object.fromEntries(names.map((port, i) => [port, provided[i]])) as unknown as KinesisPorts;
  const producers = createStreamProducers(engine, ports);
  const connection = { name: engine.connection, engine, producers, ...ports };
  connections.add(connection);
  return connection;
}

function createStreamProducers(engine: KinesisEngine, ports: KinesisPorts): StreamProducers {
  const { options, gateway, clock, random, report } = engine;
  const { streams, producer: settings } = options;
  return new StreamProducers(streams, (stream) => {
    const aggregator = stream.aggregator ?? ports.aggregator;
    return new StreamProducer({ gateway, stream, aggregator, clock, random, settings, report });
  });
}
