import type { Lease } from '../checkpointers/checkpointer.js';
import type { Random } from '../runtime/random.js';

/** The most leases one worker asks for in one look: a moved lease costs a drain and a checkpoint. */
const MAX_MOVES = 32;

/** Who has how many leases, once the hand-offs under way are done. */
export type Loads = ReadonlyMap<string, number>;

/**
 * Counts the leases that living workers hold, each with the worker that will have it when the hand-offs under way are done,
 * so that nobody asks twice for what is coming anyway.
 *
 * @param held - leases of shards that have not ended, whose owner lives
 * @param worker - this worker, which counts even while it has none
 */
export function countLoads(held: readonly Lease[], worker: string): Loads {
  const loads = new Map<string, number>([[worker, 0]]);
  for (const { owner, handOffTo } of held) {
    const holder = handOffTo ?? owner;
    if (holder !== undefined) loads.set(holder, (loads.get(holder) ?? 0) + 1);
  }
  return loads;
}

/** How many leases a worker may have at most for all to have about the same. */
export function fairShare(loads: Loads, free: number): number {
  let total = free;
  for (const load of loads.values()) total += load;
  return Math.ceil(total / loads.size);
}

/**
 * The leases to ask for, so that no worker has two more than this one: each from whoever has most at that point, at random.
 *
 * @param held - as for {@link countLoads}
 * @param limit - the most leases this worker may have
 * @param isBusy - whether this worker has not left the shard yet: were its lease given back meanwhile, what has lost it
 *   would take it for its own again
 */
export function chooseMoves(
  held: readonly Lease[],
  worker: string,
  limit: number,
  random: Random,
  isBusy: (shardId: string) => boolean = () => false,
): Lease[] {
  const loads = new Map(countLoads(held, worker));
  const askable = new Map<string, Lease[]>();
  for (const lease of held) {
    const { shardId, owner, handOffTo } = lease;
    if (owner === undefined || owner === worker || handOffTo !== undefined || isBusy(shardId)) continue;
    const ofOwner = askable.get(owner);
    if (ofOwner) ofOwner.push(lease);
    else askable.set(owner, [lease]);
  }
  const moves: Lease[] = [];
  for (let mine = loads.get(worker) ?? 0; mine < limit && moves.length < MAX_MOVES; mine++) {
    const from = busiest(loads, askable);
    const load = loads.get(from ?? '') ?? 0;
    const leases = askable.get(from ?? '') ?? [];
    if (from === undefined || load - mine < 2) break;
    const [chosen] = leases.splice(Math.floor(random.next() * leases.length), 1);
    if (chosen) moves.push(chosen);
    loads.set(from, load - 1);
  }
  return moves;
}

/** The worker with the most leases, among those that have one to ask for. */
function busiest(loads: Loads, askable: ReadonlyMap<string, readonly Lease[]>): string | undefined {
  let most: string | undefined;
  for (const [owner, leases] of askable) {
    if (leases.length > 0 && (loads.get(owner) ?? 0) > (most === undefined ? 0 : (loads.get(most) ?? 0)))
      most = owner;
  }
  return most;
}
