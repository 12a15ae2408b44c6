import type { Lease, LeaseScope } from '../../../src/checkpointers/checkpointer.js';
import { KinesisConfigurationError } from '../../../src/errors.js';
import { KCL_2, KCL_3_5, lease, type Row } from './kcl-tables.js';
import { must, TableFixture } from './table-fixture.js';

const ownedByKcl = (key: string): Row => lease(key, { leaseOwner: { S: 'kcl-1' } });

describe('a table on which a KCL lives', () => {
  let tables: TableFixture;

  beforeAll(async () => {
    tables = await TableFixture.start();
  });
  afterEach(() => {
    tables.clock.onWait = () => undefined;
  });
  afterAll(() => tables.stop());

  describe('when it is to be taken over', () => {
    it('is refused at the start if a worker of the KCL renews a lease meanwhile', async () => {
      const scope = await tables.scopeOf([ownedByKcl('shardId-1')]);
      let renewed: Promise<void> | undefined;
      tables.clock.onWait = () => void (renewed ??= tables.renewAsKcl(scope.application, 'shardId-1'));
      const store = tables.checkpointer({ tableName: scope.application });

      const refused = store.prepare();

      await expect(refused).rejects.toThrow(KinesisConfigurationError);
      await expect(refused).rejects.toThrow(/A KCL worker \("kcl-1"\) is alive/);
      await renewed;
      tables.clock.onWait = () => undefined;
      await expect(store.prepare()).resolves.toBeUndefined();
    });

    it('is refused as soon as a worker of the KCL is found to live', async () => {
      const scope = await tables.scopeOf([ownedByKcl('shardId-1')]);
      const store = tables.checkpointer();
      await store.list(scope);

      await tables.renewAsKcl(scope.application, 'shardId-1');

      await expect(store.list(scope)).rejects.toThrow(/is alive/);
    });

    it('does not wait where all leases are free or of workers of this package', async () => {
      const scope = await tables.scopeOf([must(KCL_2.unowned)]);
      const first = tables.checkpointer();
      const [seen] = await first.list(scope);
      const held = must(await first.acquire(scope, must(seen), 'ours-1', 15_000));
      tables.clock.waits.length = 0;

      const second = tables.checkpointer();
      await second.list(scope);
      await first.renew(scope, [held]);

      await expect(second.list(scope)).resolves.toMatchObject([{ owner: 'ours-1' }]);
      expect(tables.clock.waits).toEqual([]);
    });
  });

  describe('beside a KCL 2.x', () => {
    const beside = () => tables.checkpointer({ mode: 'beside-2.x' });

    it('takes a lease from a worker of the KCL as its own taker does: it cannot be asked', async () => {
      const scope = await tables.scopeOf([ownedByKcl('shardId-1')]);
      const store = beside();
      const [seen] = await store.list(scope);

      await expect(store.requestHandOff(scope, must(seen), 'ours-1')).resolves.toBe(true);

      const row = await tables.row(scope.application, 'shardId-1');
      expect(row).toMatchObject({
        leaseOwner: { S: 'ours-1' },
        leaseCounter: { N: '413' },
        ownerSwitchesSinceCheckpoint: { N: '3' },
      });
      expect(row).not.toHaveProperty('checkpointOwner');
    });

    it('takes none whose owner has renewed it since', async () => {
      const scope = await tables.scopeOf([ownedByKcl('shardId-1')]);
      const store = beside();
      const [seen] = await store.list(scope);
      await tables.renewAsKcl(scope.application, 'shardId-1');

      await expect(store.requestHandOff(scope, must(seen), 'ours-1')).resolves.toBe(false);
    });

    it('takes one at a time, as a worker of the KCL does', async () => {
      const scope = await tables.scopeOf(['shardId-1', 'shardId-2'].map(ownedByKcl));
      const store = beside();
      const leases = await store.list(scope);

      const taken: boolean[] = [];
      for (const each of leases) taken.push(await store.requestHandOff(scope, each, 'ours-1'));

      expect(taken).toEqual([true, false]);
    });

    describe('between workers of this package', () => {
      const asked = async (): Promise<{ scope: LeaseScope; held: Lease }> => {
        const scope = await tables.scopeOf([lease('shardId-1')]);
        const [seen] = await beside().list(scope);
        const held = must(await beside().acquire(scope, must(seen), 'ours-1', 9_000));
        await expect(beside().requestHandOff(scope, held, 'ours-2')).resolves.toBe(true);
        return { scope, held };
      };

      it('asks in an attribute of its own, so that a KCL goes on seeing the owner', async () => {
        const { scope } = await asked();

        expect(await tables.row(scope.application, 'shardId-1')).toMatchObject({
          leaseOwner: { S: 'ours-1' },
          leaseCounter: { N: '413' },
        });
        expect(await tables.row(scope.application, 'shardId-1')).not.toHaveProperty('checkpointOwner');
      });

      it('forgets the request when a worker of the KCL takes the lease', async () => {
        const { scope, held } = await asked();
        const row = await tables.row(scope.application, 'shardId-1');
        await tables.put(scope.application, {
          ...row,
          leaseOwner: { S: 'kcl-1' },
          leaseCounter: { N: '414' },
        });

        const now = must(await beside().get(scope, 'shardId-1'));

        expect(now).toEqual({
          shardId: 'shardId-1',
          parentShardIds: [],
          owner: 'kcl-1',
          counter: 414,
          checkpoint: held.checkpoint,
        });
        await expect(beside().renew(scope, [held])).resolves.toEqual([undefined]);
      });
    });

    it.each(['CLIENT_VERSION_3X', 'CLIENT_VERSION_3X_WITH_ROLLBACK'])(
      'refuses a fleet at %s, whose leader assigns the leases',
      async (cv) => {
        const inTable = await tables.scopeOf([{ ...must(KCL_3_5.clientVersion), cv: { S: cv } }]);
        await expect(beside().list(inTable)).rejects.toThrow(/protocol of 3\.x.*cannot join/);

        const inOther = await tables.scopeOf([]);
        const state = { key: { S: 'Migration3.0' }, cv: { S: cv } };
        await tables.createTable(`${inOther.application}-CoordinatorState`, 'key', [state]);
        await expect(beside().list(inOther)).rejects.toThrow(KinesisConfigurationError);

        const named = tables.checkpointer({ mode: 'beside-2.x', tableName: inOther.application });
        await expect(named.list({ ...inOther, application: 'billing' })).rejects.toThrow(/protocol of 3\.x/);
      },
    );

    it.each(['CLIENT_VERSION_2X', 'CLIENT_VERSION_UPGRADE_FROM_2X', 'CLIENT_VERSION_INIT'])(
      'goes along with a fleet at %s, and stops when it goes over to 3.x',
      async (cv) => {
        const row = { ...must(KCL_3_5.clientVersion), cv: { S: cv } };
        const scope = await tables.scopeOf([row]);
        const store = beside();
        await expect(store.list(scope)).resolves.toEqual([]);

        await tables.put(scope.application, { ...row, cv: { S: 'CLIENT_VERSION_3X_WITH_ROLLBACK' } });

        await expect(store.list(scope)).rejects.toThrow(/CLIENT_VERSION_3X_WITH_ROLLBACK/);
      },
    );
  });
});
