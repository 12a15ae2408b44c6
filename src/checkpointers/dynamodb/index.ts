export { DynamoDbCheckpointer } from './dynamodb-checkpointer.js';
export type { DynamoDbCheckpointerOptions } from './dynamodb-options.js';
