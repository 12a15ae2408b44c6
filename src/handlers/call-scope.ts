import type { Handler, HandlerContext } from '../delivery/handler.js';

/** Calls a handler with an input, and keeps its context for whatever code runs meanwhile. */
export type CallScope = (context: HandlerContext, call: Handler['handle'], input: unknown) => unknown;

let callScope: CallScope | undefined;

/**
 * What handlers are called in from now on. There is none at first: only who loads `KinesisContextHost` has one, because an
 * `AsyncLocalStorage` in use makes every promise of the process cost more (Node 20 and 22).
 */
export function useCallScope(scope: CallScope): void {
  callScope = scope;
}

export const callInScope: CallScope = (context, call, input) =>
  callScope ? callScope(context, call, input) : call(input, context);
