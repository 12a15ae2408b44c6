import type { Packing } from '../aggregators/aggregator.js';
import { Backoff } from '../runtime/backoff.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import { DataSlab } from './data-slab.js';
import { ColumnQueue } from './column-queue.js';
import { KeyedQueue } from './keyed-queue.js';
import { Packer } from './packer.js';
import type { PendingRecord, PendingUserRecord } from './pending-record.js';
import { FifoQueue, type PendingQueue } from './pending-queue.js';
import type { ProducerSettings } from './producer-settings.js';
import { ShardPace } from './shard-pace.js';

export interface ShardLaneOptions {
  settings: ProducerSettings;
  clock: Clock;
  random: Random;
  /** How user records share Kinesis records; absent when they do not. */
  packing?: Packing;
}

/** What a request takes from a lane. */
export interface LaneShare {
  readonly taken: PendingRecord[];
  /** User records whose time was over when their turn came: they cost no pace. */
  readonly expired: PendingUserRecord[];
}

/** What waits for one shard, and how fast it may go there. */
export class ShardLane {
  private readonly queue: PendingQueue;
  private readonly packer: Packer | undefined;
  /** One for each shard: records of a shard leave about in the order in which they came. */
  private readonly slab = new DataSlab();
  private readonly pace: ShardPace;
  private readonly backoff: Backoff;
  private readonly ordered: boolean;
  /** Records of one request at most. */
  private readonly maxRecords: number;
  /** With ordering, a shard has one request in flight. */
  private busy = false;
  private blockedUntil = 0;
  private readonly clock: Clock;

  constructor(
    readonly shardId: string,
    { settings, clock, random, packing }: ShardLaneOptions,
  ) {
    this.clock = clock;
    this.ordered = settings.ordering === 'partition-key';
    // Aggregates that mix keys may have keys in common: with ordering, a request has one of them.
    const mixesKeys = packing?.scope === 'shard';
    this.maxRecords = this.ordered && mixesKeys ? 1 : Infinity;
    this.queue = createQueue(this.ordered && !mixesKeys, packing);
    this.packer = packing && new Packer(packing, settings.aggregationMaxSize, this.slab);
    this.pace = new ShardPace(settings, clock);
    this.backoff = new Backoff({ initial: settings.initialBackoff, max: settings.maxBackoff }, random);
  }

  /** Kinesis records that wait, the open ones included. */
  get length(): number {
    return this.queue.length + (this.packer?.length ?? 0);
  }

  push(record: PendingUserRecord): void {
    if (!this.packer) {
      record.storeIn(this.slab);
      this.queue.push(record);
      return;
    }
    const full = this.packer.add(record);
    if (full) for (const each of full) this.queue.push(each);
  }

  /** Whether a Kinesis record of this partition key is still open. */
  hasOpen(partitionKey: string): boolean {
    return this.packer?.has(partitionKey) ?? false;
  }

  /** Milliseconds until a request may have records of this shard; undefined while only a reply can change that. */
  readyIn(): number | undefined {
    if (this.length === 0 || this.busy) return undefined;
    return Math.max(0, this.blockedUntil - this.clock.now());
  }

  /**
   * Takes up to `maxRecords` records of at most `maxBytes` for one request, as the shard's pace allows.
   *
   * @param isFirst - the request is empty so far: a record larger than `maxBytes` then goes alone
   */
  take(maxRecords: number, maxBytes: number, isFirst: boolean): LaneShare {
    const share: LaneShare = { taken: [], expired: [] };
    let expiredBefore: number;
    do {
      expiredBefore = share.expired.length;
      this.fill(share, Math.min(maxRecords, this.maxRecords), maxBytes, isFirst);
      this.queue.sealRequest();
      // Where all were expired, there may be others behind them.
    } while (share.taken.length === 0 && share.expired.length > expiredBefore);
    if (this.ordered && share.taken.length > 0) this.busy = true;
    return share;
  }

  /**
   * A request with records of this shard was answered, or failed as a whole.
   *
   * @param sent - how many of its records were of this shard
   * @param failed - those that have to be sent again
   * @param throttled - how many of these were refused for the shard's rate
   */
  settled(sent: number, failed: readonly PendingRecord[], throttled: number): void {
    this.busy = false;
    this.pace.learn(throttled / sent);
    // Waits grow only while nothing gets through: for what does, the pace is the answer.
    if (failed.length < sent) this.backoff.reset();
    if (failed.length === 0) return;
    this.queue.putBack(failed);
    this.block(this.backoff.next());
  }

  /** Takes out what has waited too long, however slow the pace. */
  takeExpired(): PendingUserRecord[] {
    const now = this.clock.now();
    const expired: PendingUserRecord[] = [];
    for (const record of this.queue.takeExpired(now)) this.partExpired(record, now, expired);
    return expired;
  }

  /** Empties the lane of its user records, in their order. */
  drain(): PendingUserRecord[] {
    const packed = this.queue.drain().flatMap((record) => record.members);
    return this.packer ? [...packed, ...this.packer.drain()] : packed;
  }

  private fill({ taken, expired }: LaneShare, maxRecords: number, maxBytes: number, isFirst: boolean): void {
    const now = this.clock.now();
    let bytes = 0;
    while (taken.length < maxRecords) {
      if (!this.pace.isOpen) {
        const waiting = this.queue.bytes + (this.packer?.bytes ?? 0);
        this.block(this.pace.delayFor(this.length, waiting));
        return;
      }
      const record = this.next();
      if (!record) return;
      if (now >= record.expiresAt) {
        this.partExpired(record, now, expired);
        continue;
      }
      if (bytes + record.size > maxBytes && !(isFirst && taken.length === 0)) {
        this.queue.putBack([record]);
        return;
      }
      this.pace.take(record.size);
      bytes += record.size;
      taken.push(record);
    }
  }

  /** The user records whose time is over go, what shared a Kinesis record with them is packed again. */
  private partExpired(record: PendingRecord, now: number, expired: PendingUserRecord[]): void {
    const inTime = record.members.filter((member) => now < member.expiresAt);
    for (const member of record.members) if (now >= member.expiresAt) expired.push(member);
    if (inTime.length > 0 && this.packer) this.queue.putBack(this.packer.repack(inTime));
  }

  /** Full Kinesis records first; open ones are closed only when there is room for them. */
  private next(): PendingRecord | undefined {
    const full = this.queue.next();
    if (full || !this.packer) return full;
    for (const sealed of this.packer.next((key) => this.queue.accepts(key))) this.queue.push(sealed);
    return this.queue.next();
  }

  private block(duration: number): void {
    this.blockedUntil = Math.max(this.blockedUntil, this.clock.now() + duration);
  }
}

function createQueue(keyed: boolean, packing: Packing | undefined): PendingQueue {
  if (keyed) return new KeyedQueue();
  return packing ? new FifoQueue() : new ColumnQueue();
}
