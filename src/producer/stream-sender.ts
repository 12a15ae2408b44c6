import type { Packing, UserRecord } from '../aggregators/aggregator.js';
import type { KinesisGateway, PutResult, StreamRef } from '../client/kinesis-gateway.js';
import type { ShardMap } from '../client/shard-map.js';
import { KinesisError, PutFailedError, ThrottledError } from '../errors.js';
import type { KinesisEventListener } from '../observability/kinesis-event.js';
import { createSharedAbort } from '../runtime/abort.js';
import type { Clock, Timer } from '../runtime/clock.js';
import { type Random, randomId } from '../runtime/random.js';
import type { PendingRecord, PendingUserRecord } from './pending-record.js';
import type { ProducerSettings } from './producer-settings.js';
import type { ProducerCounters } from './producer-stats.js';
import { asPutError, judge, mayBeStored, type StoredAt } from './put-judgement.js';
import { ShardLane } from './shard-lane.js';
import { type ComposedRequest, type RequestShare, ShardLanes } from './shard-lanes.js';
import { ShardMapKeeper } from './shard-map-keeper.js';

/** Bytes of data and partition keys in one request, as the KPL's `CollectionMaxSize`; the service takes up to 10 MiB. */
const MAX_REQUEST_BYTES = 5 * 1024 * 1024;

/** PutRecords calls under way at most, once records have waited for `bufferTime`; as the KPL's `MaxConnections`. */
const MAX_REQUESTS = 24;

/**
 * Milliseconds that a record waits for a request to come back where there are few: records that come at random then do not
 * wait for one another, and those of a rush, of which there are many by then, fill requests as ever.
 */
const PATIENCE = 1;

/** Milliseconds between looks for records that have waited too long. */
const SWEEP_INTERVAL = 1_000;

export interface StreamSenderOptions {
  gateway: KinesisGateway;
  stream: StreamRef;
  clock: Clock;
  random: Random;
  settings: ProducerSettings;
  report: KinesisEventListener;
  shards: ShardMap;
  packing?: Packing;
  counters: ProducerCounters;
  /** Called once the record has its outcome. */
  onDelivered: (record: PendingRecord) => void;
  onFailed: (record: PendingUserRecord, error: KinesisError) => void;
}

/** Where each record of a request is, or why it is not there; in their order. */
type Results = readonly (StoredAt | KinesisError)[];

/**
 * Sends the queued records of one stream. While few requests are in flight a record leaves at once; once they are
 * all in use, what waits fills the next ones.
 */
export class StreamSender {
  private readonly lanes: ShardLanes;
  private readonly maps: ShardMapKeeper;
  private readonly closing = createSharedAbort();
  /** User records of the requests that are under way. */
  private recordsInFlight = 0;
  private pumpQueued = false;
  private timer: Timer | undefined;
  /** Since when something that may go waits for a request to come back. */
  private waitingSince: number | undefined;
  private keylessKey: string;
  private sweptAt: number;

  constructor(private readonly options: StreamSenderOptions) {
    const { gateway, stream, settings, clock, random, report, shards, packing } = options;
    const laneOptions = { settings, clock, random, ...(packing ? { packing } : {}) };
    this.lanes = new ShardLanes(shards, (shardId) => new ShardLane(shardId, laneOptions));
    this.maps = new ShardMapKeeper({ gateway, stream, clock, report, shards, closing: this.closing.signal });
    this.keylessKey = randomId(random);
    this.sweptAt = clock.now();
  }

  push(record: PendingUserRecord): void {
    this.shareKey(record);
    this.lanes.push(record);
    // Where all slots are taken, only a reply or the timer changes what can be done.
    if (this.pumpQueued || this.waitingSince !== undefined) return;
    this.pumpQueued = true;
    // What is put in one go shares requests.
    void Promise.resolve().then(() => {
      this.pumpQueued = false;
      this.pump();
    });
  }

  /** Gives up: aborts what is in flight and fails what waits. */
  abort(error: KinesisError): void {
    this.timer?.cancel();
    this.closing.abort(error);
    for (const record of this.lanes.drain()) this.options.onFailed(record, error);
  }

