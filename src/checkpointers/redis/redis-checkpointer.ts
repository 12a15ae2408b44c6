import { CheckpointerError, KinesisConfigurationError } from '../../errors.js';
import { type Random, randomId } from '../../runtime/random.js';
import { SystemClock } from '../../runtime/system-clock.js';
import { SystemRandom } from '../../runtime/system-random.js';
import type { Checkpoint } from '../checkpoint.js';
import type { Checkpointer, Lease, LeaseScope, NewLease } from '../checkpointer.js';
import { ChangeChannels } from './change-channels.js';
import { evictionPolicies, evictsLeases } from './eviction-check.js';
import { checkpointLine, newLeaseLines, parseLeaseRow } from './lease-row.js';
import {
  ACQUIRE,
  CHECKPOINT,
  CREATE,
  DELETE,
  GET,
  LIST,
  type RedisScript,
  RELEASE,
  RENEW,
  REQUEST_HAND_OFF,
  TRY,
} from './lease-scripts.js';
import type { RedisCheckpointerOptions } from './redis-checkpointer.options.js';
import type { RedisClient } from './redis-client.js';
import { createRedis, redisOptionsFromEnvironment } from './redis-connection.js';
import { ScriptRunner } from './script-runner.js';

/** Leases of one script: it renews them in a few milliseconds, in which Redis does nothing else. */
const RENEWAL_SIZE = 500;

/**
 * Leases and checkpoints in Redis, one server or a cluster. Each application and stream has one hash, in one slot; each
 * operation is one atomic script, conditioned on the owner and the counter that the writer last saw; and all leases of
 * a worker are renewed in one round trip.
 *
 * Redis loses what it has not persisted when it restarts, and what it has not replicated when it fails over. Leases that
 * are gone are put back by the workers that held them; those of workers that went with them follow `onDataLoss`. A lost
 * checkpoint is handled again from the one before. `appendonly yes` and the option `wait` make either rarer.
 */
export class RedisCheckpointer implements Checkpointer {
  readonly name: string;
  private readonly client: RedisClient;
  private readonly closeClient: () => void;
  private readonly keyPrefix: string;
  private readonly random: Random;
  private readonly scripts: ScriptRunner;
  private readonly channels: ChangeChannels;
  private lastError: Error | undefined;

  /** @throws KinesisConfigurationError for options that cannot be; nothing is sent before the first call */
  constructor(private readonly options: RedisCheckpointerOptions = {}) {
    const { name = 'redis', keyPrefix = 'nestjs-kinesis:', clock = new SystemClock() } = options;
    const { random = new SystemRandom(), wait } = options;
    const commandTimeout = options.commandTimeout ?? 5_000;
    checkOptions(options, commandTimeout);
    this.name = name;
    this.keyPrefix = keyPrefix;
    this.random = random;
    const { client } = options;
    if (isClient(client)) {
      this.client = client;
      this.closeClient = () => undefined;
    } else {
      const own = createRedis(client ?? redisOptionsFromEnvironment(process.env), { commandTimeout, random });
      own.on('error', (error) => (this.lastError = error));
      own.on('ready', () => (this.lastError = undefined));
      this.client = own;
      this.closeClient = () => own.disconnect();
    }
    const lastError = (): Error | undefined => this.lastError;
    this.scripts = new ScriptRunner({ name, client: this.client, clock, commandTimeout, wait, lastError });
    this.channels = new ChangeChannels(() => this.client.duplicate());
  }

  /**
   * Refuses a server that does not run scripts, takes no writes, or may evict leases.
   *
   * @throws CheckpointerError
   */
  async prepare(): Promise<void> {
    await this.run(TRY, { application: 'prepare', streamName: 'prepare' }, []);
    if (this.options.allowEviction) return;
    const policies = await this.scripts.answered(this.options.commandTimeout ?? 5_000, () =>
      evictionPolicies(this.client),
    );
    for (const found of policies) {
      if ('unknown' in found) {
        this.options.logger?.warn(
          `${this.name}: cannot tell whether Redis may evict leases; its maxmemory-policy must not be allkeys-….`,
        );
      } else if (evictsLeases(found.policy)) {
        throw new CheckpointerError(
          this.name,
          `its maxmemory-policy is ${found.policy}: with its memory full it may evict leases, and shards start over. ` +
            'Set noeviction or a volatile-… policy, use another server, or pass allowEviction: true.',
        );
      }
    }
  }

  async create(scope: LeaseScope, lease: NewLease): Promise<boolean> {
    const counter = String(lease.counter ?? 0);
    return isDone(await this.write(CREATE, scope, [lease.shardId, newLeaseLines(lease), counter]));
  }

  async list(scope: LeaseScope): Promise<Lease[]> {
    const fields = (await this.run(LIST, scope, [])) as string[];
    const leases: Lease[] = [];
    for (let i = 0; i < fields.length; i += 2) {
      leases.push(this.parse(scope, fields[i] ?? '', fields[i + 1] ?? ''));
    }
    return leases;
  }

  async get(scope: LeaseScope, shardId: string): Promise<Lease | undefined> {
    return this.parseIfAny(scope, shardId, await this.run(GET, scope, [shardId]));
  }

