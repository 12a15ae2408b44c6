import { placeName, unread } from './stored-records.js';

/** Each of these gives its complaints about a ledger, and none if all is well. */

/** Every user record was acknowledged, and is consumed. */
export function nothingLost({ sent, acknowledged, failed, missing }) {
  return [
    ...some(failed, ([number, reason]) => `put of ${number} failed: ${reason}`),
    ...(acknowledged.size === sent.length
      ? []
      : [`only ${acknowledged.size} of ${sent.length} acknowledged`]),
    ...some(missing, (number) => `${number} was acknowledged and not consumed`),
  ];
}

/** What was consumed has the data and keys that were put; only an aggregate carries explicit hash keys. */
export function asPut({ sent, consumed }, stored) {
  const differing = consumed.flatMap((record) => {
    const { partitionKey, explicitHashKey, data } = sent[record.number] ?? {};
    const hashKey = stored.get(placeName(record))?.aggregated ? explicitHashKey : undefined;
    const came = [record.partitionKey, record.explicitHashKey];
    if (record.data !== data) return [`${record.number} came with other data`];
    if (came[0] === partitionKey && came[1] === hashKey) return [];
    return [
      `${record.number} came with ${JSON.stringify([partitionKey, hashKey])} as ${JSON.stringify(came)}`,
    ];
  });
  return some(differing, (complaint) => complaint);
}

/**
 * What was consumed is in the stream, each user record at its place and no place twice; and what a KCL is sure to hand
 * on was consumed.
 */
export function eachPlaceOnce(ledger, stored) {
  const seen = new Set();
  const strange = [];
  for (const record of ledger.consumed) {
    const place = placeName(record);
    if (seen.has(place)) strange.push(`${place} was consumed twice`);
    seen.add(place);
    const number = stored.get(place)?.number;
    if (number !== record.number)
      strange.push(`${record.number} was consumed at ${place}, where ${number} is`);
  }
  return [
    ...some(strange, (complaint) => complaint),
    ...some(unread(ledger, stored), (place) => `${place} was not consumed`),
  ];
}

/**
 * The place in each acknowledgement is one at which the user record was consumed.
 *
 * @param positionOf makes a text of as much of a place as the producer tells
 */
export function receiptsHold({ acknowledged, consumed }, positionOf) {
  const seen = new Set(consumed.map((record) => `${record.number} ${positionOf(record)}`));
  const wrong = [...acknowledged].filter(([number, place]) => !seen.has(`${number} ${positionOf(place)}`));
  return some(
    wrong,
    ([number, place]) => `${number} was acknowledged at ${positionOf(place)}, where it is not`,
  );
}

/**
 * Of the Kinesis records in the stream that hold no acknowledged user record at its place, the producer knows: it
 * counts them as possible duplicates.
 */
export function repetitionsCounted({ acknowledged }, stored, possibleDuplicates) {
  const recordOf = (place) => place.slice(0, place.lastIndexOf(' '));
  const held = new Set([...acknowledged.values()].map((place) => recordOf(placeName(place))));
  const spare = new Set([...stored.keys()].map(recordOf).filter((record) => !held.has(record)));
  if (spare.size <= possibleDuplicates) return [];
  return [`${spare.size} Kinesis records are repetitions, and ${possibleDuplicates} were counted`];
}

/** In each shard the positions ascend. */
export function shardOrder({ consumed }) {
  const last = new Map();
  const late = consumed.filter(({ shardId, sequenceNumber, subSequenceNumber }) => {
    const position = (BigInt(sequenceNumber) << 64n) + BigInt(subSequenceNumber);
    const isLate = position <= (last.get(shardId) ?? -1n);
    last.set(shardId, position);
    return isLate;
  });
  return some(late, (record) => `${placeName(record)} was consumed too late`);
}

/** What is first consumed of each partition key is in the order of the puts. */
export function keyOrder({ consumed }) {
  const last = new Map();
  const seen = new Set();
  const late = consumed.filter(({ number, partitionKey }) => {
    if (seen.has(number)) return false;
    seen.add(number);
    const isLate = number < (last.get(partitionKey) ?? -1);
    last.set(partitionKey, number);
    return isLate;
  });
  return some(late, ({ number }) => `${number} was consumed after a later one of its partition key`);
}

/** No record of a shard is consumed after the first one of its child. */
export async function parentsFirst({ consumed }, kinesis, stream) {
  const { Shards } = await kinesis.execute('ListShards', { StreamName: stream });
  const parents = new Map(
    Shards.map((shard) => [shard.ShardId, [shard.ParentShardId, shard.AdjacentParentShardId]]),
  );
  const over = new Set();
  const late = [];
  for (const { shardId, number } of consumed) {
    if (over.has(shardId)) late.push(number);
    for (const parent of parents.get(shardId)) over.add(parent);
  }
  return some(late, (number) => `${number} was consumed after records of its shard's child`);
}

/** How many there are, with the first three told. */
function some(all, tell) {
  const list = [...all];
  return list.length === 0 ? [] : [`${list.length}: ${list.slice(0, 3).map(tell).join('; ')}`];
}
