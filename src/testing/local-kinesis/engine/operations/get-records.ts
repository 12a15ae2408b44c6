import { type Account } from '../account.js';
import { ServiceError } from '../service-error.js';
import { type Shard } from '../shard.js';
import { decodeIterator, encodeIterator, type IteratorState } from '../shard-iterator.js';
import { type Stream } from '../stream.js';
import { streamArn } from '../validation/members.js';
import { optional } from '../validation/shape.js';
import { integer, string } from '../validation/values.js';
import { childShards } from './descriptions.js';
import { invalidArgument, operation } from './define.js';

const MOST_RECORDS = 10_000;

/** A record as GetRecords and SubscribeToShard answer it. */
export interface StoredRecord {
  readonly SequenceNumber: string;
  readonly ApproximateArrivalTimestamp: Date;
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
}

export const getRecords = operation(
  {
    ShardIterator: string({ min: 1, max: 512 }),
    Limit: optional(integer({ min: 1, max: MOST_RECORDS })),
    StreamARN: optional(streamArn),
  },
  (input, account) => {
    const iterator = liveIterator(account, input.ShardIterator);
    const stream = streamOf(account, iterator, input.StreamARN);
    const shard = stream.shard(iterator.shardOrdinal);
    if (shard === undefined) throw notThere(account, stream, iterator);
    const { clock, limits } = account;
    const wallTime = clock.wallTime();
    if (!shard.throttle.admitRead(clock.now())) throw account.throughputExceeded(stream, shard);

    shard.log.trim(stream.trimHorizon(wallTime));
    const read = readRecords(shard, iterator.index, input.Limit ?? MOST_RECORDS, limits.getRecordsBytes);
    shard.throttle.afterRead(read.bytes);
    const MillisBehindLatest = millisBehind(shard, read, wallTime);
    if (!shard.open && read.nextIndex >= shard.log.nextIndex) {
      return { Records: read.records, MillisBehindLatest, ChildShards: childShards(shard) };
    }
    const NextShardIterator = encodeIterator({ ...iterator, index: read.nextIndex, issuedAt: wallTime });
    return { Records: read.records, NextShardIterator, MillisBehindLatest };
  },
);

/** What one read found, and where the next one goes on. */
export interface ReadResult {
  readonly records: StoredRecord[];
  readonly bytes: number;
  readonly nextIndex: number;
  /** When the last of the records arrived; undefined when there are none. */
  readonly lastArrival: number | undefined;
}

export function readRecords(shard: Shard, index: number, limit: number, maxBytes: number): ReadResult {
  const records: StoredRecord[] = [];
  const from = Math.max(index, shard.log.oldestIndex);
  let lastArrival: number | undefined;
  let timestamp = new Date(0);
  const { count, bytes } = shard.log.read(
    from,
    limit,
    maxBytes,
    (recordIndex, Data, PartitionKey, arrival) => {
      if (arrival !== lastArrival) timestamp = new Date(arrival);
      lastArrival = arrival;
      records.push({
        SequenceNumber: shard.sequenceNumbers.at(recordIndex),
        ApproximateArrivalTimestamp: timestamp,
        Data,
        PartitionKey,
      });
    },
  );
  return { records, bytes, nextIndex: from + count, lastArrival };
}

/** How far the last record read is behind now; 0 at the tip of the shard. */
export function millisBehind(shard: Shard, read: ReadResult, wallTime: number): number {
  if (read.nextIndex >= shard.log.nextIndex) return 0;
  return Math.max(0, wallTime - (read.lastArrival ?? wallTime));
}

function liveIterator(account: Account, token: string): IteratorState {
  const iterator = decodeIterator(token);
  if (iterator === undefined) throw invalidArgument('Invalid ShardIterator.');
  const wallTime = account.clock.wallTime();
  if (wallTime - iterator.issuedAt > account.limits.iteratorLifetime) {
    throw new ServiceError(
      'ExpiredIteratorException',
      `Iterator expired. The iterator was created at time ${new Date(iterator.issuedAt).toUTCString()} while right now ` +
        `it is ${new Date(wallTime).toUTCString()} which is further in the future than the tolerated delay of ` +
        `${account.limits.iteratorLifetime} milliseconds.`,
    );
  }
  return iterator;
}

function streamOf(account: Account, iterator: IteratorState, StreamARN: string | undefined): Stream {
  const stream = account.usableStream({ StreamName: iterator.streamName, StreamARN });
  if (stream.salt !== iterator.streamSalt) throw notThere(account, stream, iterator);
  return stream;
}

function notThere(account: Account, stream: Stream, iterator: IteratorState): ServiceError {
  const where = account.describeShard(stream, iterator.shardOrdinal);
  return new ServiceError('ResourceNotFoundException', `The iterator's ${where} does not exist.`);
}
