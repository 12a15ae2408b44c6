import { compareSequenceNumbers } from '../checkpointers/checkpoint.js';

/** A user record's place in its shard. */
export interface Position {
  readonly sequenceNumber: string;
  /** Index of the user record in its aggregate; 0 for a plain record. */
  readonly subSequenceNumber: number;
}

/** Order of positions in a shard. */
export function comparePositions(a: Position, b: Position): number {
  return (
    compareSequenceNumbers(a.sequenceNumber, b.sequenceNumber) || a.subSequenceNumber - b.subSequenceNumber
  );
}

/** As plain data: what it came from may compute it. */
export function positionOf(position: Position | undefined): Position | undefined {
  return (
    position && { sequenceNumber: position.sequenceNumber, subSequenceNumber: position.subSequenceNumber }
  );
}
