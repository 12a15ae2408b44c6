import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { Lease, LeaseScope } from '../../../src/checkpointers/checkpointer.js';
import type { DynamoDbCheckpointer } from '../../../src/checkpointers/dynamodb/index.js';
import {
  CheckpointerError,
  KinesisAccessDeniedError,
  KinesisConfigurationError,
  KinesisNetworkError,
  ThrottledError,
} from '../../../src/errors.js';
import { CallRecorder, type Fault } from './faulty-client.js';
import { lease } from './kcl-tables.js';
import { must, TableFixture } from './table-fixture.js';

const SHARD = 'shardId-1';
const SEQUENCE = { type: 'SEQUENCE', sequenceNumber: '7', subSequenceNumber: 2 } as const;

describe('what the DynamoDB checkpointer asks of the service', () => {
  let tables: TableFixture;
  let calls: CallRecorder;
  let store: DynamoDbCheckpointer;
  let scope: LeaseScope;

  beforeAll(async () => {
    tables = await TableFixture.start();
  });
  afterAll(() => tables.stop());

  beforeEach(async () => {
    const client = tables.newClient();
    calls = new CallRecorder(client);
    store = tables.checkpointer({ client });
    scope = await tables.scopeOf([lease(SHARD)]);
  });

  const acquired = async (): Promise<Lease> => {
    const seen = must(await store.get(scope, SHARD));
    return must(await store.acquire(scope, seen, 'ours-1', 15_000));
  };

  describe('when a write is not answered and sent again', () => {
    beforeEach(() => store.list(scope));
    const loseNext = (): void => void (calls.faults.UpdateItem = ['unanswered']);

    it('knows its own acquisition', async () => {
      loseNext();
      expect(await acquired()).toMatchObject({ owner: 'ours-1', counter: 413 });
    });

    it('knows its own renewal and checkpoint', async () => {
      const held = await acquired();
      loseNext();
      const [renewed] = await store.renew(scope, [held]);
      expect(renewed).toMatchObject({ owner: 'ours-1', counter: 414 });
      loseNext();
      const moved = await store.checkpoint(scope, must(renewed), SEQUENCE);
      expect(moved).toMatchObject({ counter: 415, checkpoint: SEQUENCE });
      expect(await store.get(scope, SHARD)).toEqual(moved);
    });

    it('knows its own request and release', async () => {
      const held = await acquired();
      loseNext();
      await expect(store.requestHandOff(scope, held, 'ours-2')).resolves.toBe(true);
      loseNext();
      await expect(store.release(scope, held)).resolves.toBe(true);
      expect(await store.get(scope, SHARD)).toMatchObject({ owner: 'ours-2', counter: 414 });
    });

    it('does not take another worker’s write for its own', async () => {
      const held = await acquired();
      calls.faults.UpdateItem = [() => tables.checkpointer().acquire(scope, held, 'ours-2', 15_000)];

      await expect(store.renew(scope, [held])).resolves.toEqual([undefined]);
      expect(await store.get(scope, SHARD)).toMatchObject({ owner: 'ours-2', counter: 414 });
    });

    it('knows its own new lease from one that a competitor created with the same contents', async () => {
      const lease = { shardId: 'new', parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' } } as const;
      calls.faults.UpdateItem = ['unanswered'];
      await expect(store.create(scope, lease)).resolves.toBe(true);

      const contested = { ...lease, shardId: 'contested' };
      calls.faults.UpdateItem = [() => tables.checkpointer().create(scope, contested)];
      await expect(store.create(scope, contested)).resolves.toBe(false);
    });

    it('does not take an earlier write for a checkpoint that never was', async () => {
      const held = await acquired();
      calls.faults.UpdateItem = [() => tables.checkpointer().renew(scope, [held])];

      await expect(store.checkpoint(scope, held, SEQUENCE)).resolves.toBeUndefined();
    });
  });

  it.each<[Fault, new (...args: never[]) => Error]>([
    ['throttled', ThrottledError],
    ['unreachable', KinesisNetworkError],
    ['refused', CheckpointerError],
  ])(
    'tries again what is %s, with growing waits, and gives up while a heartbeat is still waited for',
    async (fault, type) => {
      const held = await acquired();
      calls.faults.UpdateItem = Array.from({ length: 1_000 }, () => fault);
      const before = calls.count('UpdateItem');
      tables.clock.waits.length = 0;

      const failure = await store.renew(scope, [held]).catch((error: unknown) => error);

      expect(failure).toBeInstanceOf(type);
      expect(failure).toMatchObject({ retryable: true });
      expect(tables.clock.waits.reduce((sum, wait) => sum + wait)).toBeLessThanOrEqual(2_000);
      const tries = calls.count('UpdateItem') - before;
      expect(tries).toBeGreaterThan(4);
      expect(tries).toBeLessThan(20);
      expect(Math.max(...tables.clock.waits)).toBeGreaterThan(8 * (tables.clock.waits[0] ?? 0));
    },
  );

  it('does not try again what no retry mends', async () => {
    await store.list(scope);
    calls.faults.Scan = ['access denied', undefined];

    await expect(store.list(scope)).rejects.toThrow(KinesisAccessDeniedError);
    expect(calls.faults.Scan).toHaveLength(1);
  });

  it('renews with one write for each lease, at most twenty at a time', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => `shardId-${i}`);
    scope = await tables.scopeOf(ids.map((id) => lease(id)));
    const leases = await store.list(scope);
    const held: Lease[] = [];
    for (const each of leases) held.push(must(await store.acquire(scope, each, 'ours-1', 15_000)));
    calls.calls.length = 0;
    calls.peak = 0;

    await store.renew(scope, held);

    expect(calls.calls.map((call) => call.operation)).toEqual(Array.from(held, () => 'UpdateItem'));
    expect(calls.peak).toBe(20);
  });

  it('renews the other leases when one cannot be, and rejects when none can', async () => {
    scope = await tables.scopeOf([lease('shardId-1'), lease('shardId-2')]);
    const held: Lease[] = [];
    for (const each of await store.list(scope))
      held.push(must(await store.acquire(scope, each, 'ours-1', 15_000)));
    calls.faults.UpdateItem = ['access denied'];

    const [failed, renewed] = await store.renew(scope, held);

    expect(failed).toBeUndefined();
    expect(renewed).toMatchObject({ counter: 414 });
    calls.faults.UpdateItem = ['access denied', 'access denied'];
    await expect(store.renew(scope, held)).rejects.toThrow(KinesisAccessDeniedError);
  });

  it('lists with one scan, and reads single leases consistently', async () => {
    await store.list(scope);
    calls.calls.length = 0;

    await store.list(scope);
    await store.get(scope, SHARD);

    expect(calls.calls.map((call) => call.operation)).toEqual(['Scan', 'GetItem']);
    expect(calls.calls[0]?.input).not.toHaveProperty('ConsistentRead', true);
    expect(calls.calls[1]?.input).toHaveProperty('ConsistentRead', true);
  });

  it('lists consistently if asked, and looks for the children of a shard that ends consistently in any case', async () => {
    const client = tables.newClient();
    calls = new CallRecorder(client);
    await tables.checkpointer({ client, consistentReads: true }).list(scope);
    expect(calls.calls.at(-1)).toMatchObject({ operation: 'Scan', input: { ConsistentRead: true } });

    store = tables.checkpointer({ client });
    const held = await acquired();
    calls.calls.length = 0;
    await store.checkpoint(scope, held, { type: 'SHARD_END' });
    expect(calls.calls[0]).toMatchObject({ operation: 'Scan', input: { ConsistentRead: true } });
  });

  it('looks for a parent that a scan has missed, and does not go on looking for one that is gone', async () => {
    scope = await tables.scopeOf([lease('child', { parentShardId: { SS: ['gone', 'missed'] } })]);
    await store.list(scope);
    calls.calls.length = 0;
    await store.list(scope);
    expect(calls.count('GetItem')).toBe(0);

    const other = tables.checkpointer({ client: tables.newClient() });
    await tables.put(scope.application, lease('missed'));
    const client = tables.newClient();
    hideFromScans(client, 'missed');
    const half = tables.checkpointer({ client });

    await expect(half.list(scope)).resolves.toHaveLength(2);
    await expect(other.list(scope)).resolves.toHaveLength(2);
  });

  it('never puts or changes more of a row than it must', async () => {
    const held = await acquired();
    await store.create(scope, { shardId: 'new', parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' } });
    await store.checkpoint(scope, held, SEQUENCE);

    const used = new Set(calls.calls.map((call) => call.operation));
    expect([...used].sort()).toEqual(['DescribeTable', 'GetItem', 'Scan', 'UpdateItem']);
  });

  describe('the table', () => {
    it('is created if asked, at the first use, for on-demand billing, without index or TTL', async () => {
      const client = tables.newClient();
      calls = new CallRecorder(client);
      store = tables.checkpointer({ client, createTable: true });

      await expect(store.list({ application: 'fresh', streamName: 'orders' })).resolves.toEqual([]);

      const created = calls.calls.find((call) => call.operation === 'CreateTable');
      expect(created?.input).toEqual({
        TableName: 'fresh',
        AttributeDefinitions: [{ AttributeName: 'leaseKey', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      });
      expect(calls.calls.some((call) => call.operation === 'UpdateTimeToLive')).toBe(false);
    });

    it('is created once by many workers at a time', async () => {
      const stores = Array.from({ length: 10 }, () =>
        tables.checkpointer({ createTable: true, tableName: 'many' }),
      );
      await Promise.all(stores.map((each) => each.prepare()));

      const { TableNames } = await tables.client.send(new ListTablesCommand({}));
      expect(TableNames).toContain('many');
    });

    it('is an error where it is missing, until it is there', async () => {
      const missing = { application: 'not-yet', streamName: 'orders' };
      await expect(store.list(missing)).rejects.toThrow(/"not-yet" does not exist.*createTable/);
      await expect(tables.checkpointer({ tableName: 'not-yet' }).prepare()).rejects.toThrow(
        KinesisConfigurationError,
      );

      await tables.createTable('not-yet', 'leaseKey');

      await expect(store.list(missing)).resolves.toEqual([]);
    });

    it('is an error if it is no lease table', async () => {
      await tables.createTable('users', 'id');

      await expect(tables.checkpointer({ tableName: 'users' }).prepare()).rejects.toThrow(
        /is no lease table/,
      );
    });

    it('holds one stream only, unless told otherwise', async () => {
      await store.create(scope, { shardId: 'new', parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' } });

      const another = { ...scope, streamName: 'events' };
      await expect(store.list(another)).rejects.toThrow(
        /of stream "orders" and cannot hold those of "events"/,
      );
    });
  });
});

/** As a scan that was at this row's place before the row was there. */
function hideFromScans(client: ReturnType<TableFixture['newClient']>, leaseKey: string): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const output = result.output as { Items?: { leaseKey?: { S?: string } }[] };
      if (output.Items) output.Items = output.Items.filter((item) => item.leaseKey?.S !== leaseKey);
      return result;
    },
    { step: 'initialize', name: 'hideFromScans' },
  );
}
