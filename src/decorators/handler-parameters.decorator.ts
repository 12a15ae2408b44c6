import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import { KinesisConfigurationError } from '../errors.js';
import { SchemaPipe } from './schema-pipe.js';
import type { StandardSchema } from './standard-schema.js';

/** A pipe as Nest's parameter decorators take it: a class, or an instance. */
export type ParameterPipe = Type<PipeTransform> | PipeTransform;

/** Checks payloads with any library that implements Standard Schema (https://standardschema.dev). */
export interface KinesisPayloadSchema {
  /** The handler gets what the schema makes of the payload: with defaults filled in, coerced, stripped. */
  readonly schema: StandardSchema;
}

/** @internal */
export const payloadOf = (_data: unknown, context: ExecutionContext): unknown => context.getArgByIndex(0);

/** @internal */
export const contextOf = (_data: unknown, context: ExecutionContext): unknown => context.getArgByIndex(1);

const payload = createParamDecorator(payloadOf);

const kinesisContext = createParamDecorator(contextOf);

/**
 * The parameter of a `@KinesisConsumer` method that takes the record's payload; of a batch handler, its `ReceivedRecord`s.
 *
 * A payload that a schema or a pipe refuses fails with a {@link ValidationError}, which is never tried again. For a batch,
 * schemas and pipes see the payload of each record by itself, and only the records they refuse fail.
 *
 * @param pipes - pipes, by class or instance, and schemas, applied to the payload in this order
 */
export function KinesisPayload(...pipes: (ParameterPipe | KinesisPayloadSchema)[]): ParameterDecorator {
  return payload(undefined, ...pipes.map(pipeOf));
}

/** The parameter of a `@KinesisConsumer` method that takes the record's `KinesisContext`, or a batch's `KinesisBatchContext`. */
export function KinesisCtx(): ParameterDecorator {
  return kinesisContext();
}

function pipeOf(pipe: ParameterPipe | KinesisPayloadSchema): ParameterPipe {
  // A pipe of the user's may well keep a schema of its own under that name.
  if (typeof pipe === 'function' || 'transform' in pipe) return pipe;
  const { schema } = pipe;
  if (typeof schema?.['~standard']?.validate !== 'function') {
    throw new KinesisConfigurationError(
      '@KinesisPayload({ schema }) takes a schema with "~standard", as Standard Schema (https://standardschema.dev) asks: ' +
        'of Zod 3.24 or newer, Valibot 1, ArkType 2, or another library that implements it.',
    );
  }
  return new SchemaPipe(schema);
}
