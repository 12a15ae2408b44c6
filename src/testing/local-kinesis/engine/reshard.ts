import { type Account } from './account.js';
import { type Shard } from './shard.js';
import { evenRanges, type Stream } from './stream.js';

/** Where a range's halves meet. */
export function middleOf(shard: Shard): bigint {
  return (BigInt(shard.startingHashKey) + BigInt(shard.endingHashKey) + 1n) / 2n;
}

export function areAdjacent(a: Shard, b: Shard): boolean {
  const touches = (low: Shard, high: Shard): boolean =>
    BigInt(low.endingHashKey) + 1n === BigInt(high.startingHashKey);
  return touches(a, b) || touches(b, a);
}

/**
 * Brings a stream to `count` shards of equal size, the way the service does: first splits where a new shard
 * begins inside an old one, then merges of what lies between. Some shards so live for a moment only.
 */
export function scaleEvenly(account: Account, stream: Stream, count: number): void {
  const wallTime = account.clock.wallTime();
  const now = account.clock.now();
  const starts = new Set(evenRanges(count).map(([start]) => start));
  for (const start of starts) {
    const around = stream.openShards.find(
      (shard) => BigInt(shard.startingHashKey) < start && start <= BigInt(shard.endingHashKey),
    );
    if (around !== undefined) stream.split(around, start, wallTime, now);
  }
  for (const start of starts) {
    for (let pair = pairAt(stream, start); pair !== undefined; pair = pairAt(stream, start)) {
      const [shard, next] = pair;
      if (starts.has(BigInt(next.startingHashKey))) break;
      stream.merge(shard, next, wallTime, now);
    }
  }
}

/** The open shard that starts at `start`, and the one after it. */
function pairAt(stream: Stream, start: bigint): [Shard, Shard] | undefined {
  const position = stream.openShards.findIndex((shard) => BigInt(shard.startingHashKey) === start);
  const shard = stream.openShards[position];
  const next = stream.openShards[position + 1];
  return shard !== undefined && next !== undefined ? [shard, next] : undefined;
}
