import type { Aggregator } from '../aggregators/aggregator.js';
import type { KinesisGateway } from '../client/kinesis-gateway.js';
import { retryUntil } from '../client/retry-until.js';
import { ShardMap } from '../client/shard-map.js';
import { findUsable, type StreamTarget } from '../client/usable-stream.js';
import { type KinesisError, ProducerClosedError, RecordTooLargeError } from '../errors.js';
import type { KinesisEventListener } from '../observability/kinesis-event.js';
import { abortReason, createSharedAbort, untilAborted } from '../runtime/abort.js';
import type { Clock } from '../runtime/clock.js';
import { settledWithin } from '../runtime/deadline.js';
import type { Random } from '../runtime/random.js';
import { AppHooks } from './app-hooks.js';
import { eachOf, type PutItems } from './each-of.js';
import { OutcomeList } from './outcome-list.js';
import { promisedOutcome, type PutOutcome, PutRejection, type Settle, settleRefused } from './outcome.js';
import type { PendingRecord, PendingUserRecord } from './pending-record.js';
import type { ProducerSettings } from './producer-settings.js';
import { ProducerCounters, type ProducerStats } from './producer-stats.js';
import type { PutOptionsOf, PutOptions } from './put-options.js';
import type { PutReceipt } from './put-receipt.js';
import { QueueRoom } from './queue-room.js';
import { RecordIntake } from './record-intake.js';
import { StreamSender } from './stream-sender.js';

export interface StreamProducerOptions {
  gateway: KinesisGateway;
  stream: StreamTarget;
  aggregator: Aggregator;
  clock: Clock;
  random: Random;
  settings: ProducerSettings;
  report: KinesisEventListener;
}

interface Connection {
  readonly sender: StreamSender;
  readonly maxRecordBytes: number;
}

/** What `put` returns when there is room: one for all. */
const QUEUED = Promise.resolve();

/** Puts records to one stream: checks and serializes them, bounds the queue, and sees to each one's outcome. */
export class StreamProducer {
  private readonly room: QueueRoom;
  private readonly hooks: AppHooks;
  private readonly counters = new ProducerCounters();
  private readonly closing = createSharedAbort();
  private readonly intake: RecordIntake;
  /** Resolves when all epochs before the present one are done. */
  private earlierEpochs: Promise<void> = Promise.resolve();
  /** Records put that have no outcome yet, those included that wait for room. */
  private open = 0;
  private refused = false;
  private connection: Connection | undefined;
  private connecting: Promise<Connection> | undefined;
  /** Calls that came before the connection: later ones must not overtake them. */
  private early = 0;

  constructor(private readonly options: StreamProducerOptions) {
    const { maxQueueSize, maxQueueBytes, recordTtl } = options.settings;
    const { stream, aggregator, clock, random } = options;
    this.intake = new RecordIntake({ stream, aggregator, clock, random, recordTtl });
    this.room = new QueueRoom(maxQueueSize, maxQueueBytes);
    this.hooks = new AppHooks(options.stream.name, options.report);
  }

  /** Resolves when the record is queued. */
  put(value: unknown, options: PutOptions): Promise<void> {
    try {
      return this.accept(value, options) ?? QUEUED;
    } catch (thrown) {
      const error = thrown as Error;
      return Promise.reject(error);
    }
  }

  /** Resolves when all of them are queued, with their number. */
  putMany<T>(items: PutItems<T>, optionsOf: PutOptionsOf<T>): Promise<number> {
    return eachOf(items, (item, index) => this.accept(item, optionsOf(item, index)));
  }

  /** Resolves when the service has acknowledged the record. */
  send(value: unknown, options: PutOptions): Promise<PutReceipt> {
    const { promise, settle } = promisedOutcome();
    void this.acceptFor(settle, 0, value, options);
    return promise;
  }

  /** Resolves when all of them have their outcomes, with these. */
  sendMany<T>(items: PutItems<T>, optionsOf: PutOptionsOf<T>): Promise<PutOutcome[]> {
    const outcomes = new OutcomeList();
    const queued = eachOf(items, (item, index) => {
      const options = optionsOf(item, index);
      outcomes.expectOne();
      return this.acceptFor(outcomes.settle, index, item, options);
    });
    // An async function would keep the items until all have their outcomes.
    return queued.then(() => outcomes.close());
  }

  /** Resolves when every record put before has its outcome. */
  async flush(): Promise<void> {
    const epoch = this.intake.endEpoch();
    this.earlierEpochs = this.earlierEpochs.then(() => epoch.done);
    await this.earlierEpochs;
  }

  /**
   * Accepts no more, waits up to `timeout` milliseconds for the outcome of what was put, and fails the rest.
   *
   * @returns how many records had to be failed
   */
  async close(timeout: number): Promise<number> {
    const outcomes = this.flush();
    this.refused = true;
    if (await settledWithin(outcomes, timeout, this.options.clock)) return 0;
    const left = this.open;
    const error = new ProducerClosedError(
      `The producer of stream "${this.options.stream.name}" was closed with ${left} records unacknowledged after ` +
        `${timeout} ms (shutdownTimeout). Those in flight may have been stored.`,
    );
    this.closing.abort(error);
    this.room.refuseWaiters(error);
    this.connection?.sender.abort(error);
    await outcomes;
    return left;
  }

  stats(): ProducerStats {
    return this.counters.snapshot(this.room.queuedRecords, this.room.queuedBytes);
  }

