import type { KinesisContext } from '../delivery/kinesis-context.js';

export type HandlerContext = KinesisContext;

export interface BatchRecord {
  readonly id: string;
  readonly payload: unknown;
  withPayload(payload: unknown): BatchRecord;
}

/** A handler's method as the engine calls it: by position, whatever Nest wraps around it. */
export type HandlerCall = (input: unknown, context: HandlerContext) => unknown;
