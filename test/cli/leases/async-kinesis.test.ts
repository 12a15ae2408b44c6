import { Redis } from 'ioredis';
import { type Lease } from 'nestjs-kinesis';
import { RedisCheckpointer } from 'nestjs-kinesis/redis';
import { at, SEQUENCE } from '../../../src/testing/checkpointer-suite/lease-fixture.js';
import { describeWithRedis, RedisServer } from '../../support/redis-server.js';
import { runLeases, withLocalKinesis } from './leases-command.js';

const SHARDS = ['shardId-000000000000', 'shardId-000000000001', 'shardId-000000000002'] as const;

await describeWithRedis('nestjs-kinesis leases from async-kinesis', (binary) => {
  const scope = { application: 'billing', streamName: 'orders' };
  let server: RedisServer;
  let redis: Redis;
  let store: RedisCheckpointer;

  beforeAll(async () => {
    server = await RedisServer.start(binary);
    redis = new Redis(server.port, '127.0.0.1');
    store = new RedisCheckpointer({ client: redis });
  });
  afterAll(async () => {
    await redis?.quit();
    await server?.stop();
  });

  const address = (suffix = ''): string => `redis://127.0.0.1:${server.port}${suffix}`;
  const stored = async (): Promise<Lease[]> =>
    (await store.list(scope)).sort((a, b) => (a.shardId < b.shardId ? -1 : 1));

  /** As `RedisCheckPointer` of async-kinesis 3.0.1 writes it. */
  const row = (ref: string | null, ts: number | null, sequence: string | null): string =>
    JSON.stringify({ ref, ts, sequence });
  const from = (parameters = ''): string => `async-kinesis+${address(parameters)}`;

  beforeEach(async () => {
    await redis.flushall();
    await redis.set(`pyredis-billing-${SHARDS[0]}`, row(null, null, SEQUENCE));
    await redis.set(`pyredis-billing-${SHARDS[1]}`, row(null, null, null));
    await redis.set(`pyredis-billing-2-${SHARDS[1]}`, row(null, null, '1'));
  });

  it('takes over positions, with the parents that Kinesis knows', async () => {
    await redis.set(`pyredis-billing-${SHARDS[2]}`, row(null, null, '17'));

    const result = await withLocalKinesis(async (kinesis) => {
      await kinesis.split('orders');
      return runLeases('copy', ['--from', from(), '--to', address(), '--write']);
    });

    expect(result).toMatchObject({ code: 0, errors: '' });
    const wholeRecord = 2_147_483_647;
    expect(await stored()).toMatchObject([
      { shardId: SHARDS[0], parentShardIds: [], checkpoint: at(SEQUENCE, wholeRecord) },
      { shardId: SHARDS[1], parentShardIds: [SHARDS[0]], checkpoint: { type: 'TRIM_HORIZON' } },
      { shardId: SHARDS[2], parentShardIds: [SHARDS[0]], checkpoint: at('17', wholeRecord) },
    ]);
    expect((await stored())[0]?.streamCreatedAt).toEqual(expect.any(Number));
  });

  it('does without Kinesis, and with another name, where it is told to', async () => {
    const named = ['--from', from('?name=billing-2&parents=none'), '--to', address(), '--write'];

    await expect(runLeases('copy', named)).resolves.toMatchObject({ code: 0 });

    expect(await stored()).toMatchObject([
      { shardId: SHARDS[1], parentShardIds: [], checkpoint: at('1', 2_147_483_647) },
    ]);
  });

  it('sees that a consumer has the shard', async () => {
    await redis.set(`pyredis-billing-${SHARDS[0]}`, row('billing/4711', 1_769_857_200, '1'));

    const { output } = await runLeases('copy', ['--from', from('?parents=none'), '--to', address()]);

    expect(output).toContain('1 leases have an owner');
  });

  it('takes no time for a count of writes', async () => {
    await redis.set(`pyredis-billing-${SHARDS[0]}`, row(null, 1_769_857_200.25, '1'));

    await runLeases('copy', ['--from', from('?parents=none'), '--to', address(), '--write']);

    expect(await stored()).toMatchObject([{ counter: 0 }, { counter: 0 }]);
  });

  it('names a key that holds something else', async () => {
    await redis.set(`pyredis-billing-${SHARDS[0]}`, 'garbage');

    const { code, errors } = await runLeases('copy', ['--from', from('?parents=none'), '--to', address()]);

    expect(code).toBe(1);
    expect(errors).toContain(`the key pyredis-billing-${SHARDS[0]} is no checkpoint of async-kinesis`);
  });

  it('can only be read from', async () => {
    const { code, errors } = await runLeases('reset', ['--on', from(), '--position', 'TRIM_HORIZON']);

    expect(code).toBe(2);
    expect(errors).toContain('can only be read from');
  });
});
