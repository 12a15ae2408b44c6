import type { InFlightRecord } from './in-flight-record.js';
import { comparePositions, type Position } from './position.js';

/** What a handler can know about the batch it is given, beside what each of its records tells. */
export class KinesisBatchContext {
  private readonly last: InFlightRecord;
  private failed: Position | undefined;

  /** @internal */
  constructor(
    records: readonly InFlightRecord[],
    /** 1 for the first time these records are handed to this handler, 2 for the first retry, and so on. */
    readonly attempt: number,
    /** Aborts when the result no longer counts: the lease is lost, or the drain deadline has passed. */
    readonly signal: AbortSignal,
  ) {
    const last = records.at(-1);
    if (!last) throw new RangeError('a batch has records');
    this.last = last;
  }

  /** The stream's name in the module's options. */
  get stream(): string {
    return this.last.scope.place.stream;
  }

  /** The namespace of the lease under which the records were read. */
  get application(): string {
    return this.last.scope.place.application;
  }

  get shardId(): string {
    return this.last.scope.place.shardId;
  }

  /**
   * Grows with every owner of the shard's lease: a store that keeps the highest token it saw, and refuses lower ones,
   * is safe from a worker that lost its lease without knowing.
   */
  get fencingToken(): number {
    return this.last.scope.fencingToken;
  }

  /**
   * Says that a record and all after it have failed, and those before it are done. To be followed by a return, or by
   * throwing what made them fail. Of several calls the earliest record counts.
   */
  failFrom({ sequenceNumber, subSequenceNumber }: Position): void {
    const position = { sequenceNumber, subSequenceNumber };
    if (!this.failed || comparePositions(position, this.failed) < 0) this.failed = position;
  }

  /** @internal */
  get failedFrom(): Position | undefined {
    return this.failed;
  }

  /** As `KinesisContext.checkpoint()` of the batch's last record. */
  checkpoint(): void {
    this.last.scope.mark(this.last);
  }
}
