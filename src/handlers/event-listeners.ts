import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { eventTypesOf } from '../decorators/on-kinesis-event.decorator.js';
import { KinesisConfigurationError } from '../errors.js';
import { providerMethods } from './decorated-methods.js';
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
    for (const { wrapper, className, methodName, method } of providerMethods(this.discovery, this.scanner)) {
      const types = eventTypesOf(method);
      if (types.length === 0) continue;
      const name = `${className}.${methodName}`;
      if (!wrapper.isDependencyTreeStatic() || wrapper.isTransient) {
        throw new KinesisConfigurationError(
          `${name} listens with @OnKinesisEvent, but its class is request-scoped or transient: events belong to no ` +
            'request. Make the class and what it injects singletons.',
        );
      }
      const listen = method.bind(wrapper.instance);
      for (const type of new Set(types)) this.events.on(type, listen, name);
    }
  }
}
