import type { ArgumentsHost, CanActivate, NestInterceptor, PipeTransform, Type } from '@nestjs/common';
import type { ApplicationConfig, ContextId, ModulesContainer } from '@nestjs/core';
import type { BoundMethod, HandlerParameter } from './handler-parameters.js';
import {
  EXCEPTION_FILTERS_METADATA,
  ExternalExceptionFilterContext,
  GuardsContextCreator,
  InterceptorsContextCreator,
  type NestContainer,
  type NestModule,
  PipesContextCreator,
} from './nest-internals.js';

/** An exception filter, and what its `@Catch()` names; nothing means everything. */
export interface BoundFilter {
  readonly func: (exception: unknown, host: ArgumentsHost) => unknown;
  readonly exceptionMetatypes: readonly Type<unknown>[];
}

/** A parameter with the pipes its value goes through: those of the app, class and method before its own. */
export interface PipedParameter extends HandlerParameter {
  readonly through: PipeTransform[];
}

/** Everything that Nest wraps around a method, ready to run. */
export interface Enhancers {
  readonly guards: CanActivate[];
  readonly interceptors: NestInterceptor[];
  /** The one that is asked first comes first: a method's own, its class's, the app's. */
  readonly filters: readonly BoundFilter[];
  readonly parameters: readonly PipedParameter[];
}

/** Whose enhancers are wanted. */
export interface EnhancedMethod extends BoundMethod {
  readonly module: NestModule;
  /** Transient enhancers exist once for each of these. */
  readonly inquirerId: string;
  /** The sub-tree of scoped enhancers. */
  readonly contextId?: ContextId;
}

/** Nest's own finds filters, too, but wraps them in a handler that logs and rethrows whatever they do. */
class FilterContext extends ExternalExceptionFilterContext {
  filtersOf({ instance, method, module, contextId, inquirerId }: EnhancedMethod): BoundFilter[] {
    this.moduleContext = module.token;
    const key = EXCEPTION_FILTERS_METADATA;
    return this.createContext<unknown[], BoundFilter[]>(
      instance,
      method,
      key,
      contextId,
      inquirerId,
    ).reverse();
  }
}

/** Finds the enhancers of methods, with Nest's own creators: each looks in the very module that holds the method's class. */
export class EnhancersCreator {
  private readonly guards: GuardsContextCreator;
  private readonly interceptors: InterceptorsContextCreator;
  private readonly pipes: PipesContextCreator;
  private readonly filters: FilterContext;

  /** @param config - where the app's global enhancers are; without it, they do not apply */
  constructor(modules: ModulesContainer, config: ApplicationConfig | undefined) {
    // All that the creators ask of the container is its modules.
    const container = { getModules: () => modules } as unknown as NestContainer;
    this.guards = new GuardsContextCreator(container, config);
    this.interceptors = new InterceptorsContextCreator(container, config);
    this.pipes = new PipesContextCreator(container, config);
    this.filters = new FilterContext(container, config);
  }

  create(target: EnhancedMethod, parameters: readonly HandlerParameter[]): Enhancers {
    const { instance, method, module, contextId, inquirerId } = target;
    const pipes = this.pipes.create(instance, method, module.token, contextId, inquirerId);
    return {
      guards: this.guards.create(instance, method, module.token, contextId, inquirerId),
      interceptors: this.interceptors.create(instance, method, module.token, contextId, inquirerId),
      filters: this.filters.filtersOf(target),
      parameters: parameters.map((parameter) => ({
        ...parameter,
        through: parameter.source === 'context' ? [] : [...pipes, ...this.ownPipes(parameter, target)],
      })),
    };
  }

  private ownPipes({ pipes }: HandlerParameter, { contextId, inquirerId }: EnhancedMethod): PipeTransform[] {
    return this.pipes.createConcreteContext<unknown[], PipeTransform[]>([...pipes], contextId, inquirerId);
  }
}
