import { Injectable } from '@nestjs/common';
import { ApplicationConfig, ModuleRef, ModulesContainer, SerializedGraph } from '@nestjs/core';
import { isObservable } from 'rxjs';
import type { Handler, HandlerSettings } from '../delivery/handler.js';
import { callInScope } from './call-scope.js';
import { completion } from './completion.js';
import { refuseUnresolvable } from './enhancer-check.js';
import { type Enhancers, EnhancersCreator } from './enhancers.js';
import type { DiscoveredHandler } from './handler-explorer.js';
import {
  type BoundMethod,
  type HandlerParameter,
  parametersOf,
  refuseProperties,
} from './handler-parameters.js';
import { HandlerPipeline } from './handler-pipeline.js';
import { HandlerScopes } from './handler-scopes.js';
import type { InstanceWrapper } from './nest-internals.js';

/** What the engine calls, by position, whatever Nest wraps around the method. */
type HandlerCall = Handler['handle'];

/** What is known about a handler's calls before the first. */
interface CallPlan {
  readonly discovered: DiscoveredHandler;
  /** Whether the method takes an array of records. */
  readonly batch: boolean;
  readonly parameters: readonly HandlerParameter[];
  readonly creator: EnhancersCreator;
  /** Enhancers of the app that are made anew for each call. */
  readonly globals: readonly InstanceWrapper[];
}

/** Makes of discovered methods what the engine calls. */
@Injectable()
export class HandlerFactory {
  private readonly scopes: HandlerScopes;

  constructor(
    private readonly modules: ModulesContainer,
    private readonly config: ApplicationConfig,
    private readonly graph: SerializedGraph,
    moduleRef: ModuleRef,
  ) {
    this.scopes = new HandlerScopes(moduleRef);
  }

  /**
   * The method is called inside its enhancers, or directly where it has none; in a sub-tree of providers of its own where
   * its class or an enhancer is scoped; and inside the scope of `KinesisContextHost`, where the app has loaded that.
   *
   * @param globalEnhancers - whether the app's own guards, pipes, interceptors and filters apply to it
   * @throws KinesisConfigurationError for an enhancer or a parameter that cannot work
   */
  createHandler(discovered: DiscoveredHandler, settings: HandlerSettings, globalEnhancers: boolean): Handler {
    this.tellDevtools(discovered);
    const { wrapper, name } = discovered;
    const globals = globalEnhancers ? this.scopedGlobals() : [];
    const batch = settings.shape.type !== 'record';
    const plan: CallPlan = {
      discovered,
      globals,
      batch,
      parameters: checkedParameters(discovered, batch),
      creator: new EnhancersCreator(this.modules, globalEnhancers ? this.config : undefined),
    };
    const isScoped = wrapper.isTransient || !wrapper.isDependencyTreeStatic() || globals.length > 0;
    const call = isScoped ? this.scopedCall(plan) : staticCall(plan);
    return {
      name,
      ...settings,
      handle: (input, context) => callInScope(context, call, input),
      complete: (value, context) => (isObservable(value) ? callInScope(context, completion, value) : value),
    };
  }

  private scopedCall({ discovered, creator, parameters, globals, batch }: CallPlan): HandlerCall {
    const { module, method, methodName, wrapper } = discovered;
    return async (input, context) => {
      const { instance, contextId } = await this.scopes.enter(discovered, context, globals);
      const bound = { instance, method, methodName };
      const enhancers = creator.create({ ...bound, module, inquirerId: wrapper.id, contextId }, parameters);
      return new HandlerPipeline(bound, enhancers, batch).run(input, context);
    };
  }

  private scopedGlobals(): InstanceWrapper[] {
    const { config } = this;
    return [
      ...config.getGlobalRequestGuards(),
      ...config.getGlobalRequestInterceptors(),
      ...config.getGlobalRequestPipes(),
      ...config.getGlobalRequestFilters(),
    ];
  }

  /** Nest Devtools shows handlers among the app's entry points. */
  private tellDevtools({ name, metadata, wrapper, methodName }: DiscoveredHandler): void {
    const entrypoint = {
      id: `${wrapper.id}_${methodName}`,
      type: 'kinesis',
      methodName,
      className: wrapper.metatype?.name ?? name,
      classNodeId: wrapper.id,
      metadata: { key: metadata.stream, name },
    };
    this.graph.insertEntrypoint(entrypoint, wrapper.id);
  }
}

/** @throws KinesisConfigurationError at bootstrap, also for a handler whose class is made only when it is called */
function checkedParameters(
  { prototype, method, methodName, module }: DiscoveredHandler,
  batch: boolean,
): HandlerParameter[] {
  const blueprint = { instance: Object.create(prototype) as object, method, methodName };
  const parameters = parametersOf(blueprint);
  if (batch) refuseProperties(blueprint, parameters);
  refuseUnresolvable({ ...blueprint, module }, parameters);
  return parameters;
}

function staticCall({ discovered, creator, parameters, batch }: CallPlan): HandlerCall {
  const { module, method, methodName, wrapper } = discovered;
  const bound = { instance: wrapper.instance as object, method, methodName };
  const enhancers = creator.create({ ...bound, module, inquirerId: wrapper.id }, parameters);
  if (isDirect(enhancers)) return directCall(bound, enhancers);
  const pipeline = new HandlerPipeline(bound, enhancers, batch);
  return (input, context) => pipeline.run(input, context);
}

/** Going through Nest costs each call; a method that nothing is wrapped around is spared that. */
function isDirect({ guards, interceptors, filters, parameters }: Enhancers): boolean {
  return (
    guards.length + interceptors.length + filters.length === 0 &&
    parameters.every(({ source, through }) => source !== 'custom' && through.length === 0)
  );
}

function directCall({ instance, method }: BoundMethod, { parameters }: Enhancers): HandlerCall {
  // As most methods have them, and at less than half of the cost.
  if (isByPosition(parameters, ['payload'])) return (input) => method.call(instance, input);
  if (isByPosition(parameters, ['payload', 'context'])) {
    return (input, context) => method.call(instance, input, context);
  }
  return (input, context) => {
    const ordered: unknown[] = [];
    for (const { index, extract } of parameters) ordered[index] = extract([input, context]);
    return method.apply(instance, ordered);
  };
}

/** Whether a method takes just these, whole and in this order. */
function isByPosition(
  parameters: readonly HandlerParameter[],
  sources: readonly HandlerParameter['source'][],
): boolean {
  return (
    parameters.length === sources.length &&
    parameters.every(
      ({ index, source, described }) => source === sources[index] && described.data === undefined,
    )
  );
}
