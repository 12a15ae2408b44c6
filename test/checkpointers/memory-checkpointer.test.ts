import { MemoryCheckpointer } from '../../src/checkpointers/memory-checkpointer.js';
import { describeCheckpointer } from '../../src/testing/checkpointer-suite/describe-checkpointer.js';

describe('the memory checkpointer', () => {
  const shared = new MemoryCheckpointer();

  describeCheckpointer(() => shared);

  it('shares nothing between instances', async () => {
    const scope = { application: 'billing', streamName: 'orders' };
    const one = new MemoryCheckpointer();
    await one.create(scope, { shardId: 's', parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' } });

    await expect(new MemoryCheckpointer().list(scope)).resolves.toEqual([]);
  });
});
