import { AsyncLocalStorage } from 'node:async_hooks';
import type { HandlerContext } from '../delivery/handler.js';
import { useCallScope } from './call-scope.js';

const storage = new AsyncLocalStorage<HandlerContext>();

useCallScope((context, call, input) => storage.run(context, call, input, context));

/**
 * Where code that a handler calls, however deep and after however many awaits, finds what it is called for: in all calls that
 * begin once this module is loaded.
 */
export class KinesisContextHost {
  /**
   * The context of the handler call that this code runs in: a `KinesisContext`, or the `KinesisBatchContext` of a batch.
   * Guards, pipes, interceptors, filters and the constructors of request-scoped providers are inside the call, too.
   *
   * @returns `undefined` outside of a handler call
   */
  static current(): HandlerContext | undefined {
    return storage.getStore();
  }
}
