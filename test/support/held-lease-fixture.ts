import type { Checkpoint } from '../../src/checkpointers/checkpoint.js';
import type { Lease } from '../../src/checkpointers/checkpointer.js';
import { MemoryCheckpointer } from '../../src/checkpointers/memory-checkpointer.js';
import { BootTime } from '../../src/runtime/boot-time.js';
import { HeldLease, type HeldLeaseOptions } from '../../src/scheduler/held-lease.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { AdjustableClock } from './adjustable-clock.js';
import { VirtualProcess } from './virtual-process.js';

/** Milliseconds. */
export const SESSION = 16_000;

/** What one write may take: a quarter of the session. */
export const ANSWER_TIMEOUT = SESSION / 4;

/** One lease that the worker `us` holds, and its store as the others and as that worker's process see it. */
export class HeldLeaseFixture {
  readonly scope = { application: 'app', streamName: 'orders' };
  readonly clock = new AdjustableClock();
  readonly store = new MemoryCheckpointer();
  readonly process = new VirtualProcess(this.clock);

  /** Acquires the lease for the worker `us`. */
  async hold(options: Partial<HeldLeaseOptions> = {}): Promise<HeldLease> {
    const { scope, clock, store } = this;
    const bootTime = new BootTime(clock);
    const acquiredAt = bootTime.now();
    await store.create(scope, { shardId: 'shard', parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' } });
    const lease = await store.acquire(scope, await this.stored(), 'us', SESSION);
    if (!lease) throw new Error('not acquired');
    return new HeldLease({
      checkpointer: this.process.connect(store),
      scope,
      clock,
      random: new SeededRandom(1),
      sessionTimeout: SESSION,
      lease,
      bootTime,
      acquiredAt,
      ...options,
    });
  }

  async stored(): Promise<Lease> {
    const found = await this.store.get(this.scope, 'shard');
    if (!found) throw new Error('no lease');
    return found;
  }

  /** The worker `them` asks for the lease. */
  async requestHandOff(): Promise<void> {
    await this.store.requestHandOff(this.scope, await this.stored(), 'them');
  }

  /** Makes the store do what it is asked and answer later. */
  readonly answerAfter = (delay: number) => async (effect: () => Promise<unknown>) => {
    const answer = await effect();
    await this.clock.sleep(delay);
    return answer;
  };

  /** What a promise came to while time went on. */
  async within<T>(duration: number, promise: Promise<T>): Promise<T | 'pending'> {
    let outcome: T | 'pending' = 'pending';
    promise.then(
      (value) => (outcome = value),
      () => undefined,
    );
    await this.clock.advance(duration);
    return outcome;
  }
}

export const neverAnswer = () => new Promise<unknown>(() => undefined);

/** The checkpoint of a plain record. */
export function at(sequenceNumber: number): Checkpoint {
  return { type: 'SEQUENCE', sequenceNumber: String(sequenceNumber), subSequenceNumber: 0 };
}
