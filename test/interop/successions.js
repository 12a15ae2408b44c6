import { placeName } from './stored-records.js';

/**
 * Whether a successor went on at the very record: the first it consumed of each shard is the next after the checkpoint
 * its predecessor had left.
 *
 * @param leases as they were when the predecessor had gone, and before the successor came
 * @param from how much of the ledger had been consumed by then
 * @param successor whose consumption counts
 * @param stored what is in the stream, in order
 * @returns complaints
 */
export function wentOn({ ledger, leases, from, successor, stored }) {
  const later = ledger.consumed.slice(from).filter(({ consumer }) => consumer === successor);
  const complaints = leases.flatMap((lease) => {
    const first = later.find(({ shardId }) => shardId === lease.shardId);
    const after = placesAfter(lease, stored);
    // A KCL passes over what it drops.
    const next = [after[0], after.find((place) => stored.get(place).readable)];
    if (first === undefined || next.includes(placeName(first))) return [];
    return [`${successor} went on in ${lease.shardId} at ${placeName(first)}, and not at ${next[0]}`];
  });
  const judged = leases.filter((lease) => later.some(({ shardId }) => shardId === lease.shardId));
  return judged.length > 0 ? complaints : [`${successor} went on in no shard: nothing was judged there`];
}

/** How many places were consumed again in each stage, by consumption. */
export function repeatedIn({ consumed }, stages) {
  const seen = new Set();
  const repeated = new Map(stages.map(({ name }) => [name, 0]));
  for (const [index, record] of consumed.entries()) {
    const place = placeName(record);
    const stage = stages.findLast(({ from }) => from <= index);
    if (seen.has(place)) repeated.set(stage.name, repeated.get(stage.name) + 1);
    seen.add(place);
  }
  return repeated;
}

/** The same ledger without what was consumed again. */
export function firstOf(ledger) {
  const seen = new Set();
  const isFirst = (record) => seen.size < seen.add(placeName(record)).size;
  return { ...ledger, consumed: ledger.consumed.filter(isFirst) };
}

/** What was consumed again by who had consumed it already: nobody may. */
export function repeatedByOne({ consumed }) {
  const seen = new Set();
  const again = consumed.filter((record) => {
    const own = `${record.consumer} ${placeName(record)}`;
    return seen.size === seen.add(own).size;
  });
  return again.length === 0 ? [] : [`${again.length} places were consumed twice by the same worker`];
}

function placesAfter({ shardId, checkpoint, subSequenceNumber }, stored) {
  if (checkpoint === 'SHARD_END') return [];
  const position = /^\d+$/.test(checkpoint) ? [BigInt(checkpoint), subSequenceNumber] : [-1n, 0];
  return [...stored.keys()].filter((place) => {
    const [shard, sequenceNumber, sub] = place.split(' ');
    if (shard !== shardId) return false;
    const own = BigInt(sequenceNumber);
    return own > position[0] || (own === position[0] && Number(sub) > position[1]);
  });
}
