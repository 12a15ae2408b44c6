import type { ProducerStats } from './producer-stats.js';
import type { PutItems } from './each-of.js';
import type { PutOutcome } from './outcome.js';
import type { PutOptionsOf, PutOptions } from './put-options.js';
import type { PutReceipt } from './put-receipt.js';
import type { StreamProducers } from './stream-producers.js';

/**
 * Puts records to the streams of a `KinesisModule`. Inject it:
 *
 * ```ts
 * constructor(private readonly producer: KinesisProducer) {}
 * ```
 *
 * Both {@link send} and {@link put} check and serialize at once, and wait while the queue is full, so a slow stream
 * slows its callers instead of filling memory.
 */
export class KinesisProducer {
  /** @internal */
  constructor(private readonly streams: StreamProducers) {}

  /**
   * Puts a record, and resolves with its place once Kinesis has acknowledged it.
   *
   * A record whose acknowledgement is lost on the way is sent again and may then be stored twice.
   *
   * @param stream - a name from the module's `streams` option
   * @param data - any value the stream's aggregator can serialize
   * @throws UnknownStreamError, InvalidRecordError, RecordTooLargeError, SerializationError before anything is sent;
   *   PutFailedError or another `KinesisError` when the record failed for good; ProducerClosedError at shutdown
   */
  send<T = unknown>(stream: string, data: T, options: PutOptions = {}): Promise<PutReceipt> {
    try {
      return this.streams.get(stream).send(data, options);
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * Only queues a record: resolves when there was room for it, before anything is sent. Its outcome shows in
   * {@link flush}, the `onFailed` option and the log; use {@link send} to wait for it.
   *
   * @param stream - a name from the module's `streams` option
   * @param data - any value the stream's aggregator can serialize
   * @throws UnknownStreamError, InvalidRecordError, RecordTooLargeError, SerializationError, ProducerClosedError
   */
  put<T = unknown>(stream: string, data: T, options: PutOptions = {}): Promise<void> {
    try {
      return this.streams.get(stream).put(data, options);
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * Queues many records, each as {@link put} does, waiting for room as it goes: the source is read no faster than the
   * stream takes it.
   *
   * @param stream - a name from the module's `streams` option
   * @param items - a list, or a stream of values
   * @param options - gives each value its keys, also by its index
   * @returns how many were queued
   * @throws what `put` throws for the first value it refuses; those before it are queued
   */
  async putMany<T = unknown>(
    stream: string,
    items: PutItems<T>,
    options: PutOptionsOf<T> = () => ({}),
  ): Promise<number> {
    return this.streams.get(stream).putMany(items, options);
  }

  /**
   * Puts many records, and resolves with the outcome of each, in their order: its receipt as {@link send} resolves with
   * it, or the error that `send` would reject with. One that fails keeps no other from being put. Waits for room as
   * {@link putMany} does, and costs less than a promise for each record.
   *
   * ```ts
   * const outcomes = await this.producer.sendMany('orders', orders, ({ customerId }) => ({ partitionKey: customerId }));
   * const failed = orders.filter((_, index) => outcomes[index] instanceof Error);
   * ```
   *
   * @param stream - a name from the module's `streams` option
   * @param items - a list, or a stream of values that ends
   * @param options - gives each value its keys, also by its index
   * @throws UnknownStreamError; what `items` or `options` throw, while the records before go on
   */
  async sendMany<T = unknown>(
    stream: string,
    items: PutItems<T>,
    options: PutOptionsOf<T> = () => ({}),
  ): Promise<PutOutcome[]> {
    return this.streams.get(stream).sendMany(items, options);
  }

  /**
   * What the stream's producer has done and has to do.
   *
   * @param stream - a name from the module's `streams` option
   * @throws UnknownStreamError
   */
  stats(stream: string): ProducerStats {
    return this.streams.get(stream).stats();
  }

  /**
   * Resolves when every record put before this call has its outcome: acknowledged or failed.
   *
   * @param stream - a name from the module's `streams` option; all streams when absent
   * @throws UnknownStreamError
   */
  async flush(stream?: string): Promise<void> {
    if (stream !== undefined) return this.streams.get(stream).flush();
    await Promise.all(this.streams.started().map((producer) => producer.flush()));
  }
}

/** A promise for each record is what counts here: `send` and `put` are no async functions, which would add another. */
async function rejected(error: unknown): Promise<never> {
  throw error;
}
