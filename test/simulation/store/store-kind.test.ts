import { DynamoDbCheckpointer } from '../../../src/checkpointers/dynamodb/index.js';
import { MemoryCheckpointer } from '../../../src/checkpointers/memory-checkpointer.js';
import type { Checkpointer } from '../../../src/checkpointers/checkpointer.js';
import { RedisCheckpointer } from '../../../src/checkpointers/redis/index.js';
import { STORE_KINDS, type StoreKind } from './store-kind.js';

/** None of them connects before its first call. */
const CHECKPOINTERS: Record<StoreKind['name'], () => Checkpointer> = {
  memory: () => new MemoryCheckpointer(),
  redis: () => new RedisCheckpointer(),
  dynamodb: () => new DynamoDbCheckpointer({ client: { region: 'us-east-1' } }),
};

it.each(STORE_KINDS)('the model of $name says what its checkpointer says', async (kind) => {
  const checkpointer = CHECKPOINTERS[kind.name]();

  expect({ listInterval: checkpointer.listInterval, watch: checkpointer.watch !== undefined }).toEqual({
    listInterval: kind.listInterval,
    watch: kind.watch,
  });
  await checkpointer.close?.();
});
