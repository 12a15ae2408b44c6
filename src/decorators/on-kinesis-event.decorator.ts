import 'reflect-metadata';
import { KinesisConfigurationError } from '../errors.js';
import type { KinesisEventOf, KinesisEventType } from '../handlers/kinesis-events.js';

const METADATA_KEY = Symbol.for('nestjs-kinesis:events');

/**
 * Calls a method of a provider or controller with every event of these types, on all connections of the app:
 *
 * ```ts
 * @OnKinesisEvent('shard-assigned', 'shard-lost')
 * onShard(event: KinesisEventOf<'shard-assigned' | 'shard-lost'>) {}
 * ```
 *
 * The engine does not wait for it. What it throws is logged, and reported as a `hook-failed` event; shutdown gives
 * the calls under way `shutdownTimeout` to finish. Only singletons can listen: a class that is request-scoped or
 * transient fails bootstrap.
 *
 * @param types - of {@link KinesisEvent}; the spread `DATA_LOSS_EVENTS` for whatever says that records may be lost
 */
export function OnKinesisEvent<T extends KinesisEventType>(...types: readonly T[]) {
  return <Method extends (event: KinesisEventOf<T>) => unknown>(
    target: object,
    propertyKey: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    const method: unknown = descriptor.value;
    // Nest does not look at static methods, nor at those named by symbols, and nobody would miss the listener.
    if (typeof method !== 'function' || typeof target === 'function' || typeof propertyKey === 'symbol') {
      throw new KinesisConfigurationError(
        `@OnKinesisEvent belongs on a method of instances that has a name of text; "${String(propertyKey)}" is none.`,
      );
    }
    Reflect.defineMetadata(METADATA_KEY, [...types, ...eventTypesOf(method)], method);
  };
}

/** @internal what `@OnKinesisEvent` left on a method */
export function eventTypesOf(method: object): readonly KinesisEventType[] {
  return (Reflect.getMetadata(METADATA_KEY, method) as KinesisEventType[] | undefined) ?? [];
}
