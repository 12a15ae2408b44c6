import type { Violations } from './checks.js';
import type { Coverage } from './coverage.js';
import type { Crew } from './crew.js';
import type { Dice } from './dice.js';
import type { LeaseLedger } from './ledger/lease-ledger.js';
import type { RecordLedger } from './ledger/record-ledger.js';
import type { Profile } from './profile.js';
import { type RecoveryWatch } from './recovery-watch.js';
import { DRAIN_TIMEOUT } from './storm.js';
import type { SimulatedWorker } from './workers/simulated-worker.js';
import type { VirtualClock } from '../../src/testing/virtual-clock.js';
import type { SimulatedStore } from './store/simulated-store.js';
import type { SimulatedStream } from './stream/simulated-stream.js';

/** Milliseconds of virtual time in which lag must reach zero once faults have stopped. */
const PATIENCE = 240_000;

/** Milliseconds that a worker may take to stop, beside the time it gives its handlers. */
const STOP_TIME = 5_000;

/** Milliseconds in which a worker that joins has its share, beside the time that handlers take to finish. */
const BALANCE_TIME = 2_000;

/** After so many times the bound on recovery, what the storm left behind has passed. */
const REST = 1.5;

/** The longest wait of a loop that has failed again and again, and a call of it that fails late, in milliseconds. */
const LONGEST_BACKOFF = 15_000;

/** Hand-offs that may have to follow one another. */
const DRAINS = 2;

/** A history has at least so many user records. */
const FEWEST_RECORDS = 200;

export interface CalmOptions {
  dice: Dice;
  profile: Profile;
  clock: VirtualClock;
  crew: Crew;
  stream: SimulatedStream;
  store: SimulatedStore;
  records: RecordLedger;
  leases: LeaseLedger;
  violations: Violations;
  coverage: Coverage;
  recovery: RecoveryWatch;
}

/** After the storm: everything must come to rest, and what is promised without faults must hold. */
export class Calm {
  constructor(private readonly options: CalmOptions) {}

  async run(): Promise<void> {
    const { stream, records, crew, dice } = this.options;
    while (crew.workers.length < 3) crew.start();
    while (records.count < FEWEST_RECORDS) await stream.put(10);
    if (!(await this.settle())) return;
    const scene = dice.pick(['crash', 'join', 'leave', 'none'] as const);
    if (scene === 'crash') await this.timeRecovery();
    else if (scene === 'join') await this.join();
    else if (scene === 'leave') await this.leave();
    await stream.put(5);
    await this.settle();
  }

  /** Every worker stops of its own accord, and leaves no lease behind. */
  async stopAll(): Promise<void> {
    const { clock, crew, store, violations } = this.options;
    const { clean } = this;
    for (const worker of [...crew.workers]) void crew.leave(worker, DRAIN_TIMEOUT);
    for (let waited = 0; crew.leaving.size > 0 && waited < DRAIN_TIMEOUT + STOP_TIME; waited += 100) {
      await clock.advance(100);
    }
    for (const worker of crew.leaving) violations.add(10, `${worker.name} does not stop`);
    const kept = [...store.rows.values()].filter(({ owner }) => clean.some(({ id }) => id === owner));
    if (kept.length > 0) {
      violations.add(7, `${kept.length} leases still have an owner after all have stopped`);
    }
  }

  /** Workers that no fault has met for long enough: what they lost by one, they have back. */
  private get clean(): SimulatedWorker[] {
    const { crew, clock, recovery } = this.options;
    return crew.workers.filter(({ disturbedAt }) => disturbedAt < clock.now() - 2 * recovery.bound);
  }

  /** Check 10. */
  private async settle(): Promise<boolean> {
    const { clock, records, violations } = this.options;
    for (let waited = 0; waited < PATIENCE; waited += 1_000) {
      await clock.advance(1_000);
      if (records.isComplete) return true;
    }
    violations.add(10, 'lag does not reach zero');
    records.settle();
    return false;
  }

  /** The first half of check 8. */
  private async timeRecovery(): Promise<void> {
    const { clock, crew, recovery, coverage, profile, stream } = this.options;
    // What the storm left behind must have passed: leases of workers that crashed late.
    await clock.advance(REST * recovery.bound);
    const victim = crew.pick();
    recovery.begin(
      victim,
      crew.workers.filter((worker) => worker !== victim),
    );
    crew.crash(victim);
    await stream.put(3);
    await clock.advance(recovery.bound + profile.settings.heartbeatFrequency + recovery.listInterval);
    recovery.end();
    coverage.add('crash');
    coverage.add('recovery timed');
  }

  /** The second half of check 8. */
  private async join(): Promise<void> {
    const { clock, crew, profile, coverage, recovery, stream, leases, violations } = this.options;
    while (crew.workers.length < 4) crew.start();
    while (crew.workers.length > 4) void crew.leave(crew.pick(), DRAIN_TIMEOUT);
    // Who was cut off from the start knows nothing of the stream yet, and takes no part.
    await clock.advance(Math.max(REST * recovery.bound, LONGEST_BACKOFF));
    this.checkBalance('before a worker joins');
    await stream.put(10);
    const { moves } = leases;
    crew.start();
    const { settings, store, handlerTime } = profile;
    // A store that tells nobody of requests leaves it to the owners' next look.
    const notice = store.watch ? 0 : settings.heartbeatFrequency + recovery.listInterval;
    await clock.advance(BALANCE_TIME + DRAINS * handlerTime + notice);
    const shares = this.checkBalance('after a worker joined');
    // The newcomer's share has to move, and nothing else.
    const needed = Math.max(...shares);
    if (leases.moves - moves > needed) {
      violations.add(8, `${leases.moves - moves} leases moved where ${needed} had to`);
    }
    await this.checkRest(recovery.bound);
    coverage.add('balance timed');
  }

  /** How many leases each worker has. */
  private checkBalance(when: string): number[] {
    const { crew, store, violations } = this.options;
    const owners = [...store.rows.values()].flatMap(({ owner, checkpoint }) =>
      owner === undefined || checkpoint.type === 'SHARD_END' ? [] : [owner],
    );
    const loads = crew.workers.map(({ id }) => owners.filter((owner) => owner === id).length);
    if (Math.max(...loads) - Math.min(...loads) > 1) {
      violations.add(8, `${when} the workers have ${loads.join(', ')} leases`);
    }
    return loads;
  }

  /** Once there is balance, nothing moves any more, unless rows that were deleted come back, whose shards weigh, too. */
  private async checkRest(duration: number): Promise<void> {
    const { clock, leases, store, violations } = this.options;
    const { moves } = leases;
    const before = new Set(store.rows.keys());
    await clock.advance(duration);
    const moved = leases.moves - moves;
    const isSame = [...store.rows.keys()].every((shardId) => before.has(shardId));
    if (moved > 0 && isSame) violations.add(8, `${moved} leases moved in balance`);
  }

  /** A graceful stop in calm, so that nothing excuses a replay. */
  private async leave(): Promise<void> {
    const { clock, crew, stream, violations } = this.options;
    await stream.put(20);
    const leaver = crew.pick();
    void crew.leave(leaver, DRAIN_TIMEOUT);
    await clock.advance(DRAIN_TIMEOUT + STOP_TIME);
    if (crew.leaving.has(leaver)) violations.add(10, `${leaver.name} does not stop`);
    crew.start();
  }
}
