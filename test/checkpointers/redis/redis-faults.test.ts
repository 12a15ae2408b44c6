import { Redis } from 'ioredis';
import { RedisCheckpointer } from '../../../src/checkpointers/redis/index.js';
import type { Lease, LeaseScope } from '../../../src/checkpointers/checkpointer.js';
import { at, LeaseFixture, newLease, SHARD } from '../../../src/testing/checkpointer-suite/lease-fixture.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { describeWithRedis, RedisServer } from '../../support/redis-server.js';

/** Milliseconds: short, since some tests wait for it to pass. */
const COMMAND_TIMEOUT = 1_500;

const UNANSWERED = { code: 'KINESIS_CHECKPOINTER', retryable: true };

await describeWithRedis('the Redis checkpointer', (binary) => {
  const scope: LeaseScope = { application: 'billing', streamName: 'orders' };
  const started: { stop(): Promise<void> }[] = [];
  const clients: Redis[] = [];
  const opened: RedisCheckpointer[] = [];

  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    for (const client of clients.splice(0)) client.disconnect();
    for (const server of started.splice(0).reverse()) await server.stop();
  });

  const start = async (settings?: Record<string, string | number>): Promise<RedisServer> => {
    const server = await RedisServer.start(binary, settings);
    started.push(server);
    return server;
  };
  const proxied = async (port: number): Promise<TcpProxy> => {
    const proxy = await TcpProxy.start(port);
    started.push(proxy);
    return proxy;
  };
  const connect = (port: number): Redis => {
    const client = new Redis({ port, host: '127.0.0.1', disconnectTimeout: 100 });
    // Without a listener, ioredis prints what it fails at.
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };
  const open = (port: number): RedisCheckpointer => {
    const store = new RedisCheckpointer({
      client: { host: '127.0.0.1', port },
      commandTimeout: COMMAND_TIMEOUT,
    });
    opened.push(store);
    return store;
  };
  const on = async (store: RedisCheckpointer): Promise<LeaseFixture> => {
    const leases = new LeaseFixture(
      () => store,
      () => scope,
    );
    await leases.open();
    return leases;
  };
  /** Has every script run once, so that the server knows them: a lost reply is then the reply to a write. */
  const teachScripts = async (port: number): Promise<void> => {
    const leases = await on(open(port));
    const held = await leases.renewed(await leases.owned('teacher'));
    const moved = await leases.checkpointed(held, at('1'));
    await leases.store.requestHandOff(scope, moved, 'pupil');
    await leases.store.release(scope, moved);
    await leases.store.delete(scope, await leases.stored());
  };
  /** Again and again, as the scheduler does: rejections of a store that is away are not the end. */
  const once = async <T>(call: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        expect(error).toMatchObject(UNANSWERED);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };

  it('rejects while the server is gone, and goes on when it is back with what it had on disk', async () => {
    const server = await start({ appendonly: 'yes', appendfsync: 'always' });
    const leases = await on(open(server.port));
    const held = await leases.checkpointed(await leases.owned('worker-1'), at('7'));

    await server.kill();
    await expect(leases.store.renew(scope, [held])).rejects.toMatchObject(UNANSWERED);
    await expect(leases.store.list(scope)).rejects.toThrow('ECONNREFUSED');
    await server.restart();

    await expect(once(() => leases.store.get(scope, SHARD))).resolves.toEqual(held);
    await expect(leases.renewed(held)).resolves.toMatchObject({ counter: 3, checkpoint: at('7') });
  });

  it('shows that the leases are gone when the server is back without them', async () => {
    const server = await start();
    const leases = await on(open(server.port));
    const held = await leases.checkpointed(await leases.owned('worker-1'), at('7'));

    await server.kill();
    await server.restart();

    await expect(once(() => leases.store.list(scope))).resolves.toEqual([]);
    await expect(leases.store.get(scope, SHARD)).resolves.toBeUndefined();
    await expect(leases.store.renew(scope, [held])).resolves.toEqual([undefined]);
    await expect(leases.store.checkpoint(scope, held, at('8'))).resolves.toBeUndefined();
    await expect(leases.store.release(scope, held)).resolves.toBe(false);
    await expect(leases.store.create(scope, newLease())).resolves.toBe(true);
  });

  it('rejects in bounded time when the server stands still, and what was written late is no loss', async () => {
    const server = await start();
    const leases = await on(open(server.port));
    const held = await leases.owned('worker-1');

    server.pause();
    await expect(leases.store.checkpoint(scope, held, at('7'))).rejects.toMatchObject(UNANSWERED);
    await expect(leases.store.checkpoint(scope, held, at('7'))).rejects.toThrow(
      `no answer in ${COMMAND_TIMEOUT} ms`,
    );
    server.resume();

    // A write nobody waits for any more may still arrive, even behind this reading of the lease.
    const goOn = async (): Promise<Lease | undefined> => {
      const reread = await once(() => leases.stored());
      expect(reread.owner).toBe('worker-1');
      return once(() => leases.store.checkpoint(scope, reread, at('8')));
    };
    let moved = await goOn();
    while (!moved) moved = await goOn();
    expect(moved).toMatchObject({ owner: 'worker-1', checkpoint: at('8') });
  });

  it('rejects in bounded time on a given client that would wait for ever', async () => {
    const server = await start();
    const client = new Redis({ port: server.port, maxRetriesPerRequest: null, disconnectTimeout: 100 });
    client.on('error', () => undefined);
    clients.push(client);
    const store = new RedisCheckpointer({ client, commandTimeout: COMMAND_TIMEOUT });
    await store.create(scope, newLease());
    await server.kill();

    await expect(store.get(scope, SHARD)).rejects.toMatchObject(UNANSWERED);

    await server.restart();
    await expect(once(() => store.list(scope))).resolves.toEqual([]);
  });

  it('bears that clients are paused', async () => {
    const server = await start();
    const leases = await on(open(server.port));
    const held = await leases.owned('worker-1');

    await connect(server.port).call('CLIENT', 'PAUSE', String(COMMAND_TIMEOUT + 1_500), 'WRITE');
    await expect(leases.store.renew(scope, [held])).rejects.toThrow(/no answer/);

    const reread = await once(() => leases.store.get(scope, SHARD));
    expect(reread?.owner).toBe('worker-1');
  });

  it('recognises its own write when the reply was lost and the client sent it again', async () => {
    const server = await start();
    await teachScripts(server.port);
    const proxy = await proxied(server.port);
    const leases = await on(new RedisCheckpointer({ client: connect(proxy.port), commandTimeout: 20_000 }));
    const lossy = async <T>(call: () => Promise<T>): Promise<T> => {
      proxy.deaf = true;
      proxy.lost = 0;
      const answer = call();
      while (proxy.lost === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      proxy.deaf = false;
      proxy.cut();
      return answer;
    };

    await expect(lossy(() => leases.store.create(scope, newLease()))).resolves.toBe(true);
    const seen = await leases.stored();
    let held = await lossy(() => leases.acquired(seen, 'worker-1'));
    expect(held).toMatchObject({ owner: 'worker-1', counter: 1 });
    held = await lossy(() => leases.renewed(held));
    expect(held).toMatchObject({ counter: 2 });
    held = await lossy(() => leases.checkpointed(held, at('7')));
    expect(held).toMatchObject({ counter: 3, checkpoint: at('7') });
    await expect(lossy(() => leases.store.requestHandOff(scope, held, 'worker-2'))).resolves.toBe(true);
    await expect(lossy(() => leases.store.release(scope, held))).resolves.toBe(true);
    const passed = await leases.stored();
    expect(passed).toMatchObject({ owner: 'worker-2', counter: 4 });
    await expect(lossy(() => leases.store.delete(scope, passed))).resolves.toBe(true);
  });

  it('does not take a write for its own that another made before the client sent it again', async () => {
    const server = await start();
    await teachScripts(server.port);
    const proxy = await proxied(server.port);
    const leases = await on(new RedisCheckpointer({ client: connect(proxy.port), commandTimeout: 20_000 }));
    const other = open(server.port);
    const held = await leases.owned('worker-1');

    proxy.deaf = true;
    const answer = leases.store.checkpoint(scope, held, at('7'));
    let current = await other.get(scope, SHARD);
    while (current?.counter !== 2) current = await other.get(scope, SHARD);
    const taken = await other.acquire(scope, current, 'worker-2', 15_000);
    proxy.deaf = false;
    proxy.cut();

    await expect(answer).resolves.toBeUndefined();
    await expect(other.get(scope, SHARD)).resolves.toEqual(taken);
  });

  it('rejects on a replica, as after a fail-over, and goes on when it is the primary', async () => {
    const primary = await start();
    const leases = await on(open(primary.port));
    const held = await leases.owned('worker-1');
    const admin = connect(primary.port);

    await admin.replicaof('127.0.0.1', 1);
    await expect(leases.store.renew(scope, [held])).rejects.toMatchObject(UNANSWERED);
    await expect(leases.store.prepare?.()).rejects.toThrow('the server is a replica');
    await admin.replicaof('NO', 'ONE');

    await expect(once(() => leases.renewed(held))).resolves.toMatchObject({ counter: 2 });
  });

  it('waits for replicas where it is told to, and says when they do not have a write', async () => {
    const primary = await start({ 'repl-diskless-sync-delay': 0 });
    const replica = await start({ replicaof: `127.0.0.1 ${primary.port}` });
    const client = connect(primary.port);
    const store = new RedisCheckpointer({ client, wait: { replicas: 1, timeout: 100 } });
    await once(() => store.create(scope, newLease()));
    const leases = await on(store);
    const seen = await leases.stored();
    const held = await once(() => leases.acquired(seen, 'worker-1'));
    await expect(
      connect(replica.port).hget('nestjs-kinesis:{billing:orders}:leases', SHARD),
    ).resolves.toContain('worker-1');

    await replica.kill();
    await expect(store.checkpoint(scope, held, at('7'))).rejects.toMatchObject(UNANSWERED);
    await expect(store.checkpoint(scope, await leases.stored(), at('8'))).rejects.toThrow('0 of 1 replicas');

    await expect(leases.stored()).resolves.toMatchObject({ owner: 'worker-1', checkpoint: at('8') });
  });

  it('goes on watching after the connection broke', async () => {
    const server = await start();
    const proxy = await proxied(server.port);
    const watcher = open(proxy.port);
    const leases = await on(open(server.port));
    const held = await leases.owned('worker-1');
    let calls = 0;
    const stop = watcher.watch(scope, () => calls++);
    const told = async (): Promise<void> => {
      for (calls = 0; calls === 0;) await new Promise((resolve) => setTimeout(resolve, 5));
    };

    // What came while it was away may have been missed: a new subscription tells, too.
    await told();
    proxy.cut();
    await told();
    calls = 0;
    await leases.store.requestHandOff(scope, held, 'worker-2');
    await told();

    stop();
  });

  it('lets a worker that was paused write nothing when it wakes up', async () => {
    const server = await start();
    const proxy = await proxied(server.port);
    const paused = await on(new RedisCheckpointer({ client: connect(proxy.port), commandTimeout: 20_000 }));
    const held = await paused.owned('worker-1');
    const other = open(server.port);

    const taken = await other.acquire(scope, held, 'worker-2', 15_000);
    if (!taken) throw new Error('worker-2 did not get the lease');
    const moved = await other.checkpoint(scope, taken, at('9'));

    await expect(paused.store.renew(scope, [held])).resolves.toEqual([undefined]);
    await expect(paused.store.checkpoint(scope, held, at('7'))).resolves.toBeUndefined();
    await expect(paused.store.release(scope, held)).resolves.toBe(false);
    await expect(other.get(scope, SHARD)).resolves.toEqual(moved);
  });
});
