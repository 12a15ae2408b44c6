import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { type ConsumerMetadata, consumersOf } from '../decorators/kinesis-consumer.decorator.js';
import type { InstanceWrapper, NestModule } from './nest-internals.js';

/** A method that carries `@KinesisConsumer`, once for each decorator. */
export interface DiscoveredHandler {
  readonly name: string;
  readonly metadata: ConsumerMetadata;
  /** What Nest keeps of the provider or controller. */
  readonly wrapper: InstanceWrapper;
  /** The module that holds it. */
  readonly module: NestModule;
  /** Of the class, which may have no instance yet. */
  readonly prototype: object;
  readonly method: (...args: unknown[]) => unknown;
  readonly methodName: string;
}

/** A provider or controller that may have handlers. */
interface Candidate {
  readonly wrapper: InstanceWrapper;
  readonly module: NestModule;
  readonly prototype: object;
  /** What makes two of them the same handler. */
  readonly identity: object;
}

/** Finds the handlers among the app's providers and controllers. */
@Injectable()
export class HandlerExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /**
   * Each handler once. A class that Nest instantiates is one handler, however many modules list it and in whatever role;
   * what factories and values provide is told apart by instance.
   */
  explore(): DiscoveredHandler[] {
    const seen = new Set<object>();
    const handlers: DiscoveredHandler[] = [];
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const candidate = candidateOf(wrapper);
      if (!candidate || seen.has(candidate.identity)) continue;
      seen.add(candidate.identity);
      handlers.push(...this.handlersOf(candidate));
    }
    return handlers;
  }

  private handlersOf({ wrapper, module, prototype }: Candidate): DiscoveredHandler[] {
    return this.scanner.getAllMethodNames(prototype).flatMap((methodName) => {
      const method = (prototype as Record<string, unknown>)[methodName] as DiscoveredHandler['method'];
      return consumersOf(method).map((metadata) => ({
        name: metadata.options.name ?? `${prototype.constructor.name}.${methodName}`,
        metadata,
        wrapper,
        module,
        prototype,
        method,
        methodName,
      }));
    });
  }
}

function candidateOf(wrapper: InstanceWrapper): Candidate | undefined {
  const { host: module, metatype } = wrapper;
  if (wrapper.isAlias || !module) return undefined;
  if (!wrapper.isNotMetatype && typeof metatype === 'function') {
    // A scoped class has no instance yet, but its prototype tells.
    const prototype = metatype.prototype as object | undefined;
    return prototype && { wrapper, module, prototype, identity: metatype };
  }
  const instance: unknown = wrapper.instance;
  if (typeof instance !== 'object' || instance === null) return undefined;
  const prototype = Object.getPrototypeOf(instance) as object | null;
  return prototype ? { wrapper, module, prototype, identity: instance } : undefined;
}
