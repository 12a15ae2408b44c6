import { Redis } from 'ioredis';
import type { Lease, LeaseScope } from '../../../src/checkpointers/checkpointer.js';
import { RedisCheckpointer, type RedisCommands } from '../../../src/checkpointers/redis/index.js';
import { findRedisServer, RedisServer } from '../../support/redis-server.js';
import { describeCheckpointer } from '../../../src/testing/checkpointer-suite/describe-checkpointer.js';

const binary = await findRedisServer();

if ('missing' in binary) {
  process.stderr.write(`${binary.missing}\n`);
  describe.skip(binary.missing, () => {
    it('the Redis checkpointer', () => undefined);
  });
} else {
  describe('the Redis checkpointer', () => {
    const scope: LeaseScope = { application: 'billing', streamName: 'orders' };
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

    beforeEach(() => redis.flushall());

    describeCheckpointer(() => new RedisCheckpointer({ client: redis }));

    /** Runs each write twice and hands on the second answer, as a client does whose first reply was lost. */
    function repeating(): RedisCommands {
      const twice =
        <Args extends unknown[], T>(command: (...args: Args) => Promise<T>) =>
        async (...args: Args): Promise<T> => {
          await command(...args);
          return command(...args);
        };
      return {
        hsetnx: (...args) => redis.hsetnx(...args),
        hget: (...args) => redis.hget(...args),
        hvals: (key) => redis.hvals(key),
        eval: twice((...args: Parameters<RedisCommands['eval']>) => redis.eval(...args)),
        evalsha: twice((...args: Parameters<RedisCommands['evalsha']>) => redis.evalsha(...args)),
      };
    }

    const onlyLease = async (): Promise<Lease> => {
      const [lease] = await new RedisCheckpointer({ client: redis }).list(scope);
      if (!lease) throw new Error('there is no lease');
      return lease;
    };

    it('recognises its own write when the reply was lost and the client sent it again', async () => {
      const store = new RedisCheckpointer({ client: repeating() });
      await store.create(scope, { shardId: 's', parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' } });

      const held = await store.acquire(scope, await onlyLease(), 'worker-1', 15_000);
      expect(held).toMatchObject({ owner: 'worker-1', counter: 1 });
      const [renewed] = await store.renew(scope, [held as Lease]);
      expect(renewed).toMatchObject({ counter: 2 });
      const moved = await store.checkpoint(scope, renewed as Lease, { type: 'SHARD_END' });
      expect(moved).toMatchObject({ counter: 3, checkpoint: { type: 'SHARD_END' } });
      await expect(store.release(scope, moved as Lease)).resolves.toBe(true);

      expect(await onlyLease()).toMatchObject({ counter: 4 });
    });

    it('does not take a competitor’s write for its own', async () => {
      const store = new RedisCheckpointer({ client: repeating() });
      await store.create(scope, { shardId: 's', parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' } });
      const seen = await onlyLease();
      await store.acquire(scope, seen, 'worker-1', 15_000);

      await expect(store.acquire(scope, seen, 'worker-2', 15_000)).resolves.toBeUndefined();
      expect((await onlyLease()).owner).toBe('worker-1');
    });

    it('goes on when Redis has forgotten its scripts', async () => {
      const store = new RedisCheckpointer({ client: redis });
      await store.create(scope, { shardId: 's', parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' } });
      const held = await store.acquire(scope, await onlyLease(), 'worker-1', 15_000);
      await redis.script('FLUSH');

      await expect(store.renew(scope, [held as Lease])).resolves.toMatchObject([{ counter: 2 }]);
    });

    it('rejects when Redis fails, instead of calling the lease lost', async () => {
      const store = new RedisCheckpointer({ client: redis });
      await redis.set('nestjs-kinesis:{billing:orders}:leases', 'not a hash');

      const held: Lease = {
        shardId: 's',
        parentShardIds: [],
        counter: 1,
        checkpoint: { type: 'TRIM_HORIZON' },
      };
      await expect(store.renew(scope, [held])).rejects.toThrow('WRONGTYPE');
      await expect(store.list(scope)).rejects.toThrow('WRONGTYPE');
    });

    it('keeps one key for a scope, with a prefix and a hash tag of its own', async () => {
      const store = new RedisCheckpointer({ client: redis, keyPrefix: 'team:' });
      await store.create(scope, { shardId: 'a', parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' } });
      await store.create(scope, { shardId: 'b', parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' } });

      await expect(redis.keys('*')).resolves.toEqual(['team:{billing:orders}:leases']);
      await expect(redis.ttl('team:{billing:orders}:leases')).resolves.toBe(-1);
    });
  });
}
