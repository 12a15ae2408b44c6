import { Inject, type InjectionToken } from '@nestjs/common';
import { DEFAULT_CONNECTION } from '../kinesis.constants.js';
import { KinesisProducer } from '../producer/kinesis-producer.js';

/**
 * The injection token of a connection's producer: the class `KinesisProducer` for the connection without a name.
 *
 * @param connection - the `name` given to `KinesisModule.forRoot`
 */
export function getProducerToken(connection: string = DEFAULT_CONNECTION): InjectionToken<KinesisProducer> {
  return connection === DEFAULT_CONNECTION ? KinesisProducer : `KinesisProducer:${connection}`;
}

/**
 * Injects the producer of a named connection. That of the connection without a name is injected by its class.
 *
 * ```ts
 * constructor(@InjectKinesisProducer('eu') private readonly producer: KinesisProducer) {}
 * ```
 *
 * @param connection - the `name` given to `KinesisModule.forRoot`
 */
export function InjectKinesisProducer(connection?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getProducerToken(connection));
}
