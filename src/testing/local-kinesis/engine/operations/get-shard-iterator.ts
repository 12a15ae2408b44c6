import { type Account } from '../account.js';
import { type Shard, shardIdOf } from '../shard.js';
import { encodeIterator } from '../shard-iterator.js';
import { type Stream } from '../stream.js';
import { iteratorType, sequenceNumber, shardId, streamReference } from '../validation/members.js';
import { optional } from '../validation/shape.js';
import { timestamp } from '../validation/values.js';
import { invalidArgument, operation } from './define.js';

export const getShardIterator = operation(
  {
    ...streamReference,
    ShardId: shardId,
    ShardIteratorType: iteratorType,
    StartingSequenceNumber: optional(sequenceNumber),
    Timestamp: optional(timestamp),
  },
  (input, account) => {
    const stream = account.usableStream(input);
    const shard = account.shard(stream, input.ShardId);
    if (!shard.throttle.admitIterator(account.clock.now())) throw account.throughputExceeded(stream, shard);
    const index = startingIndex(account, stream, shard, {
      type: input.ShardIteratorType,
      sequenceNumber: input.StartingSequenceNumber,
      timestamp: input.Timestamp,
      operation: 'GetShardIterator',
    });
    const ShardIterator = encodeIterator({
      streamName: stream.name,
      streamSalt: stream.salt,
      shardOrdinal: shard.ordinal,
      index,
      issuedAt: account.clock.wallTime(),
    });
    return { ShardIterator };
  },
);

/** Where a caller wants to start reading a shard. */
export interface StartingPosition {
  readonly type: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER' | 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';
  readonly sequenceNumber: string | undefined;
  readonly timestamp: Date | undefined;
  /** Who asks, for messages. */
  readonly operation: 'GetShardIterator' | 'SubscribeToShard';
}

/** The index of the first record to read. */
export function startingIndex(
  account: Account,
  stream: Stream,
  shard: Shard,
  position: StartingPosition,
): number {
  const wallTime = account.clock.wallTime();
  shard.log.trim(stream.trimHorizon(wallTime));
  switch (position.type) {
    case 'TRIM_HORIZON':
      return shard.log.oldestIndex;
    case 'LATEST':
      return shard.log.nextIndex;
    case 'AT_TIMESTAMP':
      return indexAtTimestamp(shard, position.timestamp, wallTime);
    default:
      return indexAtSequenceNumber(account, stream, shard, position);
  }
}

function indexAtTimestamp(shard: Shard, at: Date | undefined, wallTime: number): number {
  if (at === undefined)
    throw invalidArgument('Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP.');
  if (at.getTime() > wallTime) {
    throw invalidArgument(
      'The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. ' +
        `timestampInMillis: ${at.getTime()}, currentTimestampInMillis: ${wallTime}`,
    );
  }
  return shard.log.indexAt(at.getTime());
}

function indexAtSequenceNumber(
  account: Account,
  stream: Stream,
  shard: Shard,
  position: StartingPosition,
): number {
  const { type, sequenceNumber: number, operation: asker } = position;
  if (number === undefined) {
    throw invalidArgument(
      `Exactly one of StartingSequenceNumber and Timestamp must be specified: ${type} requires StartingSequenceNumber.`,
    );
  }
  const owner = shard.sequenceNumbers.shardOrdinalOf(number);
  if (owner === undefined) {
    const where = account.describeShard(stream, shard.ordinal);
    throw invalidArgument(
      `StartingSequenceNumber ${number} used in ${asker} on ${where} is invalid because it did not come from this stream.`,
    );
  }
  if (owner !== shard.ordinal) {
    throw invalidArgument(
      `Invalid StartingSequenceNumber. It encodes ${shardIdOf(owner)}, while it was used in a call to a shard with ${shard.id}`,
    );
  }
  return shard.sequenceNumbers.indexFrom(number, type === 'AFTER_SEQUENCE_NUMBER');
}
