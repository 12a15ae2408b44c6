import { type LocalKinesisEngine } from '../engine/engine.js';
import { type OperationInput } from '../engine/operation.js';
import { shardIdOf } from '../engine/shard.js';
import { decodeIterator } from '../engine/shard-iterator.js';

/** The name of the stream a call is about; undefined when it names none. The input has not been checked. */
export function streamNameOf(input: OperationInput): string | undefined {
  const { StreamName, StreamARN, ConsumerARN, ShardIterator } = input;
  if (typeof StreamName === 'string') return StreamName;
  const arn = StreamARN ?? ConsumerARN;
  if (typeof arn === 'string') return arn.split('/')[1];
  return typeof ShardIterator === 'string' ? decodeIterator(ShardIterator)?.streamName : undefined;
}

/** Whether a call is about a shard. The input has not been checked. */
export function concernsShard(engine: LocalKinesisEngine, input: OperationInput, shardId: string): boolean {
  const { ShardId, ShardToSplit, ShardToMerge, AdjacentShardToMerge, ShardIterator, Records } = input;
  if ([ShardId, ShardToSplit, ShardToMerge, AdjacentShardToMerge].includes(shardId)) return true;
  if (typeof ShardIterator === 'string') {
    const iterator = decodeIterator(ShardIterator);
    return iterator !== undefined && shardIdOf(iterator.shardOrdinal) === shardId;
  }
  if (Array.isArray(Records)) return Records.some((entry) => goesTo(engine, input, entry, shardId));
  return goesTo(engine, input, input, shardId);
}

/** Whether a record with the keys of `entry` goes to a shard. */
export function goesTo(
  engine: LocalKinesisEngine,
  input: OperationInput,
  entry: unknown,
  shardId: string,
): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { PartitionKey, ExplicitHashKey } = entry as OperationInput;
  const streamName = streamNameOf(input);
  if (streamName === undefined || typeof PartitionKey !== 'string') return false;
  const explicit = typeof ExplicitHashKey === 'string' ? ExplicitHashKey : undefined;
  return engine.shardIdFor(streamName, PartitionKey, explicit) === shardId;
}