  async acquire(
    scope: LeaseScope,
    seen: Lease,
    worker: string,
    sessionTimeout: number,
  ): Promise<Lease | undefined> {
    const row = await this.write(ACQUIRE, scope, [...asSeen(seen), worker, String(sessionTimeout)]);
    return this.parseIfAny(scope, seen.shardId, row);
  }

  async renew(scope: LeaseScope, held: readonly Lease[]): Promise<(Lease | undefined)[]> {
    const parts: Promise<(Lease | undefined)[]>[] = [];
    for (let start = 0; start < held.length; start += RENEWAL_SIZE) {
      parts.push(this.renewPart(scope, held.slice(start, start + RENEWAL_SIZE)));
    }
    return (await Promise.all(parts)).flat();
  }

  async checkpoint(scope: LeaseScope, held: Lease, checkpoint: Checkpoint): Promise<Lease | undefined> {
    const row = await this.write(CHECKPOINT, scope, [...asSeen(held), checkpointLine(checkpoint)]);
    return this.parseIfAny(scope, held.shardId, row);
  }

  async requestHandOff(scope: LeaseScope, seen: Lease, worker: string | undefined): Promise<boolean> {
    const { shardId, owner = '', handOffTo = '' } = seen;
    return isDone(await this.run(REQUEST_HAND_OFF, scope, [shardId, owner, handOffTo, worker ?? '']));
  }

  async release(scope: LeaseScope, held: Lease): Promise<boolean> {
    return isDone(await this.write(RELEASE, scope, asSeen(held)));
  }

  async delete(scope: LeaseScope, seen: Lease): Promise<boolean> {
    return isDone(await this.write(DELETE, scope, asSeen(seen)));
  }

  watch(scope: LeaseScope, onChange: () => void): () => void {
    return this.channels.watch(this.channel(scope), onChange);
  }

  /** Closes the connections that the checkpointer itself has opened. */
  async close(): Promise<void> {
    this.channels.close();
    this.closeClient();
  }

  private async renewPart(scope: LeaseScope, held: readonly Lease[]): Promise<(Lease | undefined)[]> {
    const rows = (await this.run(RENEW, scope, held.flatMap(asSeen))) as unknown[];
    return held.map(({ shardId }, i) => this.parseIfAny(scope, shardId, rows[i]));
  }

  private run(script: RedisScript, scope: LeaseScope, args: readonly string[]): Promise<unknown> {
    return this.scripts.run(script, this.key(scope), this.withCall(scope, args));
  }

  private write(script: RedisScript, scope: LeaseScope, args: readonly string[]): Promise<unknown> {
    return this.scripts.runDurably(script, this.key(scope), this.withCall(scope, args));
  }

  private withCall(scope: LeaseScope, args: readonly string[]): string[] {
    return [this.channel(scope), randomId(this.random), ...args];
  }

  private parseIfAny(scope: LeaseScope, shardId: string, row: unknown): Lease | undefined {
    return typeof row === 'string' ? this.parse(scope, shardId, row) : undefined;
  }

  private parse(scope: LeaseScope, shardId: string, row: string): Lease {
    try {
      return parseLeaseRow(shardId, row);
    } catch (cause) {
      throw new CheckpointerError(
        this.name,
        `field "${shardId}" of key "${this.key(scope)}" is no lease; something else wrote it. Remove it, or choose ` +
          'another "keyPrefix".',
        { cause },
      );
    }
  }

  private key(scope: LeaseScope): string {
    return `${this.keyPrefix}{${tag(scope)}}:leases`;
  }

  private channel(scope: LeaseScope): string {
    return `${this.keyPrefix}{${tag(scope)}}:changes`;
  }
}

/** A client may be told to give numbers as text. */
function isDone(reply: unknown): boolean {
  return Number(reply) === 1;
}

/** The part of a key that decides about its slot in a cluster. */
function tag({ application, streamName }: LeaseScope): string {
  return `${encodeURIComponent(application)}:${encodeURIComponent(streamName)}`;
}

function asSeen({ shardId, owner = '', counter }: Lease): string[] {
  return [shardId, owner, String(counter)];
}

function isClient(client: RedisCheckpointerOptions['client']): client is RedisClient {
  return typeof client === 'object' && 'evalsha' in client;
}

function checkOptions(options: RedisCheckpointerOptions, commandTimeout: number): void {
  const misplaced = ['sessionTimeout', 'heartbeatFrequency'].find((name) => name in options);
  if (misplaced !== undefined) {
    throw new KinesisConfigurationError(
      `RedisCheckpointer: "${misplaced}" is an option of KinesisModule: consumer.${misplaced}.`,
    );
  }
  if (!(commandTimeout >= 100 && commandTimeout <= 600_000)) {
    throw new KinesisConfigurationError(
      'RedisCheckpointer: option "commandTimeout" must be a number from 100 to 600000.',
    );
  }
  const { wait } = options;
  if (wait === undefined) return;
  if (!(
    Number.isInteger(wait.replicas) &&
    wait.replicas >= 1 &&
    wait.timeout >= 1 &&
    wait.timeout <= 60_000
  )) {
    throw new KinesisConfigurationError(
      'RedisCheckpointer: option "wait" must be { replicas: 1 or more, timeout: 1 to 60000 milliseconds }.',
    );
  }
}
