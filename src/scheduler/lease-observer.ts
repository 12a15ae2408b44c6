import type { Lease } from '../checkpointers/checkpointer.js';
import type { Clock } from '../runtime/clock.js';

interface Sighting {
  readonly owner: string | undefined;
  readonly counter: number;
  readonly ended: boolean;
  /** On the local monotonic clock. */
  readonly at: number;
}

/**
 * Tells which leases have expired, by watching their counters: a lease whose counter this process has not seen move
 * for its session timeout belongs to a worker that is gone. No clock but the local monotonic one takes part.
 */
export class LeaseObserver {
  private sightings = new Map<string, Sighting>();
  /** Unfinished leases that are no longer there, and since when. */
  private readonly vanishedAt = new Map<string, number>();
  /** When the call was made whose answer was the last to count. */
  private lastAskedAt = -Infinity;

  constructor(
    private readonly clock: Clock,
    /** This worker's own session timeout; an owner that wrote a longer one is given that. Milliseconds. */
    private readonly sessionTimeout: number,
  ) {}

  /**
   * Takes note of the leases a call has just listed. What counts is when its answer was there, not when it was asked: a
   * renewal may have come between, and its owner counts from then. An answer that was overtaken by that of a later call
   * does not count.
   *
   * @param askedAt - when the call was made
   */
  observe(leases: readonly Lease[], askedAt = this.clock.now()): void {
    if (askedAt < this.lastAskedAt) return;
    this.lastAskedAt = askedAt;
    const at = this.clock.now();
    const sightings = new Map<string, Sighting>();
    for (const { shardId, owner, counter, checkpoint } of leases) {
      const before = this.sightings.get(shardId);
      const moved = before?.owner !== owner || before?.counter !== counter;
      const ended = checkpoint.type === 'SHARD_END';
      sightings.set(shardId, moved ? { owner, counter, ended, at } : before);
      this.vanishedAt.delete(shardId);
    }
    for (const [shardId, { ended }] of this.sightings) {
      if (!ended && !sightings.has(shardId)) this.vanishedAt.set(shardId, at);
    }
    this.sightings = sightings;
  }

  /** Shards whose lease was there, unfinished, and is not any more. */
  get vanished(): ReadonlySet<string> {
    return new Set(this.vanishedAt.keys());
  }

  /** Milliseconds since the shard's unfinished lease was found gone; 0 if it is there, or never was. */
  missingFor(shardId: string): number {
    const at = this.vanishedAt.get(shardId);
    return at === undefined ? 0 : this.clock.now() - at;
  }

  /** The lease is gone for a good reason. */
  forget(shardId: string): void {
    this.vanishedAt.delete(shardId);
    this.sightings.delete(shardId);
  }

  isExpired(lease: Lease): boolean {
    const sighting = this.sightings.get(lease.shardId);
    // Of a lease that stands elsewhere than where it was seen, nothing is known.
    if (sighting?.owner !== lease.owner || sighting?.counter !== lease.counter) return false;
    const timeout = Math.max(this.sessionTimeout, lease.sessionTimeout ?? 0);
    return this.clock.now() - sighting.at > timeout;
  }
}
