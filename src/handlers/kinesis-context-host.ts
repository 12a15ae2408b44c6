import { AsyncLocalStorage } from 'node:async_hooks';
import type { Handler, HandlerContext } from '../delivery/handler.js';

const storage = new AsyncLocalStorage<HandlerContext>();

/** Where code that a handler calls, however deep and after however many awaits, finds what it is called for. */
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

/** Makes `context` what {@link KinesisContextHost} answers in `call`, and in all that it starts. */
export function runInContext(context: HandlerContext, call: Handler['handle'], input: unknown): unknown {
  return storage.run(context, call, input, context);
}
