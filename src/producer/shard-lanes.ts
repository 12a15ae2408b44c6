import type { ShardMap } from '../client/shard-map.js';
import type { PendingRecord, PendingUserRecord } from './pending-record.js';
import type { ShardLane } from './shard-lane.js';

/** The records of a request that are of one lane. */
export interface RequestShare {
  readonly lane: ShardLane;
  /** Where in the request they begin. */
  readonly from: number;
  readonly records: readonly PendingRecord[];
}

/** A request to be sent, if it has records, and which lane each of them came from. */
export interface ComposedRequest {
  readonly records: readonly PendingRecord[];
  readonly shares: readonly RequestShare[];
  /** User records whose time was over when their turn came. */
  readonly expired: readonly PendingUserRecord[];
}

/** The id of the lane for records whose hash key no known shard has. */
const UNMAPPED = 'unmapped';

/** One lane for each open shard; finds a record's, and composes requests from all of them. */
export class ShardLanes {
  private readonly lanes = new Map<string, ShardLane>();
  /** Which lane the next request begins with, so that no shard is always last. */
  private turn = 0;

  constructor(
    private map: ShardMap,
    private readonly createLane: (shardId: string) => ShardLane,
  ) {}

  push(record: PendingUserRecord): void {
    this.laneOf(record.partitionKey, record.explicitHashKey).push(record);
  }

  /** The lane that records of these keys wait in. */
  laneOf(partitionKey: string, explicitHashKey?: string): ShardLane {
    const shardId = this.map.shardFor(partitionKey, explicitHashKey) ?? UNMAPPED;
    let lane = this.lanes.get(shardId);
    if (!lane) {
      lane = this.createLane(shardId);
      this.lanes.set(shardId, lane);
    }
    return lane;
  }

  /** Whether `map` sends some record elsewhere than the present one. */
  differsFrom(map: ShardMap): boolean {
    return map !== this.map && map.shardIds.join() !== this.map.shardIds.join();
  }

  /** Sorts what waits by a new map. Only while nothing is in flight: a key's order depends on it. */
  remap(map: ShardMap): void {
    const waiting = this.drain();
    this.map = map;
    for (const shardId of this.lanes.keys()) {
      // Shards that go on keep what was learnt of their pace.
      if (!map.shardIds.includes(shardId)) this.lanes.delete(shardId);
    }
    for (const record of waiting) this.push(record);
  }

  /** Takes what may go out now; undefined when nothing may. */
  compose(maxRecords: number, maxBytes: number): ComposedRequest | undefined {
    const lanes = [...this.lanes.values()];
    const records: PendingRecord[] = [];
    const expired: PendingUserRecord[] = [];
    const shares: RequestShare[] = [];
    let bytes = 0;
    for (let i = 0; i < lanes.length && records.length < maxRecords; i++) {
      const lane = lanes[(this.turn + i) % lanes.length];
      if (lane?.readyIn() !== 0) continue;
      const isFirst = records.length === 0;
      const share = lane.take(maxRecords - records.length, maxBytes - bytes, isFirst);
      for (const record of share.expired) expired.push(record);
      if (share.taken.length === 0) continue;
      shares.push({ lane, from: records.length, records: share.taken });
      for (const record of share.taken) {
        records.push(record);
        bytes += record.size;
      }
    }
    this.turn++;
    return records.length + expired.length === 0 ? undefined : { records, shares, expired };
  }

  /** Milliseconds until some lane may send; undefined when none is waiting for time to pass. */
  readyIn(): number | undefined {
    let soonest: number | undefined;
    for (const lane of this.lanes.values()) {
      const wait = lane.readyIn();
      if (wait !== undefined && (soonest === undefined || wait < soonest)) soonest = wait;
    }
    return soonest;
  }

  /** Takes out what has waited too long, however slow its shard. */
  takeExpired(): PendingUserRecord[] {
    return [...this.lanes.values()].flatMap((lane) => lane.takeExpired());
  }

  /** Kinesis records that wait. */
  get length(): number {
    let length = 0;
    for (const lane of this.lanes.values()) length += lane.length;
    return length;
  }

  drain(): PendingUserRecord[] {
    return [...this.lanes.values()].flatMap((lane) => lane.drain());
  }
}
