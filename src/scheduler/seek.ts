import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { Checkpointer, Lease, LeaseScope, NewLease } from '../checkpointers/checkpointer.js';
import type { KinesisGateway, ShardDescription, StreamRef } from '../client/kinesis-gateway.js';
import { retryUntil } from '../client/retry-until.js';
import type { Clock } from '../runtime/clock.js';
import { type Random, randomId } from '../runtime/random.js';
import { isOfEarlierStream } from './lease-creation.js';
import { LeaseObserver } from './lease-observer.js';
import { ConsumerRunningError, InvalidPositionError } from './seek-errors.js';
import { checkPosition, type SeekPosition, targetsOf } from './seek-position.js';

/** How long the leases are kept from workers that come up meanwhile, unless they are given back before; milliseconds. */
const CLAIM_TIMEOUT = 60_000;

/** Milliseconds between two looks at leases that have an owner. */
const LOOK_INTERVAL = 500;

/** How long a call that fails with what may mend is made again, in milliseconds. */
const RETRY_TIMEOUT = 30_000;

/** How many leases are written at a time. */
const PARALLEL_WRITES = 16;

export interface SeekOptions {
  gateway: KinesisGateway;
  checkpointer: Checkpointer;
  clock: Clock;
  random: Random;
  stream: StreamRef;
  application: string;
  /** Milliseconds after which a lease that nobody renews counts as nobody's, unless its owner wrote a longer time. */
  sessionTimeout: number;
  /** For messages. */
  consumer: string;
  signal: AbortSignal;
}

/** One lease, and what it is to become. */
interface Move {
  lease: Lease;
  readonly to: NewLease;
}

/**
 * Sends an application to another position of its stream, by rewriting its leases. First it takes them all, as a worker
 * would: whoever comes up meanwhile finds them owned. Then it writes the positions and gives them up.
 *
 * @throws InvalidPositionError, before anything is written; ConsumerRunningError when a worker renews or takes a lease
 */
export async function seekLeases(options: SeekOptions, position: SeekPosition): Promise<void> {
  checkPosition(position);
  await new Seek(options).run(position);
}

class Seek {
  private readonly scope: LeaseScope;
  private readonly name: string;
  private readonly claimed: Move[] = [];

  constructor(private readonly options: SeekOptions) {
    this.scope = { application: options.application, streamName: options.stream.streamName };
    this.name = randomId(options.random);
  }

  async run(position: SeekPosition): Promise<void> {
    const { gateway, stream, signal } = this.options;
    const described = await this.retry(() => gateway.describeStream(stream, signal));
    const shards = await this.retry(() => gateway.listShards(stream, signal));
    const { checkpoints, complete } = await targetsOf(position, {
      stream: described,
      shards,
      openSince: (timestamp) => this.retry(() => gateway.listShards(stream, signal, timestamp)),
    });
    const leases = await this.idleLeases();
    const moves: Move[] = [];
    const missing: NewLease[] = [];
    for (const [shardId, checkpoint] of checkpoints) {
      const shard = shards.find((each) => each.shardId === shardId);
      const lease = leases.get(shardId);
      if (!shard || (!lease && !complete)) throw this.unknownShard(shardId);
      const to = newLease(shard, checkpoint, described.createdAt, shards);
      if (lease) moves.push({ lease, to });
      // Of a shard that is done nobody needs a lease.
      else if (checkpoint.type !== 'SHARD_END') missing.push(to);
    }
    await this.rewrite(moves, missing, described.createdAt);
  }

  /**
   * The leases, once nobody holds one.
   *
   * @throws ConsumerRunningError when a counter moves
   */
  private async idleLeases(): Promise<Map<string, Lease>> {
    const { checkpointer, clock, sessionTimeout, signal } = this.options;
    const observer = new LeaseObserver(clock, sessionTimeout);
    let before: ReadonlyMap<string, Lease> | undefined;
    for (;;) {
      const leases = await this.retry(() => checkpointer.list(this.scope));
      observer.observe(leases);
      const held = leases.filter((lease) => lease.owner !== undefined && !observer.isExpired(lease));
      const moved = held.find(({ shardId, owner, counter }) => {
        const last = before?.get(shardId);
        return before && (last?.owner !== owner || last?.counter !== counter);
      });
      if (moved) throw this.running(moved);
      before = new Map(leases.map((lease) => [lease.shardId, lease]));
      if (held.length === 0) return new Map(before);
      await clock.sleep(LOOK_INTERVAL, signal);
    }
  }

