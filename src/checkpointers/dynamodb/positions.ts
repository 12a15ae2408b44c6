import { KinesisConfigurationError } from '../../errors.js';
import { type Checkpoint, compareCheckpoints } from '../checkpoint.js';
import { KCL, number, numberOf, OURS, ROUNDED_DOWN, type Row, text, textOf } from './attributes.js';
import type { RowUpdate } from './row-update.js';

/** Where a shard starts whose row does not say. */
export type UnresolvedStart = 'TRIM_HORIZON' | { timestamp: Date | number };

/** What the records of the streams are: see `DynamoDbCheckpointerOptions.aggregates`. */
export type Aggregates = 'kpl' | 'other';

/**
 * A row at `LATEST`, or at `AT_TIMESTAMP` without an instant: the KCL looks into its configuration when it needs to
 * know where that is.
 */
export class UnresolvedPosition extends KinesisConfigurationError {
  constructor(key: string, checkpoint: string) {
    super(
      `The lease "${key}" stands at ${checkpoint}, which the KCL resolves with its own configuration at each start. ` +
        'Say where such shards start with "unresolvedStart" of DynamoDbCheckpointer: the time at which the KCL was ' +
        "started (or its timestamp) loses nothing; now is what a restarted KCL would do; 'TRIM_HORIZON' reads all.",
    );
  }
}

/**
 * @param unresolved - for rows at `LATEST`, or at `AT_TIMESTAMP` without an instant
 * @throws UnresolvedPosition if there is such a row and `unresolved` is undefined
 */
export function checkpointOf(row: Row, unresolved: UnresolvedStart | undefined): Checkpoint {
  const checkpoint = textOf(row, KCL.checkpoint) ?? '';
  if (checkpoint === 'TRIM_HORIZON' || checkpoint === 'SHARD_END') return { type: checkpoint };
  const instant = numberOf(row, OURS.timestamp);
  if (checkpoint === 'AT_TIMESTAMP' && instant !== undefined) {
    return { type: 'AT_TIMESTAMP', timestamp: instant };
  }
  if (checkpoint === 'LATEST' || checkpoint === 'AT_TIMESTAMP') {
    if (unresolved === undefined) throw new UnresolvedPosition(textOf(row, KCL.leaseKey) ?? '', checkpoint);
    if (unresolved === 'TRIM_HORIZON') return { type: unresolved };
    return { type: 'AT_TIMESTAMP', timestamp: Number(unresolved.timestamp) };
  }
  if (!/^\d+$/.test(checkpoint)) {
    throw new KinesisConfigurationError(
      `The lease "${textOf(row, KCL.leaseKey)}" has a checkpoint that no KCL writes: "${checkpoint}".`,
    );
  }
  const written = numberOf(row, KCL.subSequenceNumber) ?? 0;
  const exact = written === ROUNDED_DOWN ? (numberOf(row, OURS.subSequenceNumber) ?? written) : written;
  return { type: 'SEQUENCE', sequenceNumber: checkpoint, subSequenceNumber: exact };
}

/** Stores a position so that a KCL that goes on from it skips nothing. */
export function setCheckpoint(update: RowUpdate, checkpoint: Checkpoint, aggregates: Aggregates): void {
  if (checkpoint.type === 'AT_TIMESTAMP') update.set(OURS.timestamp, number(checkpoint.timestamp));
  else update.remove(OURS.timestamp);
  if (checkpoint.type !== 'SEQUENCE') {
    update.set(KCL.checkpoint, text(checkpoint.type)).set(KCL.subSequenceNumber, number(0));
    update.remove(OURS.subSequenceNumber);
    return;
  }
  const { sequenceNumber, subSequenceNumber } = checkpoint;
  update.set(KCL.checkpoint, text(sequenceNumber));
  if (aggregates === 'kpl') {
    update.set(KCL.subSequenceNumber, number(subSequenceNumber)).remove(OURS.subSequenceNumber);
  } else {
    update
      .set(KCL.subSequenceNumber, number(ROUNDED_DOWN))
      .set(OURS.subSequenceNumber, number(subSequenceNumber));
  }
}

/**
 * The checkpoints that applications of the KCL have prepared and not yet confirmed. The KCL hands them to the
 * application that takes the shard over, so they stay in the row until a checkpoint has passed them.
 */
export class PendingCheckpoints {
  private readonly pending = new Map<string, Checkpoint>();

  /** Takes note of a row as it was read or written last. */
  observe(key: string, row: Row): void {
    const pending = pendingOf(row);
    if (pending) this.pending.set(key, pending);
    else this.pending.delete(key);
  }

  removePassed(update: RowUpdate, key: string, checkpoint: Checkpoint): void {
    const pending = this.pending.get(key);
    // Its state is of whatever type (the KCL itself writes two), and goes with it.
    if (!pending || compareCheckpoints(checkpoint, pending) < 0) return;
    update.remove(KCL.pendingCheckpoint, KCL.pendingSubSequenceNumber, KCL.pendingState);
  }
}

function pendingOf(row: Row): Checkpoint | undefined {
  const pending = textOf(row, KCL.pendingCheckpoint);
  if (pending === undefined) return undefined;
  if (pending === 'SHARD_END') return { type: pending };
  // What else is no sequence number is a starting position.
  if (!/^\d+$/.test(pending)) return { type: 'TRIM_HORIZON' };
  const subSequenceNumber = numberOf(row, KCL.pendingSubSequenceNumber) ?? 0;
  return { type: 'SEQUENCE', sequenceNumber: pending, subSequenceNumber };
}
