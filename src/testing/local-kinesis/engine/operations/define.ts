import { type Account } from '../account.js';
import { type OperationInput, type OperationOutput } from '../operation.js';
import { ServiceError } from '../service-error.js';
import { type Shape, structure, type StructureType, throwViolations } from '../validation/shape.js';

/** What comes with a call beside its input. */
export interface CallContext {
  /** Aborts when the caller has gone away. */
  readonly signal?: AbortSignal | undefined;
  /** How old the topology that ListShards shows is, in milliseconds: the fault "stale ListShards". */
  readonly staleness?: number | undefined;
}

/** One operation of the service: checks the input and does what it asks. */
export type Operation = (account: Account, input: OperationInput, context: CallContext) => OperationOutput;

/** Puts the check of an operation's members before what it does. */
export function operation<M extends Record<string, Shape<unknown>>>(
  members: M,
  run: (input: StructureType<M>, account: Account, context: CallContext) => OperationOutput,
): Operation {
  const shape = structure(members);
  return (account, input, context) => {
    const violations = shape.violations(input);
    if (violations !== undefined) throwViolations(violations);
    return run(withoutNulls(input) as StructureType<M>, account, context);
  };
}

export function invalidArgument(message: string): ServiceError {
  return new ServiceError('InvalidArgumentException', message);
}

/** In JSON and CBOR a member may be null, which means that it is left out. */
function withoutNulls(input: OperationInput): OperationInput {
  for (const name in input) {
    if (input[name] === null) {
      return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
    }
  }
  return input;
}
