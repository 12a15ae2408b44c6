import type { Checkpoint } from '../checkpointers/checkpoint.js';
import type { ShardDescription, StreamDescription } from '../client/kinesis-gateway.js';
import type { StartingPosition } from './consumer-settings.js';
import { InvalidPositionError } from './seek-errors.js';

/**
 * Where one shard is to go on: at its oldest record, with what arrives from now on, at a time (a date or milliseconds
 * since the Unix epoch), or behind a record, which then counts as the last one done. `subSequenceNumber` is the user
 * record's index in its aggregate, 0 unless given.
 */
export type ShardSeekPosition =
  | StartingPosition
  | { readonly after: { readonly sequenceNumber: string; readonly subSequenceNumber?: number } };

/** Where a consumer is to go on: one position for its whole stream, or one for each shard named; the others stay. */
export type SeekPosition =
  StartingPosition | { readonly shards: Readonly<Record<string, ShardSeekPosition>> };

/** What leases are to say. */
export interface SeekTargets {
  readonly checkpoints: ReadonlyMap<string, Checkpoint>;
  /** Whether a shard without a lease gets one. */
  readonly complete: boolean;
}

export interface SeekView {
  readonly stream: StreamDescription;
  /** Every shard within retention. */
  readonly shards: readonly ShardDescription[];
  /** The shards that were open at a time, or were opened later. */
  readonly openSince: (timestamp: number) => Promise<readonly ShardDescription[]>;
}

const EXPECTED =
  "'TRIM_HORIZON', 'LATEST', { timestamp: Date | milliseconds since 1970 }, { shards: { [shardId]: position } }; for " +
  'one shard also { after: { sequenceNumber, subSequenceNumber? } }';

/** @throws InvalidPositionError for what is no position */
export function checkPosition(position: SeekPosition): void {
  const positions = isPerShard(position) ? Object.values(position.shards) : [position];
  if (positions.length > 0 && positions.every(isShardPosition)) return;
  throw new InvalidPositionError(`A position to seek must be one of ${EXPECTED}.`);
}

/** What a position means for each shard. A shard that was closed before the time sought has nothing more to give. */
export async function targetsOf(position: SeekPosition, view: SeekView): Promise<SeekTargets> {
  const { serviceTime } = view.stream;
  if (isPerShard(position)) {
    const shards = Object.entries(position.shards);
    const checkpoints = shards.map(([id, to]) => [id, checkpointOf(to, serviceTime)] as const);
    return { checkpoints: new Map(checkpoints), complete: false };
  }
  const checkpoint = checkpointOf(position, serviceTime);
  const checkpoints = new Map<string, Checkpoint>(view.shards.map(({ shardId }) => [shardId, checkpoint]));
  if (checkpoint.type === 'AT_TIMESTAMP') {
    const open = await view.openSince(Math.min(checkpoint.timestamp, serviceTime));
    const needed = new Set(open.map(({ shardId }) => shardId));
    for (const { shardId } of view.shards) {
      if (!needed.has(shardId)) checkpoints.set(shardId, { type: 'SHARD_END' });
    }
  }
  return { checkpoints, complete: true };
}

/** @param serviceTime - `LATEST` as a time, which stays the same until the consumer starts */
function checkpointOf(position: ShardSeekPosition, serviceTime: number): Checkpoint {
  if (position === 'TRIM_HORIZON') return { type: 'TRIM_HORIZON' };
  if (position === 'LATEST') return { type: 'AT_TIMESTAMP', timestamp: serviceTime };
  if ('timestamp' in position) return { type: 'AT_TIMESTAMP', timestamp: Number(position.timestamp) };
  const { sequenceNumber, subSequenceNumber = 0 } = position.after;
  return { type: 'SEQUENCE', sequenceNumber, subSequenceNumber };
}

function isPerShard(position: SeekPosition): position is Extract<SeekPosition, { shards: unknown }> {
  return isObject(position) && 'shards' in position && isObject(position.shards);
}

function isShardPosition(position: unknown): boolean {
  if (position === 'TRIM_HORIZON' || position === 'LATEST') return true;
  if (!isObject(position)) return false;
  if ('timestamp' in position) {
    const { timestamp } = position;
    const time = timestamp instanceof Date ? timestamp.getTime() : timestamp;
    return typeof time === 'number' && Number.isFinite(time) && time >= 0;
  }
  return 'after' in position && isObject(position.after) && isRecord(position.after);
}

function isRecord({ sequenceNumber, subSequenceNumber = 0 }: Record<string, unknown>): boolean {
  return (
    typeof sequenceNumber === 'string' &&
    /^[1-9]\d*$/.test(sequenceNumber) &&
    Number.isInteger(subSequenceNumber) &&
    Number(subSequenceNumber) >= 0
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
