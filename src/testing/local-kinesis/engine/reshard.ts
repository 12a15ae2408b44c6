import { type Account } from './account.js';
import { HASH_KEYS, parseHashKey } from './hash-key.js';
import { type Shard } from './shard.js';
import { evenRanges, type Stream } from './stream.js';

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
  const starts = evenRanges(count).map(([start]) => start);
  for (const start of starts) {
    const around = stream.shardFor(parseHashKey(String(start)));
    if (around !== undefined && around.startingHashKey !== String(start))
      stream.split(around, start, wallTime, now);
  }
  for (const [position, start] of starts.entries()) {
    const end = starts[position + 1] ?? HASH_KEYS;
    for (let pair = pairAt(stream, start, end); pair !== undefined; pair = pairAt(stream, start, end)) {
      stream.merge(...pair, wallTime, now);
    }
  }
}

/** The open shard that starts at `start`, and the one after it if that lies before `end`. */
function pairAt(stream: Stream, start: bigint, end: bigint): [Shard, Shard] | undefined {
  const shard = stream.shardFor(parseHashKey(String(start)));
  const next = shard && stream.openShards[stream.openShards.indexOf(shard) + 1];
  if (shard === undefined || next === undefined) return undefined;
  return BigInt(next.startingHashKey) < end ? [shard, next] : undefined;
}
