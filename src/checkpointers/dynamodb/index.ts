export { DynamoDbCheckpointer } from './dynamodb-checkpointer.js';
export type { DynamoDbCheckpointerOptions } from './dynamodb-options.js';
export type { Aggregates, UnresolvedStart } from './positions.js';
