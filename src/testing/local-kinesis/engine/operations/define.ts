import { type Account } from '../account.js';
import { type OperationInput, type OperationOutput } from '../operation.js';
import { ServiceError } from '../service-error.js';
import {
  isStructure,
  type Shape,
  structure,
  type StructureType,
  throwViolations,
} from '../validation/shape.js';

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
  const names = Object.keys(members);
  return (account, input, context) => {
    const violations = shape.violations(input);
    if (violations !== undefined) throwViolations(violations);
    return run(pick(input, names) as StructureType<M>, account, context);
  };
}

export function invalidArgument(message: string): ServiceError {
  return new ServiceError('InvalidArgumentException', message);
}

/**
 * The members an operation knows, and only those: the others have not been checked. In JSON and CBOR a member may be
 * null, which means that it is left out. Lists are let be: their shapes look after themselves.
 */
function pick(input: OperationInput, names: readonly string[]): OperationInput {
  const picked: OperationInput = {};
  for (const name of names) {
    const value = input[name];
    if (value === undefined || value === null) continue;
    picked[name] = isStructure(value) ? pick(value, Object.keys(value)) : value;
  }
  return picked;
}
