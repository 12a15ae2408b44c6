import type { Handler, HandlerContext, HandlerSettings } from '../delivery/handler.js';
import type { HandlerContextCreator } from './handler-context-creator.js';
import type { DiscoveredHandler } from './handler-explorer.js';
import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
  ROUTE_ARGS_METADATA,
} from './nest-internals.js';

type HandlerMethod = (input: unknown, context: HandlerContext) => unknown;

const ENHANCERS = [GUARDS_METADATA, INTERCEPTORS_METADATA, PIPES_METADATA, EXCEPTION_FILTERS_METADATA];

/** Makes of a discovered method what the engine calls: through its enhancers, or directly where it has none. */
export function createRecordHandler(
  discovered: DiscoveredHandler,
  settings: HandlerSettings,
  contexts: HandlerContextCreator,
): Handler {
  const { instance, method, methodName } = discovered;
  const invoke = needsContext(discovered)
    ? (contexts.create(
        instance,
        method as (...args: unknown[]) => unknown,
        methodName,
        ROUTE_ARGS_METADATA,
        { exchangeKeyForValue: () => undefined },
        undefined,
        undefined,
        { guards: true, interceptors: true, filters: true },
        'kinesis',
      ) as HandlerMethod)
    : (method as HandlerMethod).bind(instance);
  return { name: discovered.name, ...settings, handle: invoke };
}

/** Going through Nest costs each record; a method with neither enhancers nor parameter decorators is spared that. */
function needsContext(discovered: DiscoveredHandler): boolean {
  const { instance, methodName } = discovered;
  const hasParameters =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, instance.constructor, methodName) !== undefined;
  return hasParameters || ENHANCERS.some((key) => hasMetadata(key, discovered));
}

function hasMetadata(key: string, { instance, method }: DiscoveredHandler): boolean {
  return Reflect.hasMetadata(key, method) || Reflect.hasMetadata(key, instance.constructor);
}
