import { createHash } from 'node:crypto';
import type { Checkpoint } from '../checkpoint.js';
import type { Checkpointer, Lease, LeaseScope, NewLease } from '../checkpointer.js';
import { parseLease, serializeLease } from './lease-text.js';

/** The commands this package asks of Redis; an ioredis `Redis` or `Cluster` has them. */
export interface RedisCommands {
  hsetnx(key: string, field: string, value: string): Promise<number>;
  hget(key: string, field: string): Promise<string | null>;
  hvals(key: string): Promise<string[]>;
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>;
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>;
}

export interface RedisCheckpointerOptions {
  /** An ioredis client or cluster, which stays yours to close. */
  client: RedisCommands;

  /**
   * What the names of all keys begin with.
   *
   * @defaultValue `'nestjs-kinesis:'`
   */
  keyPrefix?: string;
}

/**
 * KEYS[1] the leases, ARGV[1] the shard, ARGV[2] the lease as expected, ARGV[3] as it shall be, empty for gone. A lease
 * that already is as it shall be was written by this very call, whose reply was lost: its counter makes each text unique.
 */
const REPLACE = `
local current = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if current == ARGV[3] then return 1 end
if current ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
`;

const REPLACE_SHA = createHash('sha1').update(REPLACE).digest('hex');

/**
 * Leases and checkpoints in Redis: one hash for each application and stream, whose key has a hash tag, so that it
 * lies in one slot of a cluster. Each write is one atomic script, conditioned on the lease being exactly as the
 * writer last saw it.
 */
export class RedisCheckpointer implements Checkpointer {
  readonly name = 'redis';
  private readonly client: RedisCommands;
  private readonly keyPrefix: string;

  constructor({ client, keyPrefix = 'nestjs-kinesis:' }: RedisCheckpointerOptions) {
    this.client = client;
    this.keyPrefix = keyPrefix;
  }

  async create(scope: LeaseScope, lease: NewLease): Promise<boolean> {
    const text = serializeLease({ ...lease, counter: 0 });
    return (await this.client.hsetnx(this.key(scope), lease.shardId, text)) === 1;
  }

  async list(scope: LeaseScope): Promise<Lease[]> {
    return (await this.client.hvals(this.key(scope))).map(parseLease);
  }

  async get(scope: LeaseScope, shardId: string): Promise<Lease | undefined> {
    const text = await this.client.hget(this.key(scope), shardId);
    return text === null ? undefined : parseLease(text);
  }

  async acquire(
    scope: LeaseScope,
    seen: Lease,
    worker: string,
    sessionTimeout: number,
  ): Promise<Lease | undefined> {
    return this.update(scope, seen, ({ handOffTo: _ended, ...lease }) => ({
      ...lease,
      owner: worker,
      sessionTimeout,
    }));
  }

  async renew(scope: LeaseScope, held: readonly Lease[]): Promise<(Lease | undefined)[]> {
    return Promise.all(held.map((lease) => this.update(scope, lease, (current) => current)));
  }

  async checkpoint(scope: LeaseScope, held: Lease, checkpoint: Checkpoint): Promise<Lease | undefined> {
    return this.update(scope, held, (current) => ({ ...current, checkpoint }));
  }

  async requestHandOff(scope: LeaseScope, seen: Lease, worker: string | undefined): Promise<boolean> {
    const current = await this.get(scope, seen.shardId);
    if (!current || current.owner !== seen.owner || current.handOffTo !== seen.handOffTo) return false;
    const { handOffTo: _before, ...lease } = current;
    const asked = worker === undefined ? lease : { ...lease, handOffTo: worker };
    const args = [this.key(scope), seen.shardId, serializeLease(current), serializeLease(asked)] as const;
    return (await this.runReplace(...args)) === 1;
  }

  async release(scope: LeaseScope, held: Lease): Promise<boolean> {
    const released = await this.update(
      scope,
      held,
      ({ owner: _owner, handOffTo, sessionTimeout: _timeout, ...lease }) =>
        handOffTo === undefined ? lease : { ...lease, owner: handOffTo },
    );
    return released !== undefined;
  }

  /** Changes a lease that has the owner and counter of `held`, and perhaps a hand-off that was asked for since. */
  private async update(
    scope: LeaseScope,
    held: Lease,
    change: (current: Lease) => Lease,
  ): Promise<Lease | undefined> {
    const replaced = await this.replace(scope, held, change(held));
    if (replaced) return replaced;
    const current = await this.get(scope, held.shardId);
    if (current?.owner !== held.owner || current?.counter !== held.counter) return undefined;
    return this.replace(scope, current, change(current));
  }

  async delete(scope: LeaseScope, seen: Lease): Promise<boolean> {
    return (await this.runReplace(this.key(scope), seen.shardId, serializeLease(seen), '')) === 1;
  }

  private async replace(scope: LeaseScope, expected: Lease, changed: Lease): Promise<Lease | undefined> {
    const written = { ...changed, counter: expected.counter + 1 };
    const replaced = await this.runReplace(
      this.key(scope),
      expected.shardId,
      serializeLease(expected),
      serializeLease(written),
    );
    return replaced === 1 ? written : undefined;
  }

  private async runReplace(
    ...args: [key: string, shard: string, expected: string, next: string]
  ): Promise<unknown> {
    try {
      return await this.client.evalsha(REPLACE_SHA, 1, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return this.client.eval(REPLACE, 1, ...args);
    }
  }

  private key({ application, streamName }: LeaseScope): string {
    return `${this.keyPrefix}{${application}:${streamName}}:leases`;
  }
}
