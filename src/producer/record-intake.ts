import type { Aggregator } from '../aggregators/aggregator.js';
import { checkKeys } from '../client/check-keys.js';
import type { StreamRef } from '../client/kinesis-gateway.js';
import { SerializationError } from '../errors.js';
import type { Clock } from '../runtime/clock.js';
import { type Random, randomId } from '../runtime/random.js';
import { Epoch } from './epoch.js';
import type { Settle } from './outcome.js';
import { PendingUserRecord } from './pending-record.js';
import { PutMoment } from './put-moment.js';
import type { PutOptions } from './put-options.js';

export interface RecordIntakeOptions {
  stream: StreamRef;
  aggregator: Aggregator;
  clock: Clock;
  random: Random;
  /** Milliseconds from `put` until no attempt to send the record starts any more. */
  recordTtl: number;
}

/** Makes of a value what the producer queues: checks its keys and serializes it. */
export class RecordIntake {
  private epoch = new Epoch();
  private latest: PutMoment | undefined;

  constructor(private readonly options: RecordIntakeOptions) {}

  /**
   * @throws InvalidRecordError for a key that the service would refuse
   * @throws SerializationError for a value that the aggregator cannot serialize
   */
  prepare(
    value: unknown,
    { partitionKey, explicitHashKey }: PutOptions,
    settle: Settle | undefined,
    place: number,
  ): PendingUserRecord {
    checkKeys(partitionKey, explicitHashKey);
    const data = this.serialize(value);
    const record = new PendingUserRecord(
      data,
      partitionKey ?? randomId(this.options.random),
      explicitHashKey,
      this.moment(),
      settle,
      place,
      Buffer.byteLength(data),
    );
    record.keyless = partitionKey === undefined && explicitHashKey === undefined;
    return record;
  }

  /** Begins another epoch; returns the one that ends. */
  endEpoch(): Epoch {
    const { epoch } = this;
    this.epoch = new Epoch();
    epoch.close();
    return epoch;
  }

  private moment(): PutMoment {
    const { clock, recordTtl } = this.options;
    const { epoch, latest } = this;
    const expiresAt = Math.ceil(clock.now() + recordTtl);
    if (latest?.expiresAt === expiresAt && latest.epoch === epoch) return latest;
    return (this.latest = new PutMoment(epoch, expiresAt));
  }

  private serialize(value: unknown): Uint8Array | string {
    const { aggregator, stream } = this.options;
    try {
      return aggregator.serialize(value);
    } catch (error) {
      throw new SerializationError(
        `The aggregator "${aggregator.name}" cannot serialize a value for stream "${stream.name}" ` +
          `(${error instanceof Error ? error.name : typeof error}).`,
        { cause: error },
      );
    }
  }
}
