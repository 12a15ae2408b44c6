import type { Checkpointer, Lease, LeaseScope } from '../checkpointers/checkpointer.js';
import type { BootTime } from '../runtime/boot-time.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import { chooseMoves, countLoads, fairShare } from './lease-balance.js';
import { isOfEarlierStream, parentsAreDone } from './lease-creation.js';
import type { LeaseObserver } from './lease-observer.js';

/** Milliseconds for which a worker that has its share leaves free leases to the others. */
const OTHERS_FIRST = 400;

/** How often a worker that stops looks for leases in its name. */
const WITHDRAWALS = 3;

/** How many leases are taken at a time. */
const PARALLEL_WRITES = 16;

export interface LeaseTakerOptions {
  checkpointer: Checkpointer;
  scope: LeaseScope;
  workerId: string;
  clock: Clock;
  bootTime: BootTime;
  random: Random;
  observer: LeaseObserver;
  /** Milliseconds after which the others may take a lease that this worker does not renew. */
  sessionTimeout: number;
  /** The most leases this worker may have. */
  maxShardConsumers: number;
  /** When the present stream was created; undefined while that is not known. */
  streamCreatedAt: () => number | undefined;
  /** Whether a shard that has no lease needs none. */
  isSettled: (shardId: string) => boolean;
  /** Whether this worker has the lease, or must leave it alone for a while. */
  isBusy: (shardId: string) => boolean;
  /** Called with each lease that is now ours, and when it was asked for, in boot time. */
  onTaken: (lease: Lease, acquiredAt: number) => void;
  /** Called with each lease that the store shows not to be ours. */
  onOthers: (lease: Lease) => void;
  /** Called when another worker asks for a lease that is ours. */
  onHandOffRequested: (shardId: string, to: string) => void;
}

/**
 * Looks at all leases, again and again: takes those nobody holds, asks busier workers for some of theirs, and notices
 * who asks for ours.
 */
export class LeaseTaker {
  /** The leases as of the last look. */
  private seen: readonly Lease[] = [];
  /** Since when each lease is free that others were to have first. */
  private readonly leftOver = new Map<string, number>();

  constructor(private readonly options: LeaseTakerOptions) {}

  /** The leases as of the last look. */
  get leases(): readonly Lease[] {
    return this.seen;
  }

  /**
   * One look.
   *
   * @returns whether the next should come soon: something is under way that this worker waits for
   */
  async look(): Promise<boolean> {
    const { checkpointer, scope, workerId, observer, clock } = this.options;
    const askedAt = clock.now();
    const leases = await checkpointer.list(scope);
    observer.observe(leases, askedAt);
    this.seen = leases;
    for (const lease of leases) this.noticeOthers(lease);
    const createdAt = this.options.streamCreatedAt();
    // Until the stream is known, its leases cannot be told from those of an earlier one.
    if (createdAt === undefined) return false;
    const unfinished = leases.filter(
      (lease) => lease.checkpoint.type !== 'SHARD_END' && !isOfEarlierStream(lease, createdAt),
    );
    const held = unfinished.filter((lease) => lease.owner !== undefined && !observer.isExpired(lease));
    const { taken, left } = await this.takeFree(leases, unfinished, held);
    // What was just taken is not in the list: to ask now could be to ask for too many.
    const asked = taken === 0 && (await this.balance(held));
    const awaited = held.some((lease) => lease.handOffTo === workerId);
    return taken > 0 || left > 0 || asked || awaited;
  }

  /** Gives back what came into this worker's name while it was stopping, and takes its requests back. */
  async withdraw(): Promise<void> {
    const { checkpointer, scope, workerId } = this.options;
    // What was asked for may be handed over just now: then it is to be given back the next time.
    for (let round = 0; round < WITHDRAWALS; round++) {
      const leases = await checkpointer.list(scope);
      const ours = leases.filter(({ owner, handOffTo }) => owner === workerId || handOffTo === workerId);
      if (ours.length === 0) return;
      for (const lease of ours) {
        if (lease.handOffTo === workerId) await checkpointer.requestHandOff(scope, lease, undefined);
        else await checkpointer.release(scope, lease);
      }
    }
  }

  private noticeOthers(lease: Lease): void {
    const { shardId, owner, handOffTo } = lease;
    const { workerId, onOthers, onHandOffRequested } = this.options;
    if (owner !== workerId) onOthers(lease);
    else if (handOffTo !== undefined) onHandOffRequested(shardId, handOffTo);
  }

  private async takeFree(
    leases: readonly Lease[],
    unfinished: readonly Lease[],
    held: readonly Lease[],
  ): Promise<{ taken: number; left: number }> {
    const { workerId, isBusy, isSettled, clock, maxShardConsumers, observer } = this.options;
    const byShard = new Map(leases.map((lease) => [lease.shardId, lease]));
    const ready = unfinished.filter(
      (lease) => !isBusy(lease.shardId) && parentsAreDone(lease, byShard, isSettled),
    );
    // A lease in our own name without a worker was handed to us, or its acquisition was not answered.
    const ours = ready.filter((lease) => lease.owner === workerId);
    const free = ready.filter(
      (lease) => lease.owner === undefined || (lease.owner !== workerId && observer.isExpired(lease)),
    );
    const loads = countLoads(held, workerId);
    const share = fairShare(loads, free.length);
    const load = loads.get(workerId) ?? 0;
    const now = clock.now();
    const chosen: Lease[] = [];
    const left = new Map<string, number>();
    for (const lease of this.shuffled(free)) {
      if (load + chosen.length >= maxShardConsumers) break;
      const freeSince = this.leftOver.get(lease.shardId) ?? now;
      // Whoever has its share lets those first who have not; but nobody waits for a worker that does not come.
      if (load + chosen.length < share || now - freeSince >= OTHERS_FIRST) chosen.push(lease);
      else left.set(lease.shardId, freeSince);
    }
    this.leftOver.clear();
    for (const [shardId, since] of left) this.leftOver.set(shardId, since);
    await this.takeAll([...ours, ...chosen]);
    return { taken: ours.length + chosen.length, left: left.size };
  }

  private async takeAll(leases: readonly Lease[]): Promise<void> {
    for (let i = 0; i < leases.length; i += PARALLEL_WRITES) {
      const taken = leases.slice(i, i + PARALLEL_WRITES).map((lease) => this.take(lease));
      const failed = (await Promise.allSettled(taken)).find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    }
  }

  private async take(seen: Lease): Promise<void> {
    const { checkpointer, scope, workerId, sessionTimeout, bootTime } = this.options;
    const acquiredAt = bootTime.now();
    const lease = await checkpointer.acquire(scope, seen, workerId, sessionTimeout);
    if (lease) this.options.onTaken(lease, acquiredAt);
  }

  /** Asks for leases of workers that have at least two more. Returns whether it asked for any. */
  private async balance(held: readonly Lease[]): Promise<boolean> {
    const { checkpointer, scope, workerId, maxShardConsumers, random, isBusy } = this.options;
    const moves = chooseMoves(held, workerId, maxShardConsumers, random, isBusy);
    for (const lease of moves) await checkpointer.requestHandOff(scope, lease, workerId);
    return moves.length > 0;
  }

  /** At random, so that workers who look at the same moment do not all reach for the same lease. */
  private shuffled(leases: readonly Lease[]): Lease[] {
    return leases
      .map((lease) => ({ lease, order: this.options.random.next() }))
      .sort((a, b) => a.order - b.order)
      .map(({ lease }) => lease);
  }
}
