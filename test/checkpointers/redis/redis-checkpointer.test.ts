import { Redis } from 'ioredis';
import { RedisCheckpointer } from '../../../src/checkpointers/redis/index.js';
import { LeaseFixture, newLease } from '../../../src/testing/checkpointer-suite/lease-fixture.js';
import { describeCheckpointer } from '../../../src/testing/checkpointer-suite/describe-checkpointer.js';
import { describeWithRedis, RedisServer } from '../../support/redis-server.js';

await describeWithRedis('the Redis checkpointer', (binary) => {
  const scope = { application: 'billing', streamName: 'orders' };
  const KEY = 'nestjs-kinesis:{billing:orders}:leases';
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    server = await RedisServer.start(binary);
    redis = new Redis(server.port, '127.0.0.1');
  });

  afterAll(async () => {
    await redis?.quit();
    await server?.stop();
  });

  describe('with a client of its own', () => {
    describeCheckpointer(() => new RedisCheckpointer({ client: { host: '127.0.0.1', port: server.port } }));
  });

  describe('with a given client that prefixes keys and gives numbers as text', () => {
    let client: Redis;
    beforeAll(() => {
      client = new Redis({ port: server.port, keyPrefix: 'team:', stringNumbers: true });
    });
    afterAll(() => client?.quit());

    describeCheckpointer(() => new RedisCheckpointer({ client }), { leases: 0 });
  });

  const leases = new LeaseFixture(
    () => new RedisCheckpointer({ client: redis }),
    () => scope,
  );
  beforeEach(async () => {
    await redis.flushall();
    await leases.open();
  });
  afterEach(() => leases.close());

  const commandsDuring = async (work: () => Promise<unknown>): Promise<number> => {
    const processed = async (): Promise<number> =>
      Number(/total_commands_processed:(\d+)/.exec(await redis.info('stats'))?.[1]);
    const before = await processed();
    await work();
    // The first question counted itself.
    return (await processed()) - before - 1;
  };

  it('keeps one key for a scope, with a prefix and a hash tag of its own, that never expires', async () => {
    const store = new RedisCheckpointer({ client: redis, keyPrefix: 'team:' });
    await store.create(scope, newLease('a'));
    await store.create(scope, newLease('b'));

    await expect(redis.keys('*')).resolves.toEqual(['team:{billing:orders}:leases']);
    await expect(redis.ttl('team:{billing:orders}:leases')).resolves.toBe(-1);
  });

  it('renews all leases of a worker with one command, and lists them with one', async () => {
    const { store } = leases;
    const held = [];
    for (let i = 0; i < 50; i++) held.push(await leases.owned('worker-1', `shardId-${i}`));
    await store.renew(scope, held);
    await store.renew(
      scope,
      held.map((lease) => ({ ...lease, counter: 2 })),
    );
    const current = held.map((lease) => ({ ...lease, counter: 3 }));

    // Each script counts, and what it calls: read and write of each lease.
    await expect(commandsDuring(() => store.renew(scope, current))).resolves.toBe(101);
    await expect(commandsDuring(() => store.list(scope))).resolves.toBe(2);
  });

  it('goes on when Redis has forgotten its scripts', async () => {
    const held = await leases.owned('worker-1');
    await redis.script('FLUSH');

    await expect(leases.store.renew(scope, [held])).resolves.toMatchObject([{ counter: 2 }]);
  });

  it('keeps what a newer version has added to a lease', async () => {
    await leases.created('s');
    const [ownership = '', checkpoint, shard = ''] = (await redis.hget(KEY, 's'))?.split('\n') ?? [];
    const added = [
      JSON.stringify({ ...(JSON.parse(ownership) as object), zone: 'eu-1' }),
      checkpoint,
      JSON.stringify({ ...(JSON.parse(shard) as object), range: { start: '0' } }),
      JSON.stringify({ throughput: 12.5 }),
    ];
    await redis.hset(KEY, 's', added.join('\n'));

    let held = await leases.acquired(await leases.stored('s'), 'worker-1');
    held = await leases.renewed(await leases.checkpointed(held, { type: 'SHARD_END' }));
    await leases.store.requestHandOff(scope, held, 'worker-2');
    await leases.store.release(scope, held);

    const lines = (await redis.hget(KEY, 's'))?.split('\n').map((line) => JSON.parse(line) as unknown);
    expect(lines).toMatchObject([
      { zone: 'eu-1', owner: 'worker-2', counter: 4 },
      { type: 'SHARD_END' },
      { parentShardIds: [], range: { start: '0' } },
      { throughput: 12.5 },
    ]);
  });

  it('rejects when something else is in its place, instead of calling the lease lost', async () => {
    await redis.set(KEY, 'not a hash');
    const held = { ...newLease('s'), owner: 'worker-1', counter: 1 };

    const code = 'KINESIS_CHECKPOINTER';
    await expect(leases.store.renew(scope, [held])).rejects.toMatchObject({ code, retryable: false });
    await expect(leases.store.list(scope)).rejects.toThrow('its key holds something else');

    await redis.del(KEY);
    await redis.hset(KEY, 's', '{"leaseOwner":"a KCL?"}');
    await expect(leases.store.list(scope)).rejects.toThrow(
      'field "s" of key "nestjs-kinesis:{billing:orders}:leases"',
    );
    await expect(leases.store.get(scope, 's')).rejects.toMatchObject({ code, retryable: false });
    await redis.hset(KEY, 's', 'text');
    await expect(leases.store.renew(scope, [held])).rejects.toMatchObject({ code, retryable: false });
    await expect(leases.store.renew(scope, [held])).rejects.toThrow('a row of the hash is no lease');
  });

  describe('when the application starts', () => {
    afterEach(() => redis.config('SET', 'maxmemory-policy', 'noeviction'));

    it.each(['noeviction', 'volatile-lru', 'volatile-ttl'])('runs on %s', async (policy) => {
      await redis.config('SET', 'maxmemory-policy', policy);

      await expect(leases.store.prepare?.()).resolves.toBeUndefined();
    });

    it('refuses a server that may evict leases, unless told otherwise', async () => {
      await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');

      const refusal = leases.store.prepare?.();
      await expect(refusal).rejects.toMatchObject({ code: 'KINESIS_CHECKPOINTER', retryable: false });
      await expect(refusal).rejects.toThrow('maxmemory-policy is allkeys-lru');
      await expect(
        new RedisCheckpointer({ client: redis, allowEviction: true }).prepare(),
      ).resolves.toBeUndefined();
    });

    it('warns where the server does not tell', async () => {
      await redis.call('ACL', 'SETUSER', 'worker', 'on', '>secret', '~*', '&*', '+@all', '-info', '-config');
      const warnings: string[] = [];
      const store = new RedisCheckpointer({
        client: { port: server.port, username: 'worker', password: 'secret', enableReadyCheck: false },
        logger: { warn: (message) => warnings.push(message) },
      });

      await store.prepare();

      expect(warnings).toEqual([expect.stringContaining('maxmemory-policy')]);
      await store.close();
    });

    it('says that a user may not run scripts', async () => {
      await redis.call('ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', '&*', '+@all', '-@scripting');
      const store = new RedisCheckpointer({ client: `redis://reader:secret@127.0.0.1:${server.port}` });

      await expect(store.prepare()).rejects.toMatchObject({ retryable: false });
      await expect(store.prepare()).rejects.toThrow('the user may not do this');
      await store.close();
    });

    it('works for a user that may neither publish nor subscribe', async () => {
      await redis.call(
        'ACL',
        'SETUSER',
        'mute',
        'on',
        '>secret',
        '~*',
        'resetchannels',
        '+@all',
        '-subscribe',
      );
      const store = new RedisCheckpointer({ client: `redis://mute:secret@127.0.0.1:${server.port}` });
      await store.prepare();
      const stop = store.watch(scope, () => undefined);
      const held = await leases.owned('worker-1');

      await expect(store.requestHandOff(scope, held, 'worker-2')).resolves.toBe(true);
      await expect(store.release(scope, held)).resolves.toBe(true);

      await expect(store.get(scope, held.shardId)).resolves.toMatchObject({ owner: 'worker-2' });
      stop();
      await store.close();
    });
  });
});
