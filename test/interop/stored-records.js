import { Buffer } from 'node:buffer';
import agg from 'aws-kinesis-agg';
import { hashKeyOf, numberOf } from './workload.js';

/**
 * The user records in a stream by their place, as AWS's own module for Node takes them apart.
 *
 * @param sent the user records, by their number
 * @returns for each its number; whether it is in an aggregate; and whether a KCL is sure to hand it on: it drops
 *   an aggregate if one of its user records belongs to another shard, once it knows the shard's range
 */
export async function storedRecords(kinesis, stream, sent) {
  const { Shards } = await kinesis.execute('ListShards', { StreamName: stream });
  const ranges = new Map(Shards.map(({ ShardId, HashKeyRange }) => [ShardId, HashKeyRange]));
  const stored = new Map();
  for (const { shardId, sequenceNumber, data, partitionKey } of kinesis.records(stream)) {
    const members = deaggregate(Buffer.from(data), partitionKey, sequenceNumber);
    const numbers = members.map((member) => numberOf(Buffer.from(member.data, 'base64').toString()));
    const aggregated = members[0].subSequenceNumber !== undefined;
    const range = ranges.get(shardId);
    const readable = !aggregated || numbers.every((number) => isWithin(range, hashKeyOf(sent[number])));
    for (const [subSequenceNumber, number] of numbers.entries()) {
      stored.set(placeName({ shardId, sequenceNumber, subSequenceNumber }), { number, aggregated, readable });
    }
  }
  return stored;
}

export function countOf(stored, condition) {
  return [...stored.values()].filter(condition).length;
}

/** Places that a KCL is sure to hand on, and from which nothing was consumed. */
export function unread({ consumed }, stored) {
  const seen = new Set(consumed.map(placeName));
  return [...stored].filter(([place, { readable }]) => readable && !seen.has(place)).map(([place]) => place);
}

export function placeName({ shardId, sequenceNumber, subSequenceNumber = 0 }) {
  return `${shardId} ${sequenceNumber} ${subSequenceNumber}`;
}

function deaggregate(data, partitionKey, sequenceNumber) {
  let members;
  const record = { data: data.toString('base64'), partitionKey, sequenceNumber };
  agg.deaggregateSync(record, true, (error, userRecords) => {
    if (error) throw error;
    members = userRecords;
  });
  return members;
}

function isWithin({ StartingHashKey, EndingHashKey }, hashKey) {
  return hashKey >= BigInt(StartingHashKey) && hashKey <= BigInt(EndingHashKey);
}
