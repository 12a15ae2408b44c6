import type { InFlightRecord } from './in-flight-record.js';
import type { Position } from './position.js';
import type { ShardScope } from './shard-scope.js';
import { ShardView } from './shard-view.js';

/** What a handler can know about the batch it is given, beside what each of its records tells. */
export class KinesisBatchContext extends ShardView {
  private readonly records: readonly InFlightRecord[];
  private readonly last: InFlightRecord;
  private failedIndex: number | undefined;

  /** @internal */
  constructor(
    records: readonly InFlightRecord[],
    /** 1 for the first time these records are handed to this handler, 2 for the first retry, and so on. */
    readonly attempt: number,
    /** Aborts when the result no longer counts: the lease is lost, or the drain deadline has passed. */
    readonly signal: AbortSignal,
  ) {
    super();
    const last = records.at(-1);
    if (!last) throw new RangeError('a batch has records');
    this.records = records;
    this.last = last;
  }

  /**
   * Says that a record and all after it have failed, and those before it are done. To be followed by a return, or by
   * throwing what made them fail. Of several calls the earliest record counts; what is no record of the batch fails all of
   * it.
   */
  failFrom({ sequenceNumber, subSequenceNumber }: Position): void {
    const index = this.records.findIndex(
      (record) => record.sequenceNumber === sequenceNumber && record.subSequenceNumber === subSequenceNumber,
    );
    this.failedIndex = Math.min(this.failedIndex ?? Infinity, Math.max(0, index));
  }

  /** @internal */
  get failedFrom(): number | undefined {
    return this.failedIndex;
  }

  /** As `KinesisContext.checkpoint()` of the batch's last record. */
  checkpoint(): void {
    this.scope.mark(this.last);
  }

  /** @internal */
  protected override get scope(): ShardScope {
    return this.last.scope;
  }
}
