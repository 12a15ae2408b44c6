import type { VirtualClock } from '../../src/testing/virtual-clock.js';
import type { Violations } from './checks.js';
import type { LeaseLedger } from './ledger/lease-ledger.js';
import type { Witness } from './ledger/tenure.js';
import type { Profile } from './profile.js';
import type { SimulatedStore } from './store/simulated-store.js';
import { SimulatedStream } from './stream/simulated-stream.js';
import { short } from './trace.js';
import type { SimulatedWorker } from './workers/simulated-worker.js';

/** Milliseconds between two looks at the leases, unless the store says otherwise. */
const LIST_INTERVAL = 1_000;

/** Milliseconds for calls and jitter. */
const SLACK = 1_000;

interface Orphan {
  readonly shardId: string;
  readonly victim: Witness;
  readAt: number | undefined;
}

/** Measures how long the shards of a crashed worker wait for the next: check 8. */
export class RecoveryWatch {
  private orphans: Orphan[] = [];
  private survivors: readonly SimulatedWorker[] = [];

  constructor(
    private readonly clock: VirtualClock,
    private readonly profile: Profile,
    private readonly leases: LeaseLedger,
    private readonly violations: Violations,
    private readonly store: SimulatedStore,
  ) {}

  get listInterval(): number {
    return this.profile.store.listInterval ?? LIST_INTERVAL;
  }

  /** From when a living worker last saw a lease's counter move. Milliseconds. */
  get bound(): number {
    return this.profile.settings.sessionTimeout + this.listInterval + SLACK;
  }

  /** `victim` is about to crash. */
  begin(victim: SimulatedWorker, survivors: readonly SimulatedWorker[]): void {
    this.survivors = survivors;
    this.orphans = [...this.leases.tenures.values()]
      .filter(({ worker, shardId }) => worker === victim && this.isActive(shardId))
      .map(({ shardId }) => ({ shardId, victim, readAt: undefined }));
  }

  onRead(worker: Witness, iterator: string): void {
    if (this.orphans.length === 0) return;
    const shardId = SimulatedStream.shardOf(iterator);
    for (const orphan of this.orphans) {
      if (orphan.shardId !== shardId || orphan.readAt !== undefined || orphan.victim === worker) continue;
      orphan.readAt = this.clock.now();
      this.check(orphan.shardId, orphan.readAt, worker);
    }
  }

  end(): void {
    for (const { shardId, readAt } of this.orphans) {
      if (readAt === undefined && this.isActive(shardId)) {
        this.violations.add(8, `${short(shardId)} is not read again after its worker crashed`);
      }
    }
    this.orphans = [];
    this.survivors = [];
  }

  private check(shardId: string, readAt: number, reader: Witness): void {
    const tenure = this.leases.tenures.get(shardId);
    if (!tenure || tenure.worker !== reader) return;
    // The row stood at the counter before the acquisition.
    const seen = this.survivors.flatMap(({ sightings }) => {
      const sighting = sightings.get(shardId);
      return sighting?.counter === tenure.token - 1 ? [sighting.at] : [];
    });
    const waited = readAt - Math.min(...seen);
    if (waited > this.bound) {
      const times = `${Math.round(waited)} ms, more than ${this.bound} ms`;
      this.violations.add(8, `${short(shardId)} waited for its next worker ${times}`);
    }
  }

  private isActive(shardId: string): boolean {
    const row = this.store.rows.get(shardId);
    if (row?.parentShardIds.some((parent) => this.store.isOwed(parent))) return false;
    return row?.checkpoint.type !== 'SHARD_END';
  }
}
