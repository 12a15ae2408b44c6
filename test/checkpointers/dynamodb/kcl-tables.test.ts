import type { Checkpoint } from '../../../src/checkpointers/checkpoint.js';
import { KinesisConfigurationError } from '../../../src/errors.js';
import {
  AHEAD,
  IDENTIFIER,
  KCL_2,
  KCL_3_0,
  KCL_3_5,
  lease,
  MULTI_STREAM,
  ON_HAND,
  type Row,
  unreadable,
} from './kcl-tables.js';
import { byShard, must, TableFixture } from './table-fixture.js';

const at = (sequenceNumber: string, subSequenceNumber = 0): Checkpoint => ({
  type: 'SEQUENCE',
  sequenceNumber,
  subSequenceNumber,
});

describe('the tables of KCL applications', () => {
  let tables: TableFixture;

  beforeAll(async () => {
    tables = await TableFixture.start();
  });
  afterAll(() => tables.stop());

  it('reads what a KCL 2.x left', async () => {
    const scope = await tables.scopeOf(Object.values(KCL_2));

    const leases = byShard(await tables.checkpointer().list(scope));

    expect(Object.keys(leases)).toHaveLength(Object.keys(KCL_2).length);
    expect(leases['shardId-000000000001']).toEqual({
      shardId: 'shardId-000000000001',
      parentShardIds: [],
      counter: 0,
      checkpoint: { type: 'TRIM_HORIZON' },
    });
    expect(leases).toMatchObject({
      'shardId-000000000000': { owner: 'kcl-1', counter: 412, checkpoint: at(ON_HAND, 17) },
      'shardId-000000000002': { checkpoint: { type: 'SHARD_END' } },
      'shardId-000000000003': { parentShardIds: ['shardId-000000000002'] },
      'shardId-000000000005': { parentShardIds: ['shardId-000000000003', 'shardId-000000000004'] },
      'shardId-000000000006': { checkpoint: at(ON_HAND) },
      'shardId-000000000007': { checkpoint: at(ON_HAND) },
    });
    for (const each of Object.values(leases)) expect(each).not.toHaveProperty('sessionTimeout');
  });

  it('sees who owns a lease that a KCL 3.x was handing off, and to whom', async () => {
    const scope = await tables.scopeOf(Object.values(KCL_3_0));

    const leases = byShard(await tables.checkpointer().list(scope));

    expect(leases['shardId-000000000000']).toMatchObject({ owner: 'kcl-1' });
    expect(leases['shardId-000000000000']).not.toHaveProperty('handOffTo');
    expect(leases['shardId-000000000001']).toMatchObject({ owner: 'kcl-1', handOffTo: 'kcl-2' });
  });

  it('takes only leases for leases in the one table of a KCL 3.5', async () => {
    const scope = await tables.scopeOf(Object.values(KCL_3_5));
    const checkpointer = tables.checkpointer();

    const leases = await checkpointer.list(scope);

    expect(leases.map((each) => each.shardId).sort()).toEqual([
      'shardId-000000000000',
      'shardId-000000000001',
    ]);
    await expect(checkpointer.get(scope, 'Migration3.0')).resolves.toBeUndefined();
  });

  it('works on a table with the index of a KCL 3.x', async () => {
    const scope = await tables.scopeOf(Object.values(KCL_3_0), {
      AttributeDefinitions: [
        { AttributeName: 'leaseKey', AttributeType: 'S' },
        { AttributeName: 'leaseOwner', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'LeaseOwnerToLeaseKeyIndex',
          KeySchema: [
            { AttributeName: 'leaseOwner', KeyType: 'HASH' },
            { AttributeName: 'leaseKey', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });

    await expect(tables.checkpointer().list(scope)).resolves.toHaveLength(2);
  });

  const all: [string, Row][] = Object.entries({ '2.x': KCL_2, '3.0': KCL_3_0, '3.5': KCL_3_5 }).flatMap(
    ([version, rows]) =>
      Object.entries(rows)
        .filter(([, row]) => row.leaseCounter !== undefined)
        .map(([name, row]): [string, Row] => [`${version} ${name}`, row]),
  );

  it.each(all)('takes over, advances and gives back: %s', async (_name, row) => {
    const unknown = { M: { note: { S: 'somebody else’s' } } };
    const scope = await tables.scopeOf([{ ...row, unknown }]);
    const checkpointer = tables.checkpointer({ aggregates: 'kpl' });
    const [seen] = await checkpointer.list(scope);

    const held = must(await checkpointer.acquire(scope, must(seen), 'ours-1', 15_000));
    const [renewed] = await checkpointer.renew(scope, [held]);
    const moved = must(await checkpointer.checkpoint(scope, must(renewed), at(AHEAD, 9)));
    const during = await tables.row(scope.application, must(row.leaseKey?.S));
    await expect(checkpointer.release(scope, moved)).resolves.toBe(true);
    const after = await tables.row(scope.application, must(row.leaseKey?.S));

    expect(unreadable(during)).toEqual([]);
    expect(during).toMatchObject({ leaseOwner: { S: 'ours-1' } });
    expect(unreadable(after)).toEqual([]);
    const { leaseOwner: _owner, checkpointOwner: _asked, ...rest } = row;
    const {
      pendingCheckpoint: _p,
      pendingCheckpointSubSequenceNumber: _s,
      pendingCheckpointState: _t,
      ...kept
    } = rest;
    expect(after).toEqual({
      ...kept,
      unknown,
      leaseCounter: { N: String(Number(row.leaseCounter?.N) + 4) },
      ownerSwitchesSinceCheckpoint: { N: '0' },
      checkpoint: { S: AHEAD },
      checkpointSubSequenceNumber: { N: '9' },
      nestjsKinesisStream: { S: 'orders' },
    });
  });

  it('counts a change of the owner, as the KCL does, until the next checkpoint', async () => {
    const scope = await tables.scopeOf([must(KCL_2.owned), must(KCL_2.unowned)]);
    const checkpointer = tables.checkpointer();
    const switches = async (key: string) =>
      (await tables.row(scope.application, key)).ownerSwitchesSinceCheckpoint;
    for (const seen of await checkpointer.list(scope))
      await checkpointer.acquire(scope, seen, 'ours-1', 15_000);

    await expect(switches('shardId-000000000000')).resolves.toEqual({ N: '3' });
    await expect(switches('shardId-000000000001')).resolves.toEqual({ N: '2' });
  });

  it('keeps a prepared checkpoint of an application of the KCL until it is passed', async () => {
    const scope = await tables.scopeOf([must(KCL_2.pendingBytes)]);
    const key = 'shardId-000000000006';
    const checkpointer = tables.checkpointer({ aggregates: 'kpl' });
    const [seen] = await checkpointer.list(scope);
    const held = must(await checkpointer.acquire(scope, must(seen), 'ours-1', 15_000));

    const before = must(await checkpointer.checkpoint(scope, held, at(AHEAD, 3)));
    expect(await tables.row(scope.application, key)).toMatchObject({
      pendingCheckpoint: { S: AHEAD },
      pendingCheckpointSubSequenceNumber: { N: '4' },
      pendingCheckpointState: { B: new Uint8Array([1, 2, 3]) },
    });

    await checkpointer.checkpoint(scope, before, at(AHEAD, 4));
    const row = await tables.row(scope.application, key);
    expect(Object.keys(row).filter((name) => name.startsWith('pending'))).toEqual([]);
  });

  it('keeps a prepared end of the shard until the shard has ended', async () => {
    const scope = await tables.scopeOf([lease('shardId-1', { pendingCheckpoint: { S: 'SHARD_END' } })]);
    const checkpointer = tables.checkpointer();
    const [seen] = await checkpointer.list(scope);
    const held = must(await checkpointer.acquire(scope, must(seen), 'ours-1', 15_000));

    const moved = must(await checkpointer.checkpoint(scope, held, at(AHEAD, 0)));
    expect(await tables.row(scope.application, 'shardId-1')).toHaveProperty('pendingCheckpoint');

    await checkpointer.checkpoint(scope, moved, { type: 'SHARD_END' });
    expect(await tables.row(scope.application, 'shardId-1')).not.toHaveProperty('pendingCheckpoint');
  });

  it('names the children of a shard that has ended', async () => {
    const scope = await tables.scopeOf([lease('shardId-1')]);
    const checkpointer = tables.checkpointer();
    const parentShardIds = ['shardId-1'];
    for (const shardId of ['shardId-3', 'shardId-2']) {
      await checkpointer.create(scope, { shardId, parentShardIds, checkpoint: { type: 'TRIM_HORIZON' } });
    }
    const seen = must(await checkpointer.get(scope, 'shardId-1'));
    const held = must(await checkpointer.acquire(scope, seen, 'ours-1', 15_000));

    await checkpointer.checkpoint(scope, held, { type: 'SHARD_END' });

    const row = await tables.row(scope.application, 'shardId-1');
    expect(row).toMatchObject({ checkpoint: { S: 'SHARD_END' } });
    expect(row.childShardIds?.SS?.sort()).toEqual(['shardId-2', 'shardId-3']);
    expect(unreadable(await tables.row(scope.application, 'shardId-2'))).toEqual([]);
  });

  it.each(['LATEST', 'AT_TIMESTAMP'])('does not guess where a shard at %s starts', async (sentinel) => {
    const scope = await tables.scopeOf([lease('shardId-1', { checkpoint: { S: sentinel } })]);

    await expect(tables.checkpointer().list(scope)).rejects.toThrow(KinesisConfigurationError);
    await expect(tables.checkpointer().list(scope)).rejects.toThrow(
      /"shardId-1" stands at \w+.*unresolvedStart/,
    );

    const told = tables.checkpointer({ unresolvedStart: { timestamp: new Date(1_767_225_600_000) } });
    await expect(told.list(scope)).resolves.toMatchObject([
      { checkpoint: { type: 'AT_TIMESTAMP', timestamp: 1_767_225_600_000 } },
    ]);
    const all = tables.checkpointer({ unresolvedStart: 'TRIM_HORIZON' });
    await expect(all.list(scope)).resolves.toMatchObject([{ checkpoint: { type: 'TRIM_HORIZON' } }]);
  });

  it('rounds a position inside an aggregate that only we can read down to the record before, for a KCL', async () => {
    const scope = await tables.scopeOf([lease('shardId-1')]);
    const checkpointer = tables.checkpointer({ aggregates: 'other' });
    const seen = must(await checkpointer.get(scope, 'shardId-1'));
    const held = must(await checkpointer.acquire(scope, seen, 'ours-1', 15_000));

    await checkpointer.checkpoint(scope, held, at(AHEAD, 5));

    // The KCL hands on what is greater than its checkpoint, and 0 is greater than -1.
    expect(await tables.row(scope.application, 'shardId-1')).toMatchObject({
      checkpoint: { S: AHEAD },
      checkpointSubSequenceNumber: { N: '-1' },
    });
    await expect(tables.checkpointer().get(scope, 'shardId-1')).resolves.toMatchObject({
      checkpoint: at(AHEAD, 5),
    });
  });

  describe('of several streams', () => {
    const streamIdentifiers = { orders: IDENTIFIER };

    it('sees the leases of its stream alone, by their shards', async () => {
      const scope = await tables.scopeOf(Object.values(MULTI_STREAM));
      const checkpointer = tables.checkpointer({ streamIdentifiers });

      const leases = byShard(await checkpointer.list(scope));

      expect(Object.keys(leases).sort()).toEqual(['shardId-000000000000', 'shardId-000000000001']);
      expect(leases['shardId-000000000001']).toMatchObject({ parentShardIds: ['shardId-000000000000'] });
    });

    it('writes as a KCL with a multi-stream tracker reads', async () => {
      const scope = await tables.scopeOf(Object.values(MULTI_STREAM));
      const checkpointer = tables.checkpointer({ streamIdentifiers });
      const seen = must(await checkpointer.get(scope, 'shardId-000000000000'));
      await checkpointer.acquire(scope, seen, 'ours-1', 15_000);
      await checkpointer.create(scope, {
        shardId: 'shardId-000000000009',
        parentShardIds: ['shardId-000000000001'],
        checkpoint: { type: 'TRIM_HORIZON' },
      });

      for (const shardId of ['shardId-000000000000', 'shardId-000000000009']) {
        const row = await tables.row(scope.application, `${IDENTIFIER}:${shardId}`);
        expect(unreadable(row)).toEqual([]);
        expect(row).toMatchObject({ streamName: { S: IDENTIFIER }, shardId: { S: shardId } });
      }
    });

    it('asks for the streams of a table that holds several', async () => {
      const scope = await tables.scopeOf(Object.values(MULTI_STREAM));

      await expect(tables.checkpointer().list(scope)).rejects.toThrow(/streamIdentifiers/);
      const another = tables.checkpointer({
        streamIdentifiers: { events: '123456789012:events:1767225600' },
      });
      await expect(another.list(scope)).rejects.toThrow(/does not name stream "orders"/);
    });
  });
});
