import { jest } from '@jest/globals';
import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { KinesisConfigurationError } from 'nestjs-kinesis';
import { RedisCheckpointer, type RedisCheckpointerOptions } from 'nestjs-kinesis/redis';
import { newLease } from '../../../src/testing/checkpointer-suite/lease-fixture.js';
import { describeWithRedis, RedisServer } from '../../support/redis-server.js';

const scope = { application: 'billing', streamName: 'orders' };

describe('the options of the Redis checkpointer', () => {
  it('connects to nothing before it is asked anything', async () => {
    const store = new RedisCheckpointer({ client: { port: 1 } });

    expect(store.name).toBe('redis');
    await store.close();
  });

  it.each([
    [{ sessionTimeout: 15_000 }, 'consumer.sessionTimeout'],
    [{ heartbeatFrequency: 3_000 }, 'consumer.heartbeatFrequency'],
    [{ commandTimeout: 0 }, '"commandTimeout" must be'],
    [{ commandTimeout: NaN }, '"commandTimeout" must be'],
    [{ wait: { replicas: 0, timeout: 100 } }, '"wait" must be'],
    [{ wait: { replicas: 1, timeout: 0 } }, '"wait" must be'],
    [{ client: 'localhost:6379' }, '"client" must be a URL'],
    [{ client: 'https://localhost' }, '"client" must be a URL'],
  ])('refuses %j', (options, reason) => {
    const create = (): RedisCheckpointer => new RedisCheckpointer(options as RedisCheckpointerOptions);

    expect(create).toThrow(KinesisConfigurationError);
    expect(create).toThrow(reason);
  });

  it('does not repeat a URL it refuses', () => {
    const caught = (): unknown => {
      try {
        return new RedisCheckpointer({ client: 'redis//:s3cret@localhost' });
      } catch (error) {
        return error;
      }
    };

    expect(inspect(caught())).not.toContain('s3cret');
  });

  it.each([
    ['REDIS_PORT', 'six'],
    ['REDIS_PORT', '70000'],
    ['REDIS_DB', '-1'],
  ])('refuses %s=%s', (name, value) => {
    process.env[name] = value;
    try {
      expect(() => new RedisCheckpointer()).toThrow(`${name} must be a whole number`);
    } finally {
      delete process.env[name];
    }
  });
});

await describeWithRedis('the connection of the Redis checkpointer', (binary) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start(binary, { requirepass: 's3cret' });
  });
  afterAll(() => server?.stop());

  it('is to the server that the environment names', async () => {
    const environment = {
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(server.port),
      REDIS_PASSWORD: 's3cret',
      REDIS_DB: '3',
    };
    Object.assign(process.env, environment);
    try {
      const [byEnvironment, byUrl, byOptions] = [
        new RedisCheckpointer(),
        new RedisCheckpointer({ client: `redis://:s3cret@127.0.0.1:${server.port}/3` }),
        new RedisCheckpointer({ client: { port: server.port, password: 's3cret', db: 3 } }),
      ];

      await byEnvironment.create(scope, newLease());

      await expect(byUrl.list(scope)).resolves.toHaveLength(1);
      await expect(byOptions.list(scope)).resolves.toHaveLength(1);
      for (const store of [byEnvironment, byUrl, byOptions]) await store.close();
    } finally {
      for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
    }
  });

  it.each([
    ['not right', { password: 'wr0ng' }],
    ['not right', { username: 'nobody', password: 'wr0ng' }],
    ['it wants a password', {}],
  ])('says that the password is %s, and not which', async (reason, credentials) => {
    const store = new RedisCheckpointer({ client: { port: server.port, ...credentials } });

    const error: unknown = await store.prepare().catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code: 'KINESIS_CHECKPOINTER', retryable: false });
    expect(String(error)).toContain(reason);
    expect(inspect(error, { depth: 10 })).not.toContain('wr0ng');
    await store.close();
  });

  it('is not taken for a server that hides its policy when it breaks', async () => {
    const client = new Redis({ port: server.port, password: 's3cret' });
    client.info = () => Promise.reject(new Error('Connection is closed.'));
    const warn = jest.fn();

    const refused = new RedisCheckpointer({ client, logger: { warn } }).prepare();

    await expect(refused).rejects.toMatchObject({ code: 'KINESIS_CHECKPOINTER', retryable: true });
    expect(warn).not.toHaveBeenCalled();
    client.disconnect();
  });

  it('says what is wrong once more after it was closed', async () => {
    const store = new RedisCheckpointer({
      client: { port: server.port, password: 's3cret' },
      name: 'leases',
    });
    await store.prepare();
    await store.close();
    await store.close();

    await expect(store.list(scope)).rejects.toThrow(/^leases: /);
  });
});
