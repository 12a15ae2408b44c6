import 'reflect-metadata';
import { KinesisConfigurationError } from '../errors.js';
import type { KinesisHandlerOptions } from '../kinesis.options.js';

/** Options of one {@link KinesisConsumer}; what is absent is as in the module's `consumer` options. */
export interface KinesisConsumerHandlerOptions extends KinesisHandlerOptions {
  /**
   * The handler's name in logs and events.
   *
   * @defaultValue `Class.method`
   */
  name?: string;

  /**
   * The application whose leases and checkpoints this handler has. Handlers of a stream with the same application see
   * each record together, and its checkpoint waits for all of them; one with its own reads the stream for itself, at its
   * own pace, and is a consumer of its own to `KinesisConsumerRegistry`. 1 to 128 letters, digits, `.`, `_` and `-`.
   *
   * @defaultValue the `application` of the module
   */
  application?: string;

  /**
   * The connection whose stream it is: the `name` given to `KinesisModule.forRoot`.
   *
   * @defaultValue the connection without a name
   */
  connection?: string;

  /**
   * Whether the handler is used at all; a function is asked once, at bootstrap, when the environment has been read.
   *
   * @defaultValue `true`
   */
  enabled?: boolean | (() => boolean);
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
 * parameters chosen by `@KinesisPayload()` and `@KinesisCtx()`; with `batch`, `handler(records, context)`. Stack it to
 * consume several streams.
 *
 * The records count as handled when the method returns, or the promise it returns resolves.
 *
 * @param stream - a name from the module's `streams` option
 */
export function KinesisConsumer(
  stream: string,
  options: KinesisConsumerHandlerOptions = {},
): MethodDecorator {
  return (target, propertyKey, descriptor) => {
    const method: unknown = descriptor.value;
    // Of a static method, the target is the class; Nest has no instance to call it on. Methods named by symbols it does
    // not look at, and nobody would miss the handler.
    if (typeof method !== 'function' || typeof target === 'function' || typeof propertyKey === 'symbol') {
      throw new KinesisConfigurationError(
        `@KinesisConsumer('${stream}') belongs on a method of instances that has a name of text; "${String(propertyKey)}" is none.`,
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
