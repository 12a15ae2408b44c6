import { Redis } from 'ioredis';
import { DeduplicatorError, KinesisConfigurationError } from 'nestjs-kinesis';
import { RedisDeduplicator, type RedisDeduplicatorOptions } from 'nestjs-kinesis/redis';
import { describeWithRedis, RedisServer } from '../../support/redis-server.js';

await describeWithRedis('the Redis deduplicator', (binary) => {
  const KEY = 'nestjs-kinesis:{billing}:handled';
  let server: RedisServer;
  let redis: Redis;
  const opened: RedisDeduplicator[] = [];

  beforeAll(async () => {
    server = await RedisServer.start(binary);
    redis = new Redis(server.port, '127.0.0.1');
  });

  beforeEach(() => redis.flushall());

  afterEach(() => Promise.all(opened.splice(0).map((memory) => memory.close())));

  afterAll(async () => {
    await redis?.quit();
    await server?.stop();
  });

  function open(options: RedisDeduplicatorOptions = {}): RedisDeduplicator {
    const memory = new RedisDeduplicator({ client: redis, ...options });
    opened.push(memory);
    return memory;
  }

  it('knows what another replica has remembered, each scope for itself', async () => {
    await open({ client: `redis://127.0.0.1:${server.port}` }).remember('billing', ['a', 'b']);
    const other = open({ client: { host: '127.0.0.1', port: server.port } });
    expect(await other.seen('billing', ['a', 'c', 'b'])).toEqual(new Set(['a', 'b']));
    expect(await other.seen('shipping', ['a', 'b'])).toEqual(new Set());
    expect(await other.seen('billing', [])).toEqual(new Set());
  });

  it('forgets after the window, counted from when it was remembered first', async () => {
    const memory = open({ window: 1_000 });
    await memory.remember('billing', ['a', 'b']);
    // Half a minute ago, on the clock of the server.
    await redis.zincrby(KEY, -30_000, 'a');
    const remembered = await redis.zscore(KEY, 'b');
    await memory.remember('billing', ['b']);
    expect(await redis.zscore(KEY, 'b')).toBe(remembered);
    await redis.zadd(KEY, Number(remembered) - 30_000, 'a');
    expect(await memory.seen('billing', ['a', 'b'])).toEqual(new Set(['b']));
    await memory.remember('billing', ['c']);
    expect(await redis.zscore(KEY, 'a')).toBeNull();
    const expiry = await redis.pttl(KEY);
    expect(expiry).toBeGreaterThan(0);
    expect(expiry).toBeLessThanOrEqual(1_000);
  });

  it('takes one round trip for a batch', async () => {
    const memory = open();
    const ids = Array.from({ length: 1_000 }, (_, i) => `orders/shardId-000000000000/${i}/0`);
    await memory.remember('billing', ids);
    await memory.seen('billing', ids);
    await redis.config('RESETSTAT');
    await memory.remember('billing', ids);
    expect((await memory.seen('billing', ids)).size).toBe(1_000);
    expect(await redis.info('commandstats')).toMatch(/^cmdstat_evalsha:calls=2,/m);
  });

  it('takes batches of any size', async () => {
    const memory = open();
    const ids = Array.from({ length: 2_500 }, (_, i) => String(i));
    await memory.remember('billing', ids);
    expect(await memory.seen('billing', [...ids, 'x'])).toEqual(new Set(ids));
  });

  it('keeps its keys under a prefix', async () => {
    await open({ keyPrefix: 'team:' }).remember('billing/OrdersController.onOrder', ['a']);
    expect(await redis.keys('*')).toEqual(['team:{billing%2FOrdersController.onOrder}:handled']);
  });

  it('rejects with an error of its own when Redis does not answer or cannot do it', async () => {
    const memory = open({ client: `redis://127.0.0.1:${server.port}`, commandTimeout: 100 });
    await redis.set(KEY, 'something else');
    await expect(memory.seen('billing', ['a'])).rejects.toMatchObject({
      code: 'KINESIS_DEDUPLICATOR',
      retryable: false,
    });
    server.pause();
    const failure: unknown = await memory.remember('shipping', ['a']).catch((error: unknown) => error);
    server.resume();
    expect(failure).toBeInstanceOf(DeduplicatorError);
    expect(failure).toMatchObject({ retryable: true });
  });

  it.each([{ window: 10 }, { commandTimeout: 0 }])('refuses %j', (options) => {
    expect(() => new RedisDeduplicator({ client: redis, ...options })).toThrow(KinesisConfigurationError);
  });
});