  /** Formats that carry no keys put records together that have the same: those without a key are given one. */
  private shareKey(record: PendingUserRecord): void {
    if (!record.keyless || this.options.packing?.scope !== 'partition-key') return;
    if (!this.lanes.laneOf(this.keylessKey).hasOpen(this.keylessKey)) {
      this.keylessKey = randomId(this.options.random);
    }
    record.partitionKey = this.keylessKey;
  }

  private pump(): void {
    this.timer?.cancel();
    const { clock, counters, settings } = this.options;
    if (this.closing.signal.aborted) return;
    if (this.lanes.differsFrom(this.maps.newest)) {
      // A key must not have records in flight by two maps at once.
      if (counters.requestsInFlight > 0) return;
      this.lanes.remap(this.maps.newest);
    }
    this.sweep();
    while (counters.requestsInFlight < this.slots()) {
      const request = this.lanes.compose(settings.batchSize, MAX_REQUEST_BYTES);
      if (!request) break;
      this.expire(request.expired);
      if (request.records.length > 0) void this.transmit(request);
    }
    const ready = this.lanes.readyIn();
    const isWaiting = ready === 0 && counters.requestsInFlight > 0;
    this.waitingSince = isWaiting ? (this.waitingSince ?? clock.now()) : undefined;
    if (this.lanes.length === 0) return;
    const wait = Math.min(SWEEP_INTERVAL, (isWaiting ? this.waitLeft : ready) ?? SWEEP_INTERVAL);
    this.timer = clock.schedule(wait, () => this.pump());
  }

  /** Fails what has waited too long, wherever it is in its queue. */
  private sweep(): void {
    const now = this.options.clock.now();
    if (now - this.sweptAt < SWEEP_INTERVAL) return;
    this.sweptAt = now;
    this.expire(this.lanes.takeExpired());
  }

  /** Requests that may be under way at a time: more when records have waited for long, and when few have for a moment. */
  private slots(): number {
    const { maxInFlight, bufferTime } = this.options.settings;
    const { waited } = this;
    if (waited >= bufferTime) return Math.max(maxInFlight, MAX_REQUESTS);
    return waited >= PATIENCE && this.areFew ? 2 * maxInFlight : maxInFlight;
  }

  /** Milliseconds until what waits has waited long enough for another request; undefined when only a reply makes room. */
  private get waitLeft(): number | undefined {
    const { bufferTime } = this.options.settings;
    const { waited } = this;
    const longest = waited < PATIENCE && this.areFew ? Math.min(PATIENCE, bufferTime) : bufferTime;
    return waited < longest ? longest - waited : undefined;
  }

  /** For how many milliseconds something has been waiting for a request to come back. */
  private get waited(): number {
    return this.waitingSince === undefined ? 0 : this.options.clock.now() - this.waitingSince;
  }

  /** Whether each record there is can have a request of its own: then there is nothing to be saved by waiting. */
  private get areFew(): boolean {
    return this.recordsInFlight + this.lanes.length <= 2 * this.options.settings.maxInFlight;
  }

  private async transmit(request: ComposedRequest): Promise<void> {
    const { gateway, stream, counters, settings } = this.options;
    const { records, shares } = request;
    const userRecords = records.reduce((sum, { count }) => sum + count, 0);
    this.recordsInFlight += userRecords;
    counters.requestsInFlight++;
    counters.requests++;
    let answers: (PutResult | KinesisError)[];
    try {
      answers = await gateway.putRecords(stream, records, this.closing.signal);
    } catch (error) {
      const failure = asPutError(error, stream.name);
      answers = records.map(() => failure);
    }
    const results = records.map((_, index) => judge(answers[index], stream.name));
    // Still in flight meanwhile: whether a record may stay where it is decides what its keys' next records may do.
    for (const shardId of shardsElsewhere(shares, results)) await this.maps.refreshFor(shardId);
    counters.requestsInFlight--;
    this.recordsInFlight -= userRecords;
    for (const share of shares) this.settle(share, resultsOf(share, results));
    settings.afterFlush?.({ stream: stream.name, records: records.length });
    this.pump();
  }

