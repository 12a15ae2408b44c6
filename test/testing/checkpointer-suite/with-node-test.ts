import { afterEach, beforeEach, describe, it } from 'node:test';
import { MemoryCheckpointer } from '../../../src/checkpointers/memory-checkpointer.js';
import { describeCheckpointer } from '../../../src/testing/checkpointer-suite/describe-checkpointer.js';

const store = new MemoryCheckpointer();

void describe('the memory checkpointer', () => {
  describeCheckpointer(() => store, { runner: { describe, it, beforeEach, afterEach }, leases: 100 });
});
