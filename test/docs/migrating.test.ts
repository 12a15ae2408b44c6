import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLeaseFile } from '../../src/cli/leases/lease-file.js';
import { EXAMPLES, examplesOf } from './support/examples.js';
import { readPage } from './support/pages.js';

interface LifionExample {
  readonly toLeaseFile: (shards: Record<string, object>) => string;
}

it('the leases that docs/migrating.md makes of the state of lifion-kinesis can be imported', async () => {
  const example = examplesOf(readPage('docs/migrating.md')).find(({ source }) =>
    source.includes('toLeaseFile'),
  );
  const folder = join(EXAMPLES, 'lifion');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'leases.ts'), example?.source ?? '');
  try {
    const { toLeaseFile } = (await import(join(folder, 'leases.ts'))) as LifionExample;
    const file = toLeaseFile({
      'shardId-000000000000': { checkpoint: '4959', depleted: true, parent: null },
      'shardId-000000000001': { checkpoint: '4960', depleted: false, parent: 'shardId-000000000000' },
      'shardId-000000000002': { checkpoint: null, depleted: false, parent: 'shardId-000000000000' },
    });

    const scope = { application: 'billing', stream: 'orders' };
    const parentShardIds = ['shardId-000000000000'];
    expect(parseLeaseFile(file)).toEqual([
      { ...scope, shardId: 'shardId-000000000000', parentShardIds: [], checkpoint: { type: 'SHARD_END' } },
      {
        ...scope,
        shardId: 'shardId-000000000001',
        parentShardIds,
        checkpoint: { type: 'SEQUENCE', sequenceNumber: '4960', subSequenceNumber: 0 },
      },
      { ...scope, shardId: 'shardId-000000000002', parentShardIds, checkpoint: { type: 'TRIM_HORIZON' } },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
