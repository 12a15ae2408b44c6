import { Backoff } from '../runtime/backoff.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';

/** How long this worker leaves a shard alone that it failed to read, in milliseconds: others may be luckier. */
const BACKOFF = { initial: 1_000, max: 60_000 };

/** A shard that was read for so long, in milliseconds, is taken for healthy again. */
const HEALTHY_AFTER = 60_000;

interface Failure {
  readonly backoff: Backoff;
  until: number;
}

/** Keeps this worker from taking a shard again and again that it cannot read. */
export class ShardFailures {
  private readonly failures = new Map<string, Failure>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Returns the milliseconds for which the shard is left alone. */
  record(shardId: string): number {
    const failure = this.recent(shardId) ?? { backoff: new Backoff(BACKOFF, this.random), until: 0 };
    const wait = failure.backoff.next();
    failure.until = this.clock.now() + wait;
    this.failures.set(shardId, failure);
    return wait;
  }

  isWaiting(shardId: string): boolean {
    const failure = this.recent(shardId);
    return failure !== undefined && this.clock.now() < failure.until;
  }

  /** The failures of a shard that is not healthy again. */
  private recent(shardId: string): Failure | undefined {
    const failure = this.failures.get(shardId);
    if (!failure || this.clock.now() - failure.until <= HEALTHY_AFTER) return failure;
    this.failures.delete(shardId);
    return undefined;
  }
}
