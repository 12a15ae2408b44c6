import { type ContextId, ContextIdFactory, type ModuleRef } from '@nestjs/core';
import type { HandlerContext } from '../delivery/handler.js';
import type { DiscoveredHandler } from './handler-explorer.js';
import { Injector, type InstanceWrapper, REQUEST_CONTEXT_ID } from './nest-internals.js';

/** The sub-tree of providers that one handler call has to itself, and the handler's instance in it. */
export interface HandlerScope {
  readonly contextId: ContextId;
  readonly instance: object;
}

/**
 * Makes the providers of handler calls: request-scoped and transient ones for each call anew, durable ones once for each
 * sub-tree that the app's `ContextIdStrategy` tells apart. All of them hang on the call's context, and go with it.
 */
export class HandlerScopes {
  private readonly injector = new Injector();

  constructor(private readonly moduleRef: ModuleRef) {}

  /** @param globals - scoped enhancers of the whole app, which Nest would load with controllers only */
  async enter(
    { wrapper, module }: DiscoveredHandler,
    context: HandlerContext,
    globals: readonly InstanceWrapper[],
  ): Promise<HandlerScope> {
    const contextId = this.contextIdFor(context, wrapper.isDependencyTreeDurable());
    const collection =
      module.controllers.get(wrapper.token as never) === wrapper ? 'controllers' : 'providers';
    const [instance] = await Promise.all([
      this.injector.loadPerContext<object>(
        wrapper.instance as object,
        module,
        module[collection],
        contextId,
        wrapper,
      ),
      ...globals.map((each) => this.injector.loadInjectable(each, each.host ?? module, contextId, wrapper)),
    ]);
    return { contextId, instance };
  }

  /** As Nest's transports do it, so that REQUEST and `ContextIdFactory.getByRequest(context)` mean the same sub-tree. */
  private contextIdFor(context: HandlerContext, isDurable: boolean): ContextId {
    const contextId = ContextIdFactory.getByRequest(context);
    if (REQUEST_CONTEXT_ID in context) return contextId;
    Object.defineProperty(context, REQUEST_CONTEXT_ID, { value: contextId });
    // A durable provider outlives the call: it must not hold on to what is of this call only.
    this.moduleRef.registerRequestByContextId<unknown>(isDurable ? contextId.payload : context, contextId);
    return contextId;
  }
}
