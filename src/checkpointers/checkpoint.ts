/**
 * The position up to which a shard is done. `SEQUENCE` names the last user record that is: its sequence number and,
 * within an aggregate, its index.
 */
export type Checkpoint =
  | { readonly type: 'TRIM_HORIZON' }
  /** `timestamp` in milliseconds since the Unix epoch. */
  | { readonly type: 'AT_TIMESTAMP'; readonly timestamp: number }
  | { readonly type: 'SEQUENCE'; readonly sequenceNumber: string; readonly subSequenceNumber: number }
  | { readonly type: 'SHARD_END' };

/** Order of sequence numbers: decimal strings beyond what a double holds, without leading zeros. */
export function compareSequenceNumbers(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

const RANK = { AT_TIMESTAMP: 0, TRIM_HORIZON: 1, SEQUENCE: 2, SHARD_END: 3 } as const;

/** Order of checkpoints, as the KCL has it: timestamps, `TRIM_HORIZON`, sequence numbers, `SHARD_END`. */
export function compareCheckpoints(a: Checkpoint, b: Checkpoint): number {
  if (a.type === 'SEQUENCE' && b.type === 'SEQUENCE') {
    return (
      compareSequenceNumbers(a.sequenceNumber, b.sequenceNumber) || a.subSequenceNumber - b.subSequenceNumber
    );
  }
  if (a.type === 'AT_TIMESTAMP' && b.type === 'AT_TIMESTAMP') return a.timestamp - b.timestamp;
  return RANK[a.type] - RANK[b.type];
}
