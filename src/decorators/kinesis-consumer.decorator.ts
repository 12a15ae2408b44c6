import 'reflect-metadata';
import { KinesisConfigurationError } from '../errors.js';
import type { KinesisDeliveryOptions } from '../kinesis.options.js';

/** Options of one {@link KinesisConsumer}; what is absent is as in the module's `consumer` options. */
export interface KinesisConsumerHandlerOptions extends KinesisDeliveryOptions {
  /**
   * The handler's name in logs and events.
   *
   * @defaultValue `Class.method`
   */
  name?: string;
}

/** @internal */
export interface ConsumerMetadata {
  readonly stream: string;
  readonly options: KinesisConsumerHandlerOptions;
}

/** Registered, so that handlers decorated by the package's CommonJS copy are found by its ESM copy, and the reverse. */
const METADATA_KEY = Symbol.for('nestjs-kinesis:consumer');

/**
 * Makes a method of a provider or controller a handler of a stream's records: `handler(payload, context)`, or with
 * parameters chosen by `@KinesisPayload()` and `@KinesisCtx()`. Stack it to consume several streams.
 *
 * The record counts as handled when the method returns, or the promise it returns resolves.
 *
 * @param stream - a name from the module's `streams` option
 */
export function KinesisConsumer(
  stream: string,
  options: KinesisConsumerHandlerOptions = {},
): MethodDecorator {
  return (_target, propertyKey, descriptor) => {
    const method: unknown = descriptor.value;
    if (typeof method !== 'function') {
      throw new KinesisConfigurationError(
        `@KinesisConsumer('${stream}') belongs on a method; "${String(propertyKey)}" is none.`,
      );
    }
    // Decorators run bottom-up; the topmost comes first here.
    Reflect.defineMetadata(METADATA_KEY, [{ stream, options }, ...consumersOf(method)], method);
  };
}

/** @internal what `@KinesisConsumer` left on a method */
export function consumersOf(method: object): readonly ConsumerMetadata[] {
  return (Reflect.getMetadata(METADATA_KEY, method) as ConsumerMetadata[] | undefined) ?? [];
}
