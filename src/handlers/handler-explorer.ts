import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { type ConsumerMetadata, consumersOf } from '../decorators/kinesis-consumer.decorator.js';
import { KinesisConfigurationError } from '../errors.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** A method that carries `@KinesisConsumer`, once for each decorator. */
export interface DiscoveredHandler {
  readonly name: string;
  readonly metadata: ConsumerMetadata;
  readonly instance: object;
  readonly method: object;
  readonly methodName: string;
}

/** Finds the handlers among the app's providers and controllers. */
@Injectable()
export class HandlerExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /**
   * Each handler once, also where its class is registered in several modules.
   *
   * @throws KinesisConfigurationError for a handler on a request-scoped or transient class
   */
  explore(): DiscoveredHandler[] {
    const handlers = new Map<object, Map<string, DiscoveredHandler[]>>();
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const prototype = prototypeOf(wrapper);
      if (!prototype || handlers.has(prototype)) continue;
      const methods = this.handlersOf(wrapper, prototype);
      if (methods.size > 0) handlers.set(prototype, methods);
    }
    return [...handlers.values()].flatMap((methods) => [...methods.values()].flat());
  }

  private handlersOf(wrapper: Wrapper, prototype: object): Map<string, DiscoveredHandler[]> {
    const methods = new Map<string, DiscoveredHandler[]>();
    for (const methodName of this.scanner.getAllMethodNames(prototype)) {
      const method = (prototype as Record<string, unknown>)[methodName];
      if (typeof method !== 'function') continue;
      const consumers = consumersOf(method);
      if (consumers.length === 0) continue;
      const className = prototype.constructor.name;
      if (!wrapper.isDependencyTreeStatic() || wrapper.isTransient) {
        throw new KinesisConfigurationError(
          `${className}.${methodName} is a @KinesisConsumer of a request-scoped or transient class, which is not ` +
            'supported yet. Make the class and what it injects singletons.',
        );
      }
      const instance = wrapper.instance as object;
      const found = consumers.map((metadata) => ({
        name: metadata.options.name ?? `${className}.${methodName}`,
        metadata,
        instance,
        method,
        methodName,
      }));
      methods.set(methodName, found);
    }
    return methods;
  }
}

/** The prototype to look for methods on; a scoped class has no instance yet, but its prototype tells. */
function prototypeOf(wrapper: Wrapper): object | undefined {
  if (wrapper.isAlias) return undefined;
  const instance: unknown = wrapper.instance;
  if (typeof instance === 'object' && instance !== null) {
    return (Object.getPrototypeOf(instance) as object | null) ?? undefined;
  }
  const { metatype } = wrapper;
  if (wrapper.inject || typeof metatype !== 'function') return undefined;
  return (metatype.prototype as object | undefined) ?? undefined;
}
