import { type OperationInput } from '../engine/operation.js';
import { isStructure } from '../engine/validation/shape.js';

/** Turns a member's value as it came over the wire into the one the SDK would have been given. */
export type FieldConversion = (value: unknown) => unknown;

/** How one wire format writes the two kinds of members that are not what they seem. */
export interface FieldConversions {
  readonly blob: FieldConversion;
  readonly timestamp: FieldConversion;
}

interface SpecialField {
  /** Member names from the top; `*` stands for each item of a list. */
  readonly path: readonly string[];
  readonly kind: keyof FieldConversions;
}

const blob = (...path: string[]): SpecialField => ({ path, kind: 'blob' });
const timestamp = (...path: string[]): SpecialField => ({ path, kind: 'timestamp' });

/** Every blob and timestamp in the inputs of the operations (from the service's model in `@aws-sdk/client-kinesis`). */
const SPECIAL_FIELDS: ReadonlyMap<string, readonly SpecialField[]> = new Map([
  ['PutRecord', [blob('Data')]],
  ['PutRecords', [blob('Records', '*', 'Data')]],
  ['GetShardIterator', [timestamp('Timestamp')]],
  ['ListShards', [timestamp('StreamCreationTimestamp'), timestamp('ShardFilter', 'Timestamp')]],
  ['ListStreamConsumers', [timestamp('StreamCreationTimestamp')]],
  ['SubscribeToShard', [timestamp('StartingPosition', 'Timestamp')]],
]);

/** Converts the blobs and timestamps of a freshly parsed input in place; what is absent or misplaced stays as it is. */
export function convertFields(operation: string, input: OperationInput, conversions: FieldConversions): void {
  for (const field of SPECIAL_FIELDS.get(operation) ?? []) {
    convertAt(input, field.path, 0, conversions[field.kind]);
  }
}

function convertAt(holder: unknown, path: readonly string[], depth: number, convert: FieldConversion): void {
  const name = path[depth];
  if (name === undefined) return;
  if (name === '*') {
    if (!Array.isArray(holder)) return;
    for (const item of holder) convertAt(item, path, depth + 1, convert);
    return;
  }
  if (!isStructure(holder) || !Object.hasOwn(holder, name)) return;
  if (depth === path.length - 1) holder[name] = convert(holder[name]);
  else convertAt(holder[name], path, depth + 1, convert);
}