  private settle({ lane, records }: RequestShare, results: Results): void {
    const { counters, settings } = this.options;
    const again: PendingRecord[] = [];
    let reason: KinesisError | undefined;
    let throttled = 0;
    for (let index = 0; index < records.length; index++) {
      const record = records[index] as PendingRecord;
      const result = this.checkPlace(record, lane, results[index]);
      if (!(result instanceof KinesisError)) {
        this.deliver(record, result);
      } else if (result.retryable && record.retries < settings.retryLimit && !this.closing.signal.aborted) {
        record.retries++;
        record.recover();
        reason = result;
        again.push(record);
        if (result instanceof ThrottledError) throttled++;
        else if (mayBeStored(result) || result instanceof MisplacedError) counters.possibleDuplicates++;
      } else {
        this.fail(record, result);
      }
    }
    lane.settled(records.length, again, throttled);
    counters.throttled += throttled;
    counters.retried += again.length;
    if (reason) this.reportRetry(again.length, reason);
  }

  /**
   * A KCL reads an aggregate only if each user record in it belongs to its shard. Where a reshard has put one
   * elsewhere, its user records are sent again, each to its own shard.
   */
  private checkPlace(
    record: PendingRecord,
    lane: ShardLane,
    result: StoredAt | KinesisError | undefined,
  ): StoredAt | KinesisError {
    const { packing, stream } = this.options;
    if (result === undefined) return judge(undefined, stream.name);
    if (!landedOutside(lane, result) || packing?.scope !== 'shard' || record.count === 1) return result;
    const map = this.maps.newest;
    const isAtHome = ({ partitionKey, explicitHashKey }: UserRecord): boolean =>
      map.belongsTo(result.shardId, partitionKey, explicitHashKey);
    // Where the service did not go by the key it was given, the stream has no homes, and nothing is misplaced.
    const goesByKeys = !map.knows(result.shardId) || isAtHome(record);
    return goesByKeys && !record.members.every(isAtHome) ? new MisplacedError(stream.name) : result;
  }

  private deliver(record: PendingRecord, at: StoredAt): void {
    const { counters, onDelivered } = this.options;
    counters.kinesisRecords++;
    counters.acknowledged += record.count;
    record.delivered(at);
    onDelivered(record);
  }

  private fail(record: PendingRecord, error: KinesisError): void {
    for (const member of record.members) this.options.onFailed(member, error);
  }

  private expire(records: readonly PendingUserRecord[]): void {
    const { stream, settings, onFailed } = this.options;
    for (const record of records) {
      const text = `A record was not acknowledged within ${settings.recordTtl} ms (recordTtl).`;
      onFailed(record, new PutFailedError(stream.name, text));
    }
  }

  private reportRetry(records: number, error: KinesisError): void {
    this.options.report({ type: 'put-retried', stream: this.options.stream.name, records, error });
  }
}

/** The aggregate lies in a shard that is not the home of all its user records. */
class MisplacedError extends PutFailedError {
  constructor(stream: string) {
    super(stream, 'A reshard moved an aggregate to a shard that is not home to all its records.', {
      retryable: true,
    });
  }
}

function landedOutside(lane: ShardLane, result: StoredAt | KinesisError | undefined): result is StoredAt {
  return result !== undefined && !(result instanceof KinesisError) && result.shardId !== lane.shardId;
}

/** The shards that took records of another shard's lane. */
function shardsElsewhere(shares: readonly RequestShare[], results: Results): Set<string> {
  const shardIds = new Set<string>();
  for (const share of shares) {
    for (const result of resultsOf(share, results)) {
      if (landedOutside(share.lane, result)) shardIds.add(result.shardId);
    }
  }
  return shardIds;
}

function resultsOf({ from, records }: RequestShare, results: Results): Results {
  return results.slice(from, from + records.length);
}
