import { compareHashKeys, type HashKey, parseHashKey } from './hash-key.js';
import { type KinesisLimits } from './limits.js';
import { RecordLog } from './record-log.js';
import { SequenceNumbers } from './sequence-number.js';
import { ShardThrottle } from './shard-throttle.js';

/** What makes one shard different from another from its creation on. */
export interface ShardOrigin {
  /** The number in the shard's id. */
  readonly ordinal: number;
  readonly startingHashKey: bigint;
  readonly endingHashKey: bigint;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly parentId?: string | undefined;
  /** The second parent of a merge. */
  readonly adjacentParentId?: string | undefined;
}

/** What a shard has in common with the others of its stream. */
export interface ShardSurroundings {
  readonly limits: KinesisLimits;
  /** Milliseconds since the Unix epoch. */
  readonly streamCreatedAt: number;
  readonly salt: number;
  /** The clock's monotonic time. */
  readonly now: number;
}

export function shardIdOf(ordinal: number): string {
  return `shardId-${String(ordinal).padStart(12, '0')}`;
}

/** One shard: a range of hash keys, its records, and the throughput it grants. */
export class Shard {
  readonly id: string;
  readonly ordinal: number;
  readonly createdAt: number;
  readonly startingHashKey: string;
  readonly endingHashKey: string;
  readonly parentId: string | undefined;
  readonly adjacentParentId: string | undefined;
  readonly log = new RecordLog();
  readonly sequenceNumbers: SequenceNumbers;
  readonly throttle: ShardThrottle;
  /** The shards that took this one's place. */
  readonly children: Shard[] = [];
  /** Who wants to know when a record arrives or the shard is closed. They take note, and act later. */
  readonly watchers = new Set<() => void>();
  private closedTime: number | undefined;
  readonly firstHashKey: HashKey;

  constructor(origin: ShardOrigin, surroundings: ShardSurroundings) {
    this.ordinal = origin.ordinal;
    this.id = shardIdOf(origin.ordinal);
    this.createdAt = origin.createdAt;
    this.startingHashKey = String(origin.startingHashKey);
    this.endingHashKey = String(origin.endingHashKey);
    this.firstHashKey = parseHashKey(this.startingHashKey);
    this.parentId = origin.parentId;
    this.adjacentParentId = origin.adjacentParentId;
    this.sequenceNumbers = new SequenceNumbers(
      surroundings.streamCreatedAt,
      origin.ordinal,
      surroundings.salt,
    );
    this.throttle = new ShardThrottle(surroundings.limits, surroundings.now);
  }

  get open(): boolean {
    return this.closedTime === undefined;
  }

  /** When the shard was split or merged, in milliseconds since the Unix epoch. */
  get closedAt(): number | undefined {
    return this.closedTime;
  }

  get startingSequenceNumber(): string {
    return this.sequenceNumbers.before(0);
  }

  /** Above the number of every record of the shard; undefined while it is open. */
  get endingSequenceNumber(): string | undefined {
    return this.open ? undefined : this.sequenceNumbers.at(this.log.nextIndex);
  }

  /** Whether `hashKey` is at or above the start of this shard's range. */
  startsAtOrBelow(hashKey: HashKey): boolean {
    return compareHashKeys(this.firstHashKey, hashKey) <= 0;
  }

  /** @returns the record's sequence number */
  append(data: Uint8Array, partitionKey: string, arrival: number, explicitHashKey?: string): string {
    const index = this.log.append(data, partitionKey, arrival, explicitHashKey);
    if (this.watchers.size > 0) this.wake();
    return this.sequenceNumbers.at(index);
  }

  /**
   * Watchers are told at once, but act only when whoever closes the shard is done, with the children in their place.
   *
   * @param closedAt - milliseconds since the Unix epoch
   */
  close(closedAt: number): void {
    this.closedTime = closedAt;
    this.wake();
  }

  private wake(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}
