import { compareCheckpoints } from '../../../src/checkpointers/checkpoint.js';
import type { Lease } from '../../../src/checkpointers/checkpointer.js';
import type { KinesisContext } from '../../../src/delivery/kinesis-context.js';
import type { VirtualClock } from '../../../src/testing/virtual-clock.js';
import type { Violations } from '../checks.js';
import { short } from '../trace.js';
import type { RecordLedger } from './record-ledger.js';
import type { Delivery, Tenure, Witness } from './tenure.js';

/** What a write to the lease store changed. */
export interface LeaseWrite {
  readonly by: Witness;
  /** When the worker began the call, on its own monotonic clock. */
  readonly startedAt: number;
  readonly before: Lease;
  readonly after: Lease;
}

/** A lease passes between two times of the same instant: comparisons of times must not be finer. */
const INSTANT = 1e-3;

/** Follows who owns which lease, and what its owner does under it: checks 2, 4, 6 and 7. */
export class LeaseLedger {
  handOffs = 0;
  /** Acquisitions. */
  moves = 0;
  readonly tenures = new Map<string, Tenure>();
  private readonly highestTokens = new Map<string, number>();

  constructor(
    private readonly violations: Violations,
    private readonly records: RecordLedger,
    private readonly clock: VirtualClock,
  ) {}

  onAcquire({ by, startedAt, before, after }: LeaseWrite): void {
    const { shardId } = after;
    const previous = this.tenures.get(shardId);
    if (previous && before.owner === previous.worker.id && previous.worker !== by) {
      this.checkTakeOver(previous, before.sessionTimeout ?? 0, by);
    }
    if (before.owner !== by.id || !previous) this.moves++;
    this.tenures.set(shardId, {
      shardId,
      worker: by,
      token: after.counter,
      from: after.checkpoint,
      writtenAt: this.clock.now(),
      deadline: startedAt + (after.sessionTimeout ?? 0),
      askedAt: undefined,
      handlersToken: undefined,
      lastStarted: -1,
      lastFinished: -1,
      running: new Set(),
    });
  }

  onOwnersWrite({ by, startedAt, after }: LeaseWrite): void {
    const tenure = this.tenures.get(after.shardId);
    if (!tenure || tenure.worker !== by) return;
    tenure.writtenAt = this.clock.now();
    tenure.deadline = Math.max(tenure.deadline, startedAt + (after.sessionTimeout ?? 0));
  }

  /** Check 4. */
  onCheckpoint({ before, after }: LeaseWrite): void {
    const { shardId, checkpoint } = after;
    if (compareCheckpoints(checkpoint, before.checkpoint) < 0) {
      this.violations.add(4, `${short(shardId)}: the checkpoint went back`);
    }
    this.records.onCheckpoint(shardId, checkpoint);
  }

  onAsk(after: Lease): void {
    const tenure = this.tenures.get(after.shardId);
    if (tenure) tenure.askedAt = after.handOffTo === undefined ? undefined : this.clock.now();
  }

  /** Check 7. */
  onRelease({ by, before, after }: LeaseWrite): void {
    const { shardId } = after;
    if (after.owner !== undefined) this.handOffs++;
    const tenure = this.tenures.get(shardId);
    this.tenures.delete(shardId);
    if (tenure?.worker !== by) return;
    const since = by.leavingSince ?? (after.owner === undefined ? undefined : tenure.askedAt);
    if (since === undefined || by.disturbedAt >= since) return;
    const covered = this.records.placeOf(shardId, before.checkpoint) ?? -1;
    if (covered < tenure.lastFinished) {
      const done = `${short(shardId)}: ${by.name} finished ${tenure.lastFinished}`;
      this.violations.add(7, `${done} and left, but its checkpoint is at ${covered}`);
    }
    if (tenure.running.size > 0) {
      this.violations.add(7, `${short(shardId)}: ${by.name} left while a handler was running`);
    }
  }

  onDelete(shardId: string): void {
    this.tenures.delete(shardId);
    this.highestTokens.delete(shardId);
  }

