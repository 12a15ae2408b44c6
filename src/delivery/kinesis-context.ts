import type { InFlightRecord } from './in-flight-record.js';
import { RecordView } from './record-view.js';

/**
 * What a handler can know about the user record it is given, beside its payload. Take from it what is to be kept: the context
 * itself may keep the whole answer of Kinesis that the record came in, up to 14 MiB.
 */
export class KinesisContext extends RecordView {
  /** @internal */
  constructor(
    inFlight: InFlightRecord,
    /** 1 for the first time this worker hands the record to this handler, 2 for the first retry, and so on. */
    readonly attempt: number,
    /** Aborts when the result no longer counts: the lease is lost, or the drain deadline has passed. */
    readonly signal: AbortSignal,
  ) {
    super(inFlight);
  }

  /**
   * With `checkpointMode: 'manual'`: says that this record and all before it in the shard are done. The checkpoint is stored
   * within `checkpointInterval`, and never passes a record whose handler has not finished. May be called after the handler
   * has returned, so that records can be collected and written together. With `'auto'` it does nothing.
   */
  checkpoint(): void {
    this.scope.mark(this.inFlight);
  }
}
