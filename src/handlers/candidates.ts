import type { DiscoveryService } from '@nestjs/core';
import type { InstanceWrapper, NestModule } from './nest-internals.js';

/** A provider or controller whose methods may be decorated. */
export interface Candidate {
  readonly wrapper: InstanceWrapper;
  readonly module: NestModule;
  readonly prototype: object;
  /** What makes two of them the same. */
  readonly identity: object;
}

/**
 * The app's providers and controllers. A class that Nest instantiates is one, however many modules list it and in whatever
 * role; what factories and values provide is told apart by instance.
 */
export function findCandidates(discovery: DiscoveryService): Candidate[] {
  const candidates = new Map<object, Candidate>();
  for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
    const candidate = candidateOf(wrapper);
    if (candidate && !candidates.has(candidate.identity)) candidates.set(candidate.identity, candidate);
  }
  return [...candidates.values()];
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