  /** Checks 2, 3 and 6. Returns undefined for what cannot be followed further. */
  onStart(worker: Witness, row: Lease | undefined, context: KinesisContext): Delivery | undefined {
    const { shardId, fencingToken, sequenceNumber, subSequenceNumber, signal } = context;
    const record = this.records.at(shardId, sequenceNumber, subSequenceNumber);
    if (!record) {
      this.violations.add(2, `${short(shardId)}: a handler got a record that was not put`);
      return undefined;
    }
    this.checkToken(shardId, fencingToken);
    this.records.onStart(record);
    const delivery = { record, signal };
    if (!row) return delivery;
    const tenure = this.tenures.get(shardId);
    if (row.owner !== worker.id || tenure?.worker !== worker || fencingToken < tenure.token) {
      const where = `${short(shardId)}: ${worker.name} started a handler with token ${fencingToken}`;
      this.violations.add(6, `${where}, but the lease is ${tenure?.worker.name ?? 'nobody'}'s`);
      return delivery;
    }
    if (worker.clock.now() > tenure.deadline + INSTANT) {
      const late = Math.round(worker.clock.now() - tenure.deadline);
      this.violations.add(
        6,
        `${short(shardId)}: ${worker.name} started a handler ${late} ms after its deadline`,
      );
    }
    this.checkPlace(tenure, row, record.index, fencingToken);
    tenure.running.add(delivery);
    return delivery;
  }

  onEnd(shardId: string, delivery: Delivery, finished: boolean): void {
    if (finished) this.records.onFinish(delivery.record);
    const tenure = this.tenures.get(shardId);
    if (!tenure?.running.delete(delivery)) return;
    if (finished && !delivery.signal.aborted) {
      tenure.lastFinished = Math.max(tenure.lastFinished, delivery.record.index);
    }
  }

  /** A lease must not be taken while its owner may still act under it. */
  private checkTakeOver(previous: Tenure, timeout: number, by: Witness): void {
    const { worker, shardId, running, writtenAt } = previous;
    const now = this.clock.now();
    if (now - writtenAt < timeout - INSTANT) {
      const age = Math.round(now - writtenAt);
      this.violations.add(
        6,
        `${short(shardId)}: ${by.name} took it from ${worker.name}, which wrote ${age} ms ago`,
      );
    }
    // Who is stopped cannot abort anything, and who has slept does not know yet.
    if (!worker.process.responsive || worker.process.resumedAt >= now - INSTANT || worker.wokeAt > writtenAt)
      return;
    if ([...running].some(({ signal }) => !signal.aborted)) {
      this.violations.add(
        6,
        `${short(shardId)}: taken from ${worker.name}, whose handler's signal is not aborted`,
      );
    }
  }

  private checkToken(shardId: string, token: number): void {
    const highest = this.highestTokens.get(shardId) ?? 0;
    if (token < highest) {
      this.violations.add(6, `${short(shardId)}: a handler started with token ${token} after ${highest}`);
    }
    this.highestTokens.set(shardId, Math.max(highest, token));
  }

  /** An owner goes on where the checkpoint stands, and then from record to record. */
  private checkPlace(tenure: Tenure, row: Lease, place: number, token: number): void {
    const { shardId } = tenure;
    const first = tenure.handlersToken !== token;
    const checkpointed = this.records.placeOf(shardId, first ? tenure.from : row.checkpoint) ?? -1;
    const last = first ? checkpointed : tenure.lastStarted;
    tenure.handlersToken = token;
    tenure.lastStarted = place;
    const log = this.records.shards.get(shardId);
    if (!log || place === last + 1 || (!first && place === last)) return;
    if (place > last && this.records.mayBeSkipped(log, last + 1, place)) return;
    if (place > checkpointed && this.records.mayBeSkipped(log, checkpointed + 1, place)) return;
    if (place <= checkpointed) {
      this.violations.add(
        2,
        `${short(shardId)}: record ${place} is replayed, the checkpoint is at ${checkpointed}`,
      );
      return;
    }
    const from = first ? `the checkpoint at ${checkpointed}` : `record ${last}`;
    this.violations.add(2, `${short(shardId)}: record ${place} follows on ${from}`);
  }
}
