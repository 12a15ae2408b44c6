import { compareHashKeys, type HashKey, HASH_KEYS } from './hash-key.js';
import { type KinesisLimits } from './limits.js';
import { type StreamConsumer } from './stream-consumer.js';
import { Shard, type ShardOrigin } from './shard.js';
import { originOf, type ShardSnapshot } from './shard-snapshot.js';

export type StreamMode = 'PROVISIONED' | 'ON_DEMAND';
export type StreamStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';

export interface StreamOptions {
  readonly name: string;
  readonly arn: string;
  readonly mode: StreamMode;
  readonly limits: KinesisLimits;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly salt: number;
  readonly maxRecordSizeInKiB: number;
}

/** How long records are kept unless the stream is told otherwise, in hours. */
const DEFAULT_RETENTION = 24;
const HOUR = 3_600_000;

/** A stream: its shards, open and closed, and its settings. */
export class Stream {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly salt: number;
  readonly tags = new Map<string, string>();
  /** The consumers registered for enhanced fan-out, by name. */
  readonly consumers = new Map<string, StreamConsumer>();
  /** When UpdateShardCount was called, in milliseconds since the Unix epoch. */
  shardCountUpdates: number[] = [];
  mode: StreamMode;
  status: StreamStatus = 'CREATING';
  retentionHours = DEFAULT_RETENTION;
  maxRecordSizeInKiB: number;
  private readonly limits: KinesisLimits;
  private readonly shardsByOrdinal = new Map<number, Shard>();
  private open: Shard[] = [];
  private nextOrdinal = 0;

  constructor(options: StreamOptions) {
    this.name = options.name;
    this.arn = options.arn;
    this.createdAt = options.createdAt;
    this.salt = options.salt;
    this.mode = options.mode;
    this.maxRecordSizeInKiB = options.maxRecordSizeInKiB;
    this.limits = options.limits;
  }

  /** The open shards, in the order of their hash keys. */
  get openShards(): readonly Shard[] {
    return this.open;
  }

  /** Every shard retention has not passed, in the order of their ids. */
  get shards(): readonly Shard[] {
    return [...this.shardsByOrdinal.values()];
  }

  shard(ordinal: number): Shard | undefined {
    return this.shardsByOrdinal.get(ordinal);
  }

  shardWithId(id: string): Shard | undefined {
    const shard = this.shardsByOrdinal.get(Number(id.slice(id.lastIndexOf('-') + 1)));
    return shard?.id === id ? shard : undefined;
  }

  /** The open shard whose range holds `hashKey`. */
  shardFor(hashKey: HashKey): Shard | undefined {
    let low = 0;
    let high = this.open.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.open[middle]?.startsAtOrBelow(hashKey)) low = middle;
      else high = middle - 1;
    }
    return this.open[low];
  }

  /** Divides the whole hash-key space evenly, as the service does for a new stream. */
  addFirstShards(count: number, createdAt: number, now: number): void {
    for (const [startingHashKey, endingHashKey] of evenRanges(count)) {
      this.addShard({ startingHashKey, endingHashKey, createdAt }, now);
    }
    this.sortOpenShards();
  }

  /** Closes one shard for two others, the second of which starts at `middle`. */
  split(shard: Shard, middle: bigint, wallTime: number, now: number): void {
    const common = { createdAt: wallTime, parentId: shard.id };
    const start = BigInt(shard.startingHashKey);
    const end = BigInt(shard.endingHashKey);
    shard.close(wallTime);
    const low = this.addShard({ ...common, startingHashKey: start, endingHashKey: middle - 1n }, now);
    const high = this.addShard({ ...common, startingHashKey: middle, endingHashKey: end }, now);
    this.open.splice(this.open.indexOf(shard), 1, low, high);
  }

  /** Closes two neighbours for one shard with the range of both. */
  merge(shard: Shard, adjacent: Shard, wallTime: number, now: number): void {
    const [low, high] = isBelow(shard, adjacent) ? [shard, adjacent] : [adjacent, shard];
    shard.close(wallTime);
    adjacent.close(wallTime);
    const child = {
      createdAt: wallTime,
      parentId: shard.id,
      adjacentParentId: adjacent.id,
      startingHashKey: BigInt(low.startingHashKey),
      endingHashKey: BigInt(high.endingHashKey),
    };
    this.open.splice(this.open.indexOf(low), 2, this.addShard(child, now));
  }

  /** When a record must have arrived at the latest to be gone by `wallTime`. */
  trimHorizon(wallTime: number): number {
    return wallTime - this.retentionHours * HOUR;
  }

  /** Forgets what retention has passed: records, and closed shards with all they held. */
  trim(wallTime: number): void {
    const horizon = this.trimHorizon(wallTime);
    for (const shard of this.shardsByOrdinal.values()) {
      shard.log.trim(horizon);
      if (shard.closedAt !== undefined && shard.closedAt < horizon)
        this.shardsByOrdinal.delete(shard.ordinal);
    }
  }

  /** Puts back the shards of a stream that was saved, in the order of their ordinals. */
  restoreShards(shards: readonly ShardSnapshot[], nextOrdinal: number, now: number): void {
    for (const saved of shards) {
      const shard = this.makeShard(originOf(saved), now);
      shard.log.restore(saved.log);
      this.link(shard);
    }
    for (const { ordinal, closedAt } of shards) {
      if (closedAt !== undefined) this.shard(ordinal)?.close(closedAt);
    }
    this.nextOrdinal = nextOrdinal;
    this.sortOpenShards();
  }

  /** The ordinal the next shard will get. */
  get nextShardOrdinal(): number {
    return this.nextOrdinal;
  }

  private addShard(origin: Omit<ShardOrigin, 'ordinal'>, now: number): Shard {
    const shard = this.makeShard({ ...origin, ordinal: this.nextOrdinal++ }, now);
    this.link(shard);
    return shard;
  }

  private makeShard(origin: ShardOrigin, now: number): Shard {
    return new Shard(origin, { limits: this.limits, streamCreatedAt: this.createdAt, salt: this.salt, now });
  }

  private link(shard: Shard): void {
    this.shardsByOrdinal.set(shard.ordinal, shard);
    for (const parentId of [shard.parentId, shard.adjacentParentId]) {
      if (parentId !== undefined) this.shardWithId(parentId)?.children.push(shard);
    }
  }

  private sortOpenShards(): void {
    this.open = this.shards.filter((shard) => shard.open);
    this.open.sort((a, b) => (isBelow(a, b) ? -1 : 1));
  }
}

function isBelow(a: Shard, b: Shard): boolean {
  return compareHashKeys(a.firstHashKey, b.firstHashKey) < 0;
}

/** The hash-key ranges of `count` shards of equal size; the last one takes what does not divide. */
export function evenRanges(count: number): [start: bigint, end: bigint][] {
  const size = HASH_KEYS / BigInt(count);
  return Array.from({ length: count }, (_, position) => {
    const start = size * BigInt(position);
    return [start, position === count - 1 ? HASH_KEYS - 1n : start + size - 1n];
  });
}
