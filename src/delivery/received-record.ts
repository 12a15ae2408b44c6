import type { InFlightRecord } from './in-flight-record.js';
import { RecordView } from './record-view.js';

/** One user record of a batch: its payload, and what a `KinesisContext` tells of a record that comes alone. */
export class ReceivedRecord<T = unknown> extends RecordView {
  /** @internal */
  constructor(
    inFlight: InFlightRecord,
    readonly payload: T,
    /** 1 for the first time this worker hands the record to this handler, 2 for the first retry, and so on. */
    readonly attempt: number,
  ) {
    super(inFlight);
  }

  /** The same record with another payload, as a pipe makes it. */
  withPayload<U>(payload: U): ReceivedRecord<U> {
    return new ReceivedRecord(this.inFlight, payload, this.attempt);
  }
}
