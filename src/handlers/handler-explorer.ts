import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { type ConsumerMetadata, consumersOf } from '../decorators/kinesis-consumer.decorator.js';
import { type Candidate, findCandidates } from './candidates.js';
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
    return findCandidates(this.discovery).flatMap((candidate) => this.handlersOf(candidate));
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
