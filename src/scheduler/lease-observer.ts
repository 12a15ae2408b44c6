import type { Lease } from '../checkpointers/checkpointer.js';
import type { Clock } from '../runtime/clock.js';

interface Sighting {
  readonly owner: string | undefined;
  readonly counter: number;
  /** On the local monotonic clock. */
  readonly at: number;
}

/**
 * Tells which leases have expired, by watching their counters: a lease whose counter this process has not seen move
 * for its session timeout belongs to a worker that is gone. No clock but the local monotonic one takes part.
 */
export class LeaseObserver {
  private sightings = new Map<string, Sighting>();

  constructor(
    private readonly clock: Clock,
    /** This worker's own session timeout; an owner that wrote a longer one is given that. Milliseconds. */
    private readonly sessionTimeout: number,
  ) {}

  /**
   * Takes note of the leases a call has just listed. What counts is when its answer was there, not when it was asked: a
   * renewal may have come between, and its owner counts from then.
   */
  observe(leases: readonly Lease[]): void {
    const at = this.clock.now();
    const sightings = new Map<string, Sighting>();
    for (const { shardId, owner, counter } of leases) {
      const before = this.sightings.get(shardId);
      const moved = before?.owner !== owner || before?.counter !== counter;
      sightings.set(shardId, moved ? { owner, counter, at } : before);
    }
    this.sightings = sightings;
  }

  isExpired(lease: Lease): boolean {
    const sighting = this.sightings.get(lease.shardId);
    if (!sighting) return false;
    const timeout = Math.max(this.sessionTimeout, lease.sessionTimeout ?? 0);
    return this.clock.now() - sighting.at > timeout;
  }
}