  /** Takes a record in for somebody who is told, too, why it is not: returns what to wait for before the next one. */
  private acceptFor(
    settle: Settle,
    place: number,
    value: unknown,
    options: PutOptions,
  ): Promise<void> | undefined {
    try {
      const wait = this.accept(value, options, settle, place);
      return wait && settleRefused(wait, settle, place);
    } catch (error) {
      settle(new PutRejection(error as Error), place);
      return undefined;
    }
  }

  /** Takes a record in; returns what to wait for where it cannot be queued at once. */
  private accept(value: unknown, options: PutOptions, settle?: Settle, place = 0): Promise<void> | undefined {
    if (this.refused) {
      const { name } = this.options.stream;
      throw new ProducerClosedError(`The producer of stream "${name}" is closed: the app is shutting down.`);
    }
    const record = this.intake.prepare(value, options, settle, place);
    const { signal } = options;
    this.open++;
    record.moment.epoch.enter();
    const connection = this.early === 0 ? this.connection : undefined;
    const admitted = connection ? this.admit(record, connection, signal) : this.admitEarly(record, signal);
    return admitted && this.orLeave(admitted, record);
  }

  /** Apart from what every record passes, as others that few need: there, each would pay for what it closes over. */
  private orLeave(admitted: Promise<void>, record: PendingUserRecord): Promise<void> {
    return admitted.catch((error: unknown) => {
      this.leave(record);
      throw error;
    });
  }

  /** Queues a record: at once if there is room, else the promise is kept when there is. */
  private admit(
    record: PendingUserRecord,
    { maxRecordBytes, sender }: Connection,
    signal: AbortSignal | undefined,
  ): Promise<void> | undefined {
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    if (this.closing.signal.aborted) return Promise.reject(abortReason(this.closing.signal));
    if (!this.fits(record, maxRecordBytes)) {
      return Promise.reject(new RecordTooLargeError(this.options.stream.name, record.size, maxRecordBytes));
    }
    if (!this.room.tryEnter(record.size)) return this.admitLater(record, sender, signal);
    sender.push(record);
    return undefined;
  }

  private admitLater(record: PendingUserRecord, sender: StreamSender, signal?: AbortSignal): Promise<void> {
    return this.room.enter(record.size, signal, () => sender.push(record));
  }

  private fits(record: PendingUserRecord, maxRecordBytes: number): boolean {
    const { packing } = this.options.aggregator;
    return packing ? packing.fits(record, maxRecordBytes) : record.size <= maxRecordBytes;
  }

  /** Queues a record once the stream is known. No later one counts as in time before this one is in the queue. */
  private async admitEarly(record: PendingUserRecord, signal: AbortSignal | undefined): Promise<void> {
    this.early++;
    let admitted: Promise<void> | undefined;
    try {
      if (signal?.aborted) throw abortReason(signal);
      const connection = await untilAborted(this.connect(), signal);
      admitted = this.admit(record, connection, signal);
    } finally {
      this.early--;
    }
    await admitted;
  }

  /** Learns what must be known of the stream before the first record goes out. A failure is not remembered. */
  private connect(): Promise<Connection> {
    this.connecting ??= untilAborted(this.createConnection(), this.closing.signal).catch((error: unknown) => {
      this.connecting = undefined;
      throw error;
    });
    return this.connecting;
  }

  private async createConnection(): Promise<Connection> {
    const { gateway, stream, clock, random, report, aggregator } = this.options;
    const { packing } = aggregator;
    const { signal } = this.closing;
    const deadline = clock.now() + this.options.settings.describeTimeout;
    const { usable, shards } = await retryUntil({ clock, random, deadline, signal }, async () => {
      const usable = await findUsable(stream, gateway, signal);
      return { usable, shards: await gateway.listShards(stream, signal) };
    });
    this.connection = {
      maxRecordBytes: usable.maxRecordBytes,
      sender: new StreamSender({
        gateway,
        stream,
        clock,
        random,
        settings: this.settingsFor(usable.maxRecordBytes),
        report,
        counters: this.counters,
        ...(packing ? { packing } : {}),
        shards: new ShardMap(shards),
        onDelivered: (record) => this.onDelivered(record),
        onFailed: (record, error) => this.onFailed(record, error),
      }),
    };
    return this.connection;
  }

  private settingsFor(maxRecordBytes: number): ProducerSettings {
    const { settings } = this.options;
    return {
      ...settings,
      aggregationMaxSize: Math.min(settings.aggregationMaxSize, maxRecordBytes),
      afterFlush: (flush) => this.hooks.call('afterFlush', () => settings.afterFlush?.(flush)),
    };
  }

  private onDelivered(record: PendingRecord): void {
    this.room.leave(record.count, record.userBytes);
    this.leave(record);
  }

  private onFailed(record: PendingUserRecord, error: KinesisError): void {
    const { stream, settings, report } = this.options;
    record.failed(error);
    const { data, partitionKey, explicitHashKey } = record;
    report({ type: 'put-failed', stream: stream.name, error });
    this.room.leave(1, record.size);
    this.leave(record);
    const key = explicitHashKey === undefined ? { partitionKey } : { partitionKey, explicitHashKey };
    this.counters.failed++;
    this.hooks.call('onFailed', () => settings.onFailed?.({ stream: stream.name, ...key, data, error }));
  }

  private leave(record: PendingRecord): void {
    this.open -= record.count;
    record.leave();
  }
}
