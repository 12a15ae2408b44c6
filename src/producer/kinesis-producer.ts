import type { ProducerStats } from './producer-stats.js';
import type { PutReceipt } from './pending-record.js';
import type { PutOptions } from './put-options.js';
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
   * @param options - gives each value its keys
   * @returns how many were queued
   * @throws what `put` throws for the first value it refuses; those before it are queued
   */
  async putMany<T = unknown>(
    stream: string,
    items: Iterable<T> | AsyncIterable<T>,
    options: (item: T) => PutOptions = () => ({}),
  ): Promise<number> {
    const producer = this.streams.get(stream);
    let count = 0;
    for await (const item of items) {
      await producer.put(item, options(item));
      count++;
    }
    return count;
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
