import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Lease } from 'nestjs-kinesis';
import { RedisCheckpointer } from 'nestjs-kinesis/redis';
import { at, newLease, SEQUENCE } from '../../../src/testing/checkpointer-suite/lease-fixture.js';
import { describeWithRedis, RedisServer } from '../../support/redis-server.js';
import { type CommandResult, runLeases, withLocalKinesis } from './leases-command.js';

const SHARDS = ['shardId-000000000000', 'shardId-000000000001', 'shardId-000000000002'] as const;

await describeWithRedis('nestjs-kinesis leases', (binary) => {
  const scope = { application: 'billing', streamName: 'orders' };
  let folder: string;
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
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leases-'));
    await redis.flushall();
  });
  afterEach(() => rm(folder, { recursive: true }));

  const address = (suffix = ''): string => `redis://127.0.0.1:${server.port}${suffix}`;
  const file = (name = 'leases.jsonl'): string => join(folder, name);
  const stored = async (of = store): Promise<Lease[]> =>
    (await of.list(scope)).sort((a, b) => (a.shardId < b.shardId ? -1 : 1));
  /** Three leases at different positions, owned by nobody unless told otherwise. */
  const fill = async (owner?: string, sessionTimeout = 300): Promise<Lease[]> => {
    await store.create(scope, newLease(SHARDS[0], { checkpoint: { type: 'SHARD_END' } }));
    await store.create(
      scope,
      newLease(SHARDS[1], { parentShardIds: [SHARDS[0]], checkpoint: at(SEQUENCE, 3), streamCreatedAt: 7 }),
    );
    await store.create(scope, newLease(SHARDS[2], { parentShardIds: [SHARDS[0]] }));
    if (owner !== undefined) {
      for (const seen of await stored()) await store.acquire(scope, seen, owner, sessionTimeout);
    }
    return stored();
  };
  const withoutCounter = (leases: readonly Lease[]): Partial<Lease>[] =>
    leases.map(({ counter: _, owner: _owner, sessionTimeout: _timeout, ...lease }) => lease);

  it('exports to a file, and imports it where it is told to write', async () => {
    const leases = await fill();
    const exported = await runLeases('export', ['--from', address(), '--out', file()]);
    expect(exported).toEqual({
      code: 0,
      output: `3 leases of redis://127.0.0.1:${server.port} written to ${file()}\n`,
      errors: '',
    });
    await redis.flushall();

    const dry = await runLeases('import', ['--file', file(), '--to', address()]);
    expect(dry.code).toBe(0);
    expect(dry.output).toBe(
      [
        `${SHARDS[0]}  create at SHARD_END`,
        `${SHARDS[1]}  create at ${SEQUENCE}/3`,
        `${SHARDS[2]}  create at TRIM_HORIZON`,
        `dry run: 3 of 3 leases to write to ${address()}, 0 as they shall be; --write does it\n`,
      ].join('\n'),
    );
    expect(await redis.keys('*')).toEqual([]);

    const done = await runLeases('import', ['--file', file(), '--to', address(), '--write']);
    expect(done).toMatchObject({ code: 0, errors: '' });
    expect(withoutCounter(await stored())).toEqual(withoutCounter(leases));
    const again = await runLeases('import', ['--file', file(), '--to', address(), '--write']);
    expect(again.output).toBe(`written: 0 of 3 leases written to ${address()}, 3 as they shall be\n`);
  });

  it('exports to the terminal, and never over a file', async () => {
    await fill();
    await writeFile(file(), 'mine');

    const { output } = await runLeases('export', ['--from', address()]);
    expect(output.trim().split('\n')).toHaveLength(4);
    const refused = await runLeases('export', ['--from', address(), '--out', file()]);

    expect(refused).toMatchObject({ code: 2, errors: `nestjs-kinesis: ${file()} exists\n` });
    expect(await readFile(file(), 'utf8')).toBe('mine');
  });

  it('copies to another store, application and stream, and verifies that', async () => {
    await fill();
    const to = ['--to', address('?prefix=new:'), '--to-application', 'invoices', '--to-stream', 'orders-2'];

    const before = await runLeases('verify', ['--from', address(), ...to]);
    expect(before).toMatchObject({ code: 1, errors: 'nestjs-kinesis: 3 leases differ\n' });
    expect(before.output).toContain(`${SHARDS[1]}  ${SEQUENCE}/3 in redis`);
    await expect(runLeases('copy', ['--from', address(), ...to, '--write'])).resolves.toMatchObject({
      code: 0,
    });

    const copied = new RedisCheckpointer({ client: redis, keyPrefix: 'new:' });
    const leases = await copied.list({ application: 'invoices', streamName: 'orders-2' });
    expect(leases).toHaveLength(3);
    expect(leases.every((lease) => lease.owner === undefined)).toBe(true);
    const after = await runLeases('verify', ['--from', address(), ...to]);
    expect(after).toMatchObject({ code: 0, output: '3 leases are the same\n' });
  });

  it('says which leases would move, and which way', async () => {
    const [, second] = await fill();
    await runLeases('copy', ['--from', address(), '--to', `file:${file()}`, '--write']);
    const held = second && (await store.acquire(scope, second, 'worker-1', 100));
    const moved = held && (await store.checkpoint(scope, held, at(SEQUENCE, 9)));
    if (moved) await store.release(scope, moved);
    await store.create(scope, newLease('shardId-000000000003'));

    const back = await runLeases('import', ['--file', file(), '--to', address()]);
    expect(back.output).toContain(`${SHARDS[1]}  move back from ${SEQUENCE}/9 to ${SEQUENCE}/3\n`);
    expect(back.output).toContain('1 of 3 leases to write');
    expect(back.output).toContain('2 as they shall be, 1 others left alone');
    const forward = await runLeases('copy', ['--from', address(), '--to', `file:${file()}`]);
    expect(forward.output).toContain(`${SHARDS[1]}  move forward from ${SEQUENCE}/3 to ${SEQUENCE}/9\n`);
  });

  it('replaces leases of an earlier stream of the same name', async () => {
    await fill();
    await runLeases('copy', ['--from', address(), '--to', `file:${file()}`, '--write']);
    await writeFile(
      file(),
      (await readFile(file(), 'utf8')).replace('"streamCreatedAt":7', '"streamCreatedAt":8'),
    );

    const { code, output } = await runLeases('import', ['--file', file(), '--to', address(), '--write']);

    expect(code).toBe(0);
    expect(output).toContain(`${SHARDS[1]}  replace, of an earlier stream of that name`);
    expect((await stored())[1]).toMatchObject({ streamCreatedAt: 8, counter: 0 });
  });

  it('keeps what a file has of other applications', async () => {
    await fill();
    const to = ['--to', `file:${file()}`, '--write'];
    await runLeases('copy', ['--from', address(), ...to, '--to-application', 'other']);
    await runLeases('copy', ['--from', address(), ...to]);

    const lines = (await readFile(file(), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(7);
  });

  describe('while leases have an owner', () => {
    let leases: Lease[];
    const reset = (...more: string[]): Promise<CommandResult> =>
      runLeases('reset', ['--on', address(), '--position', 'TRIM_HORIZON', '--write', ...more]);

    it('refuses a live application', async () => {
      leases = await fill('worker-1', 60_000);
      let renewing = true;
      const renewals = (async () => {
        while (renewing) {
          leases = (await store.renew(scope, leases)) as Lease[];
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      })();

      const refused = await reset();
      renewing = false;
      await renewals;

      expect(refused.code).toBe(1);
      expect(refused.errors).toMatch(/billing on orders in redis.* is live: worker worker-1 just wrote/);
      expect((await stored())[1]?.checkpoint).toEqual(at(SEQUENCE, 3));
    });

    it('refuses one whose workers seem to be gone, and says so', async () => {
      await fill('worker-1');

      const refused = await reset();

      expect(refused.code).toBe(1);
      expect(refused.errors).toContain(
        '3 leases have an owner, such as worker-1, of which nothing was heard for 300 ms',
      );
      expect((await stored())[1]?.checkpoint).toEqual(at(SEQUENCE, 3));
    });

    it('goes on when forced, and fences the workers', async () => {
      leases = await fill('worker-1', 60_000);

      await expect(reset('--force')).resolves.toMatchObject({ code: 0 });

      expect((await stored()).map((lease) => lease.checkpoint.type)).toEqual(Array(3).fill('TRIM_HORIZON'));
      // The third was there already, and is left alone.
      expect((await stored()).map((lease) => lease.owner)).toEqual([undefined, undefined, 'worker-1']);
      await expect(store.renew(scope, leases.slice(0, 2))).resolves.toEqual([undefined, undefined]);
    });

    it('refuses to copy from a live application, too', async () => {
      await fill('worker-1');

      const dry = await runLeases('copy', ['--from', address(), '--to', `file:${file()}`]);
      expect(dry.output).toContain('3 leases have an owner, stop its workers first');
      const refused = await runLeases('copy', ['--from', address(), '--to', `file:${file()}`, '--write']);

      expect(refused).toMatchObject({ code: 1 });
      await expect(readFile(file(), 'utf8')).rejects.toThrow('ENOENT');
    });
  });

  describe('reset', () => {
    it.each([
      ['TRIM_HORIZON', { type: 'TRIM_HORIZON' }],
      ['2026-01-31T12:00:00+01:00', { type: 'AT_TIMESTAMP', timestamp: Date.UTC(2026, 0, 31, 11) }],
      ['1769857200000', { type: 'AT_TIMESTAMP', timestamp: 1_769_857_200_000 }],
    ])('moves one shard, or all, to %s', async (position, checkpoint) => {
      await fill();
      const options = ['--on', address(), '--position', position, '--write'];

      await expect(runLeases('reset', [...options, '--shard', SHARDS[1]])).resolves.toMatchObject({
        code: 0,
      });
      expect((await stored()).map((lease) => lease.checkpoint)).toEqual([
        { type: 'SHARD_END' },
        checkpoint,
        { type: 'TRIM_HORIZON' },
      ]);
      await expect(runLeases('reset', options)).resolves.toMatchObject({ code: 0 });

      expect((await stored()).map((lease) => lease.checkpoint)).toEqual(Array(3).fill(checkpoint));
    });

    it('moves to the latest record by the clock of Kinesis', async () => {
      await fill();
      const before = Math.floor(Date.now() / 1000) * 1000;

      await withLocalKinesis(() =>
        runLeases('reset', ['--on', address(), '--position', 'LATEST', '--write']),
      );

      const { checkpoint } = (await stored())[0] ?? {};
      expect(checkpoint?.type).toBe('AT_TIMESTAMP');
      expect(checkpoint).toMatchObject({ timestamp: expect.any(Number) as number });
      if (checkpoint?.type === 'AT_TIMESTAMP') expect(checkpoint.timestamp).toBeGreaterThanOrEqual(before);
    });
  });

  it('takes the password from the environment, and shows none', async () => {
    const secured = await RedisServer.start(binary, { requirepass: 's3cret' });
    const at = (password: string): string => `redis://${password}127.0.0.1:${secured.port}`;
    const attempt = (from: string): Promise<CommandResult> => runLeases('export', ['--from', from]);

    const wrong = await attempt(at(':wr0ng@'));
    expect(wrong.code).toBe(1);
    expect(wrong.errors).not.toContain('wr0ng');
    await expect(attempt(at(''))).resolves.toMatchObject({ code: 1 });
    const empty = 'has no leases of application "billing" on stream "orders"';
    expect((await attempt(at(':s3cret@'))).errors).toContain(`127.0.0.1:${secured.port} ${empty}`);
    process.env.REDIS_PASSWORD = 's3cret';
    try {
      expect((await attempt(at(''))).errors).toContain(empty);
    } finally {
      delete process.env.REDIS_PASSWORD;
      await secured.stop();
    }
  });
});
