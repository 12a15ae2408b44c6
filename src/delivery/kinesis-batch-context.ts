import type { InFlightRecord } from './in-flight-record.js';

/** What a handler can know about the batch it is given, beside what each of its records tells. */
export class KinesisBatchContext {
  /** @internal */
  private readonly last: InFlightRecord;

  /** @internal */
  constructor(
    last: InFlightRecord,
    /** 1 for the first time these records are handed to this handler, 2 for the first retry, and so on. */
    readonly attempt: number,
    /** Aborts when the result no longer counts: the lease is lost, or the drain deadline has passed. */
    readonly signal: AbortSignal,
  ) {
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

  /** As `KinesisContext.checkpoint()` of the batch's last record. */
  checkpoint(): void {
    this.last.scope.mark(this.last);
  }
}
