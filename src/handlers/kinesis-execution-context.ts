import type { ArgumentsHost } from '@nestjs/common';
import type { HandlerContext } from '../delivery/handler.js';

/** What `context.getType()` answers in the enhancers of a `@KinesisConsumer`. */
export const KINESIS_CONTEXT_TYPE = 'kinesis';

/**
 * Whether a guard, interceptor or filter runs for a `@KinesisConsumer`, and not for an HTTP request or another
 * transport's message.
 */
export function isKinesisContext(host: ArgumentsHost): boolean {
  return host.getType<string>() === KINESIS_CONTEXT_TYPE;
}

/**
 * Typed access to what a handler is called with, for its guards, interceptors and filters:
 *
 * ```ts
 * canActivate(context: ExecutionContext): boolean {
 *   if (!isKinesisContext(context)) return this.checkRequest(context);
 *   const { payload } = KinesisExecutionContext.of<Order>(context);
 *   return payload.region === 'eu';
 * }
 * ```
 */
export class KinesisExecutionContext<Input = unknown, Context extends HandlerContext = HandlerContext> {
  private constructor(
    /** The record's payload, or the `ReceivedRecord`s of a batch: as decoded, before any pipe. */
    readonly payload: Input,
    /** The `KinesisContext` of the record, or the `KinesisBatchContext` of the batch. */
    readonly context: Context,
  ) {}

  /** @param host - what the enhancer was given, for which {@link isKinesisContext} holds */
  static of<Input = unknown, Context extends HandlerContext = HandlerContext>(
    host: ArgumentsHost,
  ): KinesisExecutionContext<Input, Context> {
    return new KinesisExecutionContext(host.getArgByIndex<Input>(0), host.getArgByIndex<Context>(1));
  }
}
