import type { InFlightRecord } from './in-flight-record.js';
import type { ShardScope } from './shard-scope.js';
import { ShardView } from './shard-view.js';

/** What can be known about a user record beside its payload. */
export abstract class RecordView extends ShardView {
  /** @internal */
  protected readonly inFlight: InFlightRecord;

  /** @internal */
  constructor(inFlight: InFlightRecord) {
    super();
    this.inFlight = inFlight;
  }

  /** Names the user record for good: stream, shard, sequence number and sub-sequence number, with slashes between. */
  get id(): string {
    return this.inFlight.id;
  }

  get partitionKey(): string {
    return this.inFlight.userRecord.partitionKey;
  }

  /** Present only if the producer set one and the aggregator carries it. */
  get explicitHashKey(): string | undefined {
    return this.inFlight.userRecord.explicitHashKey;
  }

  get sequenceNumber(): string {
    return this.inFlight.record.sequenceNumber;
  }

  /** Index of the user record in its aggregate; 0 for a plain record. */
  get subSequenceNumber(): number {
    return this.inFlight.subSequenceNumber;
  }

  /** When the service received the record. */
  get approximateArrival(): Date {
    return new Date(this.inFlight.record.arrivalTime);
  }

  /**
   * The user record's bytes, before the aggregator made a value of them. Take them while the handler runs; what has been taken
   * may be kept.
   *
   * @throws DataReleasedError when all handlers have finished with the record, unless `checkpointMode` is `'manual'` or one of
   *   them has windows
   */
  get data(): Uint8Array {
    return this.inFlight.data;
  }

  /** @internal */
  protected override get scope(): ShardScope {
    return this.inFlight.scope;
  }
}