  private async rewrite(
    moves: readonly Move[],
    missing: readonly NewLease[],
    streamCreatedAt: number,
  ): Promise<void> {
    const { checkpointer } = this.options;
    try {
      await inParallel(moves, (move) => this.claim(move));
      await inParallel(moves, (move) =>
        needsNewRow(move, streamCreatedAt) ? this.replace(move) : this.store(move),
      );
      await inParallel(missing, (lease) => this.retry(() => checkpointer.create(this.scope, lease)));
    } finally {
      await this.giveBack();
    }
  }

  private async claim(move: Move): Promise<void> {
    const { checkpointer } = this.options;
    const { lease } = move;
    move.lease = await this.write(lease, (seen) =>
      checkpointer.acquire(this.scope, seen, this.name, CLAIM_TIMEOUT),
    );
    this.claimed.push(move);
  }

  private async store(move: Move): Promise<void> {
    const { checkpointer } = this.options;
    move.lease = await this.write(move.lease, (held) =>
      checkpointer.checkpoint(this.scope, held, move.to.checkpoint),
    );
  }

  /** For a row of an earlier stream, or one that does not name all parents there are, which must now come first. */
  private async replace(move: Move): Promise<void> {
    const { checkpointer } = this.options;
    const { lease, to } = move;
    const gone = await this.retry(() => checkpointer.delete(this.scope, lease));
    const row = { ...to, counter: lease.counter + 1 };
    const created = gone && (await this.retry(() => checkpointer.create(this.scope, row)));
    this.claimed.splice(this.claimed.indexOf(move), 1);
    if (!created) throw this.running(lease);
  }

  /** @throws ConsumerRunningError if the lease is no longer as it was */
  private async write(lease: Lease, call: (lease: Lease) => Promise<Lease | undefined>): Promise<Lease> {
    const { checkpointer } = this.options;
    const written = await this.retry(() => call(lease));
    if (written) return written;
    // The answer to a write that took effect may have been lost.
    const current = await this.retry(() => checkpointer.get(this.scope, lease.shardId));
    const again = current?.owner === this.name ? await this.retry(() => call(current)) : undefined;
    if (!again) throw this.running(current ?? lease);
    return again;
  }

  /** Where that fails, the lease has to expire. */
  private async giveBack(): Promise<void> {
    const { checkpointer } = this.options;
    await inParallel(this.claimed, ({ lease }) =>
      checkpointer.release(this.scope, lease).catch(() => undefined),
    );
  }

  private retry<T>(call: () => Promise<T>): Promise<T> {
    const { clock, random, signal } = this.options;
    signal.throwIfAborted();
    return retryUntil({ clock, random, signal, deadline: clock.now() + RETRY_TIMEOUT }, call);
  }

  private running({ shardId, owner }: Lease): ConsumerRunningError {
    const { consumer } = this.options;
    return new ConsumerRunningError(
      consumer,
      `worker ${owner ?? 'unknown'} has the lease of shard ${shardId}`,
    );
  }

  private unknownShard(shardId: string): InvalidPositionError {
    const { consumer, stream } = this.options;
    return new InvalidPositionError(
      `Consumer "${consumer}" cannot seek in shard "${shardId}" of stream "${stream.name}": the stream has no such shard, ` +
        'or the consumer has no lease of it yet. Correct the name, or start the consumer once.',
    );
  }
}

/** Parents that are still there come first. */
function newLease(
  { shardId, parentShardIds }: ShardDescription,
  checkpoint: Checkpoint,
  streamCreatedAt: number,
  shards: readonly ShardDescription[],
): NewLease {
  const listed = new Set(shards.map((shard) => shard.shardId));
  return {
    shardId,
    parentShardIds: parentShardIds.filter((parent) => listed.has(parent)),
    checkpoint,
    streamCreatedAt,
  };
}

function needsNewRow({ lease, to }: Move, streamCreatedAt: number): boolean {
  const known = new Set(lease.parentShardIds);
  return isOfEarlierStream(lease, streamCreatedAt) || to.parentShardIds.some((parent) => !known.has(parent));
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < items.length; i += PARALLEL_WRITES) {
    const results = await Promise.allSettled(items.slice(i, i + PARALLEL_WRITES).map(work));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}
