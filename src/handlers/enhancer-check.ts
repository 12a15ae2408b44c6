import { KinesisConfigurationError } from '../errors.js';
import type { BoundMethod, HandlerParameter } from './handler-parameters.js';
import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  type NestModule,
  PIPES_METADATA,
} from './nest-internals.js';

/** A method, and the module in which Nest looks for its enhancers. */
type MethodInModule = BoundMethod & { readonly module: NestModule };

/** Each kind of enhancer, and the method that makes a class one. */
const KINDS = {
  [GUARDS_METADATA]: 'canActivate',
  [INTERCEPTORS_METADATA]: 'intercept',
  [PIPES_METADATA]: 'transform',
  [EXCEPTION_FILTERS_METADATA]: 'catch',
};

/**
 * Nest makes the instances of enhancers bound by class while it reads the modules. For a handler whose class it could
 * not see there, because a factory or a value provides it, there are none, and Nest would skip them without a word.
 *
 * @throws KinesisConfigurationError that names the enhancer
 */
export function refuseUnresolvable(target: MethodInModule, parameters: readonly HandlerParameter[]): void {
  const { instance, method } = target;
  for (const [key, enhancerMethod] of Object.entries(KINDS)) {
    const bound = [
      ...((Reflect.getMetadata(key, instance.constructor) ?? []) as unknown[]),
      ...((Reflect.getMetadata(key, method) ?? []) as unknown[]),
      ...(key === PIPES_METADATA ? parameters.flatMap(({ pipes }) => pipes) : []),
    ];
    for (const enhancer of bound) refuse(enhancer, enhancerMethod, target);
  }
}

function refuse(
  enhancer: unknown,
  enhancerMethod: string,
  { module, instance, methodName }: MethodInModule,
): void {
  if (typeof enhancer !== 'function' || module.injectables.has(enhancer)) return;
  // Nest takes a class with that method among its static ones for the enhancer itself.
  if (enhancerMethod in enhancer) return;
  throw new KinesisConfigurationError(
    `${enhancer.name} is bound by class to ${instance.constructor.name}.${methodName}, but Nest has made no instance of it: ` +
      'the handler comes from useFactory or useValue. Bind an instance of the enhancer, or let Nest make the handler ' +
      '(a class in "providers" or "controllers", or useClass).',
  );
}
