import type { ArgumentsHost } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import {
  ExternalContextCreator,
  ExternalExceptionFilterContext,
  GuardsConsumer,
  GuardsContextCreator,
  InterceptorsConsumer,
  InterceptorsContextCreator,
  type NestContainer,
  PipesConsumer,
  PipesContextCreator,
} from './nest-internals.js';

interface BoundFilter {
  func: (exception: unknown, host: ArgumentsHost) => unknown;
}

/** What a filter returned, nothing included: tells "caught" from "no filter is for this exception". */
interface Caught {
  readonly result: unknown;
}

/**
 * Exception filters as handlers need them: what a filter catches is caught, also when the filter returns nothing,
 * and what none catches is thrown on. Nest's own handler would log and rethrow both.
 */
class HandlerFilterContext extends ExternalExceptionFilterContext {
  override create(...args: Parameters<ExternalExceptionFilterContext['create']>) {
    const handler = super.create(...args);
    const { filters } = handler as unknown as { filters: BoundFilter[] };
    for (const filter of filters) {
      const { func } = filter;
      filter.func = (exception, host): Caught => ({ result: func(exception, host) });
    }
    handler.next = async (exception, host): Promise<unknown> => {
      const caught = handler.invokeCustomFilters(exception, host) as Caught | null | undefined;
      if (!caught) throw exception;
      return caught.result;
    };
    return handler;
  }
}

/**
 * Wraps handler methods in their guards, pipes, interceptors and filters. It differs from the creator Nest injects
 * in two ways: enhancers bound by class to a *controller* are found (Nest's looks among providers only, and skips
 * them without a word), and global enhancers do not apply, as in Nest's own microservices: they are made for HTTP.
 */
export class HandlerContextCreator extends ExternalContextCreator {
  constructor(private readonly modules: ModulesContainer) {
    // All that the creators below ask of the container is its modules; without an ApplicationConfig they know no
    // global enhancers.
    const container = { getModules: () => modules } as unknown as NestContainer;
    super(
      new GuardsContextCreator(container),
      new GuardsConsumer(),
      new InterceptorsContextCreator(container),
      new InterceptorsConsumer(),
      modules,
      new PipesContextCreator(container),
      new PipesConsumer(),
      new HandlerFilterContext(container),
    );
  }

  override getContextModuleKey(
    moduleCtor: Parameters<ExternalContextCreator['getContextModuleKey']>[0],
  ): string {
    const key = super.getContextModuleKey(moduleCtor);
    if (key !== '' || !moduleCtor) return key;
    for (const [candidate, module] of this.modules) {
      if (module.controllers.has(moduleCtor)) return candidate;
    }
    return key;
  }
}
