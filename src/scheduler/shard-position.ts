import { type Checkpoint, compareSequenceNumbers } from '../checkpointers/checkpoint.js';
import type { IteratorPosition, KinesisRecord, RecordsPage } from '../client/kinesis-gateway.js';

/** A record that should have been there and is not: retention has passed it, and maybe records behind it. */
export interface TrimmedRecord {
  /** The record from which reading was to go on: it was the last one done. */
  readonly sequenceNumber: string;
  /** The oldest record there is; undefined when the shard has none. */
  readonly firstAvailable: string | undefined;
}

/**
 * Where a reader stands in its shard.
 *
 * Reading starts again at the last record done and not behind it, for two reasons: that record may be an aggregate of
 * which only a part is done; and if it does not come, it is known that retention has passed this place. Asked for a
 * place it no longer has, the service begins at the oldest record without a word.
 */
export class ShardPosition {
  private position: IteratorPosition;
  /** Whether the record at the position has been handed out, so that it is dropped when it comes again. */
  private handedOut = false;
  /** When that record arrived, in milliseconds since the Unix epoch. */
  private arrivalTime = -Infinity;
  /** The record an iterator was made for, until it is known whether it is there. */
  private expected: string | undefined;
  private moved = true;

  constructor(checkpoint: Checkpoint) {
    this.position = positionAt(checkpoint);
  }

  /** Where the next iterator is to start. */
  get current(): IteratorPosition {
    return this.position;
  }

  /** Whether it is at a record, which may be trimmed, and no longer at the place where a fresh application starts. */
  get isAtRecord(): boolean {
    return 'sequenceNumber' in this.position;
  }

  /** Whether it is at another record than the one last expected. */
  get hasMoved(): boolean {
    return this.moved;
  }

  /**
   * Whether there is a last record which, when asked for, must come again.
   *
   * @param horizon - what arrived later cannot have been trimmed, in milliseconds since the Unix epoch
   */
  canBeReadAgain(horizon: number): boolean {
    return this.handedOut && this.arrivalTime > horizon;
  }

  /** From now on the record at the position must be the first that comes. */
  expectRecord(): void {
    this.expected = 'sequenceNumber' in this.position ? this.position.sequenceNumber : undefined;
    this.moved = false;
  }

  /** What a page says about the record that is expected; undefined when it is there, or may still come. */
  trimmedBefore({ records, nextIterator, millisBehindLatest, childShards }: RecordsPage) {
    const { expected } = this;
    if (expected === undefined) return undefined;
    const [first] = records;
    if (first?.sequenceNumber === expected) return undefined;
    // Empty pages come before the tip, too; and one without an iterator or children is a fault, no end.
    const isLast = nextIterator === undefined ? childShards.length > 0 : millisBehindLatest === 0;
    if (!first && !isLast) return undefined;
    const trimmed: TrimmedRecord = { sequenceNumber: expected, firstAvailable: first?.sequenceNumber };
    return trimmed;
  }

  /** Moves behind the records of a page. @returns those that have not been handed out before */
  pass({ records }: RecordsPage): readonly KinesisRecord[] {
    const fresh = this.withoutRepeated(records);
    if (records.length > 0) this.expected = undefined;
    const last = fresh.at(-1);
    if (last) {
      this.position = { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: last.sequenceNumber };
      this.handedOut = true;
      this.arrivalTime = last.arrivalTime;
      this.moved = true;
    }
    return fresh;
  }

  /** Accepts that the expected record is gone, and goes on with what there is. */
  goOn(): void {
    this.expected = undefined;
  }

  /** Leaves out everything before a time, in milliseconds since the Unix epoch. */
  skipTo(timestamp: number): void {
    this.expected = undefined;
    this.position = { type: 'AT_TIMESTAMP', timestamp };
    this.handedOut = false;
  }

  private withoutRepeated(records: readonly KinesisRecord[]): readonly KinesisRecord[] {
    const { position } = this;
    if (!this.handedOut || !('sequenceNumber' in position)) return records;
    const { sequenceNumber } = position;
    const fresh = records.findIndex(
      (record) => compareSequenceNumbers(record.sequenceNumber, sequenceNumber) > 0,
    );
    if (fresh === 0) return records;
    return fresh === -1 ? [] : records.slice(fresh);
  }
}

function positionAt(checkpoint: Checkpoint): IteratorPosition {
  switch (checkpoint.type) {
    case 'TRIM_HORIZON':
    case 'AT_TIMESTAMP':
      return checkpoint;
    case 'SEQUENCE':
      return { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: checkpoint.sequenceNumber };
    case 'SHARD_END':
      throw new RangeError('a shard at its end has nothing to read');
  }
}
