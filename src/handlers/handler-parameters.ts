import type { ArgumentMetadata, ExecutionContext } from '@nestjs/common';
import { contextOf, payloadOf } from '../decorators/handler-parameters.decorator.js';
import { KinesisConfigurationError } from '../errors.js';
import { KINESIS_CONTEXT_TYPE } from './kinesis-execution-context.js';
import { ContextUtils, ExecutionContextHost, ROUTE_ARGS_METADATA } from './nest-internals.js';

/** What parameter decorators leave on a method for one parameter, in the form they share across Nest's transports. */
interface ParameterMetadata {
  readonly index: number;
  readonly data?: unknown;
  readonly pipes?: readonly unknown[];
  readonly schema?: unknown;
  readonly factory?: (data: unknown, context: ExecutionContext) => unknown;
}

/** One parameter of a handler: where its value comes from, and what its pipes are told about it. */
export interface HandlerParameter {
  readonly index: number;
  readonly source: 'payload' | 'context' | 'custom';
  /** As the parameter's decorator lists them: classes and instances. */
  readonly pipes: readonly unknown[];
  readonly described: ParameterDescription;
  /** The value, before pipes. */
  readonly extract: (args: readonly unknown[]) => unknown;
}

/** What Nest's `PipesConsumer` makes an `ArgumentMetadata` of: its `type` is still a number of Nest's, or a text. */
export interface ParameterDescription {
  readonly type: number | string;
  readonly metatype: ArgumentMetadata['metatype'];
  readonly data: unknown;
  /** Nest 12 hands schemas to pipes; Nest 11 knows of none. */
  readonly schema: unknown;
}

/** A method, and the object it is called on. */
export interface BoundMethod {
  readonly instance: object;
  readonly method: (...args: unknown[]) => unknown;
  readonly methodName: string;
}

/**
 * `RpcParamtype` of `@nestjs/microservices`: so `@Payload()` and `@Ctx()` work here. Pipes know 3 as 'body', which is what
 * `ValidationPipe` validates, and leave alone what is 'custom'.
 */
const PAYLOAD = 3;
const CONTEXT = 6;

/** A method without parameter decorators takes them by position. */
const BY_POSITION: Record<string, ParameterMetadata> = {
  [`${PAYLOAD}:0`]: { index: 0 },
  [`${CONTEXT}:1`]: { index: 1 },
};

const contextUtils = new ContextUtils();

/**
 * The parameters that a method declares, by its decorators or by position.
 *
 * @throws KinesisConfigurationError for a parameter decorated for another transport
 */
export function parametersOf(bound: BoundMethod): HandlerParameter[] {
  const { instance, methodName } = bound;
  const declared = contextUtils.reflectCallbackMetadata<Record<string, ParameterMetadata> | undefined>(
    instance,
    methodName,
    ROUTE_ARGS_METADATA,
  );
  const types = contextUtils.reflectCallbackParamtypes(instance, methodName) as
    readonly ArgumentMetadata['metatype'][] | undefined;
  return Object.entries(declared ?? BY_POSITION).map(([key, metadata]) =>
    parameterOf(contextUtils.mapParamType(key), metadata, types?.[metadata.index], bound),
  );
}

function parameterOf(
  type: string,
  metadata: ParameterMetadata,
  metatype: ArgumentMetadata['metatype'],
  bound: BoundMethod,
): HandlerParameter {
  const { index, data, schema, factory, pipes = [] } = metadata;
  const common = { index, pipes };
  const description = { metatype, data, schema };
  if (factory === payloadOf || type === String(PAYLOAD)) {
    const described = { ...description, type: PAYLOAD };
    return { ...common, source: 'payload', described, extract: ([input]) => property(input, data) };
  }
  if (factory === contextOf || type === String(CONTEXT)) {
    const described = { ...description, type: CONTEXT };
    return { ...common, source: 'context', described, extract: ([, context]) => context };
  }
  if (!factory) throw foreignParameter(index, bound);
  const extract = (args: readonly unknown[]): unknown => factory(data, executionContext(args, bound));
  return { ...common, source: 'custom', described: { ...description, type }, extract };
}

/**
 * For a method that takes an array of records, which has no such property.
 *
 * @throws KinesisConfigurationError for a parameter that takes one property of the payload
 */
export function refuseProperties(
  { instance, methodName }: BoundMethod,
  parameters: readonly HandlerParameter[],
): void {
  for (const { index, source, described } of parameters) {
    if (source !== 'payload' || typeof described.data !== 'string') continue;
    throw new KinesisConfigurationError(
      `Parameter ${index + 1} of ${instance.constructor.name}.${methodName} takes the property "${described.data}" of a ` +
        'payload, but a batch handler gets an array of records. Take that, and the property of each.',
    );
  }
}

/** `@Payload('customer')` takes one property of the payload. */
function property(input: unknown, name: unknown): unknown {
  return typeof name === 'string' ? (input as Record<string, unknown> | null | undefined)?.[name] : input;
}

/** What enhancers of `bound` are given, when it is called with `args`. */
export function executionContext(
  args: readonly unknown[],
  { instance, method }: BoundMethod,
): ExecutionContextHost {
  const context = new ExecutionContextHost([...args], instance.constructor as never, method);
  context.setType(KINESIS_CONTEXT_TYPE);
  return context;
}

function foreignParameter(index: number, { instance, methodName }: BoundMethod): KinesisConfigurationError {
  return new KinesisConfigurationError(
    `Parameter ${index + 1} of ${instance.constructor.name}.${methodName} is decorated for another transport. ` +
      'A @KinesisConsumer takes @KinesisPayload(), @KinesisCtx(), @Payload(), @Ctx() and what createParamDecorator makes.',
  );
}
