import type { KinesisGateway, PutResult, StreamRef } from '../client/kinesis-gateway.js';
import { ShardMap } from '../client/shard-map.js';
import { isRetryableEntryCode, isThrottlingEntryCode } from '../client/translate-error.js';
import { KinesisAbortedError, KinesisError, PutFailedError, ThrottledError } from '../errors.js';
import type { KinesisEventListener } from '../observability/kinesis-event.js';
import { createSharedAbort } from '../runtime/abort.js';
import type { Clock, Timer } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import type { PendingRecord, PutReceipt } from './pending-record.js';
import type { ProducerSettings } from './producer-settings.js';
import { ShardLane } from './shard-lane.js';
import { type ComposedRequest, ShardLanes } from './shard-lanes.js';

/** Bytes of data and partition keys in one request, as the KPL's `CollectionMaxSize`; the service takes up to 10 MiB. */
const MAX_REQUEST_BYTES = 5 * 1024 * 1024;

/** Milliseconds between refreshes of the shard map: records of an old map still arrive, only less evenly paced. */
const MAP_REFRESH_INTERVAL = 1_000;

export interface StreamSenderOptions {
  gateway: KinesisGateway;
  stream: StreamRef;
  clock: Clock;
  random: Random;
  settings: ProducerSettings;
  report: KinesisEventListener;
  shards: ShardMap;
  onDelivered: (record: PendingRecord, receipt: PutReceipt) => void;
  onFailed: (record: PendingRecord, error: KinesisError) => void;
}

/**
 * Sends the queued records of one stream. While few requests are in flight a record leaves at once; once they are
 * all in use, what waits fills the next ones.
 */
export class StreamSender {
  private readonly lanes: ShardLanes;
  private readonly closing = createSharedAbort();
  private inFlight = 0;
  private pumpQueued = false;
  private timer: Timer | undefined;
  private refreshedAt: number;
  private pendingMap: ShardMap | undefined;

  constructor(private readonly options: StreamSenderOptions) {
    const { settings, clock, random, shards } = options;
    this.refreshedAt = clock.now();
    this.lanes = new ShardLanes(shards, (shardId) => new ShardLane(shardId, settings, clock, random));
  }

  push(record: PendingRecord): void {
    this.lanes.push(record);
    if (this.pumpQueued) return;
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

  private pump(): void {
    this.timer?.cancel();
    if (this.closing.signal.aborted) return;
    if (this.pendingMap) {
      // A key must not have records in flight by two maps at once.
      if (this.inFlight > 0) return;
      this.lanes.remap(this.pendingMap);
      this.pendingMap = undefined;
    }
    while (this.inFlight < this.options.settings.maxInFlight) {
      const request = this.lanes.compose(this.options.settings.batchSize, MAX_REQUEST_BYTES);
      if (!request) break;
      for (const record of request.expired) this.expire(record);
      if (request.records.length === 0) continue;
      this.inFlight++;
      void this.transmit(request);
    }
    const wait = this.inFlight < this.options.settings.maxInFlight ? this.lanes.readyIn() : undefined;
    if (wait !== undefined) this.timer = this.options.clock.schedule(wait, () => this.pump());
  }

  private async transmit(request: ComposedRequest): Promise<void> {
    const { gateway, stream } = this.options;
    const { records: sent, shares } = request;
    let results: (PutResult | KinesisError)[];
    try {
      results = await gateway.putRecords(stream, sent, this.closing.signal);
    } catch (error) {
      const failure = asKinesisError(error, stream.name);
      results = sent.map(() => failure);
    }
    this.inFlight--;
    const outcomes = new Map(sent.map((record, index) => [record, results[index]]));
    for (const { lane, records } of shares) this.settleShare(lane, records, outcomes);
    this.pump();
  }

  private settleShare(
    lane: ShardLane,
    records: readonly PendingRecord[],
    outcomes: ReadonlyMap<PendingRecord, PutResult | KinesisError | undefined>,
  ): void {
    const again: PendingRecord[] = [];
    let reason: KinesisError | undefined;
    for (const record of records) {
      const outcome = this.judge(outcomes.get(record));
      if (!(outcome instanceof KinesisError)) {
        if (outcome.shardId !== lane.shardId) this.refreshMap();
        this.options.onDelivered(record, outcome);
      } else if (outcome.retryable && !this.closing.signal.aborted) {
        reason = outcome;
        record.attempts++;
        again.push(record);
      } else {
        this.options.onFailed(record, outcome);
      }
    }
    lane.settled(again);
    if (reason) {
      const stream = this.options.stream.name;
      this.options.report({ type: 'put-retried', stream, records: again.length, error: reason });
    }
  }

  private judge(result: PutResult | KinesisError | undefined): PutReceipt | KinesisError {
    const { name } = this.options.stream;
    if (result === undefined) {
      return new PutFailedError(name, 'The service left a record without a result.', { retryable: true });
    }
    if (result instanceof KinesisError) return result;
    if (result.ok) return { shardId: result.shardId, sequenceNumber: result.sequenceNumber };
    if (isThrottlingEntryCode(result.errorCode)) return new ThrottledError(result.errorMessage);
    return new PutFailedError(name, `The service refused a record: ${result.errorCode}.`, {
      retryable: isRetryableEntryCode(result.errorCode),
    });
  }

  private expire(record: PendingRecord): void {
    const { recordTtl } = this.options.settings;
    this.options.onFailed(
      record,
      new PutFailedError(
        this.options.stream.name,
        `A record was not acknowledged within ${recordTtl} ms (recordTtl), after ${record.attempts} attempts.`,
      ),
    );
  }

  /** A record landed in another shard than the map said: the stream was resharded. */
  private refreshMap(): void {
    const { gateway, stream, clock, report } = this.options;
    if (this.pendingMap || clock.now() - this.refreshedAt < MAP_REFRESH_INTERVAL) return;
    this.refreshedAt = clock.now();
    gateway.listShards(stream, this.closing.signal).then(
      (shards) => {
        const map = new ShardMap(shards);
        if (!this.lanes.differsFrom(map)) return;
        this.pendingMap = map;
        this.pump();
      },
      (error: unknown) => {
        if (this.closing.signal.aborted) return;
        const retryIn = MAP_REFRESH_INTERVAL;
        report({
          type: 'loop-failed',
          loop: 'shard map',
          stream: stream.name,
          application: '',
          retryIn,
          error,
        });
      },
    );
  }
}

function asKinesisError(error: unknown, stream: string): KinesisError {
  if (error instanceof KinesisAbortedError) {
    return new PutFailedError(stream, 'The producer was closed before the service answered.', {
      cause: error,
    });
  }
  if (error instanceof KinesisError) return error;
  return new PutFailedError(stream, 'Sending failed unexpectedly.', { cause: error });
}
