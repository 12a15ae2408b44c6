import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { eventTypesOf } from '../decorators/on-kinesis-event.decorator.js';
import { KinesisConfigurationError } from '../errors.js';
import { type Candidate, findCandidates } from './candidates.js';
import { KinesisEvents } from './kinesis-events.js';

/** Lets the methods with `@OnKinesisEvent` listen. */
@Injectable()
export class EventListeners implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly events: KinesisEvents,
  ) {}

  /** @throws KinesisConfigurationError for a method of a request-scoped or transient class: there is no instance to call */
  onModuleInit(): void {
    for (const candidate of findCandidates(this.discovery)) {
      for (const methodName of this.scanner.getAllMethodNames(candidate.prototype)) {
        this.listen(candidate, methodName);
      }
    }
  }

  private listen({ wrapper, prototype }: Candidate, methodName: string): void {
    const method = (prototype as Record<string, unknown>)[methodName] as (event: unknown) => unknown;
    const types = new Set(eventTypesOf(method));
    const name = `${prototype.constructor.name}.${methodName}`;
    if (types.size > 0 && (!wrapper.isDependencyTreeStatic() || wrapper.isTransient)) {
      throw new KinesisConfigurationError(
        `${name} listens with @OnKinesisEvent, but its class is request-scoped or transient: events belong to no ` +
          'request. Make the class and what it injects singletons.',
      );
    }
    for (const type of types) this.events.on(type, method.bind(wrapper.instance), name);
  }
}
