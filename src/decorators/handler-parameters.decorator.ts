import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';

type ParameterPipe = Type<PipeTransform> | PipeTransform;

const payload = createParamDecorator((_data: unknown, context: ExecutionContext): unknown =>
  context.getArgByIndex(0),
);

const kinesisContext = createParamDecorator((_data: unknown, context: ExecutionContext): unknown =>
  context.getArgByIndex(1),
);

/**
 * The parameter of a `@KinesisConsumer` method that takes the record's payload.
 *
 * @param pipes - applied to the payload in this order
 */
export function KinesisPayload(...pipes: ParameterPipe[]): ParameterDecorator {
  return payload(undefined, ...pipes);
}

/** The parameter of a `@KinesisConsumer` method that takes the record's `KinesisContext`. */
export function KinesisCtx(): ParameterDecorator {
  return kinesisContext();
}
