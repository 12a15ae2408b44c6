import type { DiscoveryService, MetadataScanner } from '@nestjs/core';

export type ProviderWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** A method of a provider or controller. */
export interface ProviderMethod {
  readonly wrapper: ProviderWrapper;
  readonly className: string;
  readonly methodName: string;
  readonly method: (...args: unknown[]) => unknown;
}

/** Every method of the app's providers and controllers, inherited ones included; once for each class. */
export function* providerMethods(
  discovery: DiscoveryService,
  scanner: MetadataScanner,
): Generator<ProviderMethod> {
  const seen = new Set<object>();
  for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
    const prototype = prototypeOf(wrapper);
    if (!prototype || seen.has(prototype)) continue;
    seen.add(prototype);
    for (const methodName of scanner.getAllMethodNames(prototype)) {
      const method = (prototype as Record<string, unknown>)[methodName];
      if (typeof method !== 'function') continue;
      const className = prototype.constructor.name;
      yield { wrapper, className, methodName, method: method as ProviderMethod['method'] };
    }
  }
}

/** The prototype to look for methods on; a scoped class has no instance yet, but its prototype tells. */
function prototypeOf(wrapper: ProviderWrapper): object | undefined {
  if (wrapper.isAlias) return undefined;
  const instance: unknown = wrapper.instance;
  if (typeof instance === 'object' && instance !== null) {
    return (Object.getPrototypeOf(instance) as object | null) ?? undefined;
  }
  const { metatype } = wrapper;
  if (wrapper.inject || typeof metatype !== 'function') return undefined;
  return (metatype.prototype as object | undefined) ?? undefined;
}
