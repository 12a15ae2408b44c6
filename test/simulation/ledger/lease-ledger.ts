import { compareCheckpoints } from '../../../src/checkpointers/checkpoint.js';
import type { Lease } from '../../../src/checkpointers/checkpointer.js';
import type { VirtualClock } from '../../../src/testing/virtual-clock.js';
import type { RecordPlace } from '../../../src/observability/kinesis-event.js';
import type { Violations } from '../checks.js';
import { short } from '../trace.js';
import type { RecordLedger } from './record-ledger.js';
import type { Delivery, HandlerCall, Tenure, Witness } from './tenure.js';

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

/** After a fault, what failed is tried again and done within so long, in milliseconds. */
const ANOTHER_TRY = 1_000;

/** A worker that waits for its handlers to succeed has called one so lately, in milliseconds. */
const AT_WORK = 2_000;

/** Follows who owns which lease, and what its owner does under it: checks 2, 4, 6 and 7. */
export class LeaseLedger {
  handOffs = 0;
  /** Acquisitions. */
  moves = 0;
  readonly tenures = new Map<string, Tenure>();
  private readonly highestTokens = new Map<string, number>();
  /** Shards whose row was deleted: a new one counts from 0 again, so that owner and counter no longer tell rows apart. */
  private readonly recounted = new Set<string>();

  constructor(
    private readonly violations: Violations,
    private readonly records: RecordLedger,
    private readonly clock: VirtualClock,
    /** Whether a shard's records are handled one call at a time, in their order. */
    private readonly isSequential: boolean,
  ) {}

  onAcquire({ by, startedAt, before, after }: LeaseWrite): void {
    const { shardId } = after;
    const previous = this.tenures.get(shardId);
    const isTaken = previous && before.owner === previous.worker.id && previous.worker !== by;
    if (isTaken && !this.recounted.has(shardId)) {
      this.checkTakeOver(previous, before.sessionTimeout ?? 0, by);
    }
    // A row that was deleted comes back when somebody misses it.
    if ((before.owner !== by.id || !previous) && !this.recounted.has(shardId)) this.moves++;
    this.tenures.set(shardId, {
      shardId,
      worker: by,
      token: after.counter,
      from: after.checkpoint,
      writtenAt: this.clock.now(),
      deadline: startedAt + (after.sessionTimeout ?? 0),
      askedAt: undefined,
      handlersToken: undefined,
      lastStarted: [],
      finished: new Set(),
      lastFinished: -1,
      running: new Set(),
      lastCallAt: -Infinity,
      drainedInVain: false,
    });
  }

  onOwnersWrite({ by, startedAt, before, after }: LeaseWrite): void {
    this.checkWriter(by, before);
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
  onRelease({ by, startedAt, before, after }: LeaseWrite): void {
    const { shardId } = after;
    this.checkWriter(by, before);
    if (after.owner !== undefined) this.handOffs++;
    const tenure = this.tenures.get(shardId);
    this.tenures.delete(shardId);
    if (tenure?.worker !== by) return;
    const since = by.leavingSince ?? (after.owner === undefined ? undefined : tenure.askedAt);
    // Who gives back what it has lost before gives back a lease, but hands nothing off.
    if (since === undefined || startedAt > tenure.deadline) return;
    // Since its last write it may have lost the lease, in its own eyes.
    if (by.disturbedAt >= Math.min(since, tenure.writtenAt)) return;
    const covered = this.records.placeOf(shardId, before.checkpoint) ?? -1;
    if (covered < tenure.lastFinished && !tenure.drainedInVain) {
      const done = `${short(shardId)}: ${by.name} finished ${tenure.lastFinished}`;
      this.violations.add(7, `${done} and left, but its checkpoint is at ${covered}`);
    }
    if (tenure.running.size > 0) {
      this.violations.add(7, `${short(shardId)}: ${by.name} left while a handler was running`);
    }
  }

  /** A worker says that it has lost a lease: to another one, or because it could not renew it in time. */
  onReportedLoss(worker: Witness, row: Lease | undefined, reason: string): void {
    if (row?.owner !== worker.id) return;
    const shard = short(row.shardId);
    if (reason.includes('another worker')) {
      this.violations.add(5, `${shard}: ${worker.name} takes its own write for another worker's`);
    }
    const tenure = this.tenures.get(row.shardId);
    if (reason.includes('renewed in time') && tenure && isHealthySince(worker, tenure.writtenAt)) {
      this.violations.add(8, `${shard}: ${worker.name} lost it, and nothing has kept it from renewing`);
    }
  }

  onDelete(shardId: string): void {
    this.tenures.delete(shardId);
    this.recounted.add(shardId);
  }

  /** Checks 2, 3 and 6. Returns what can be followed further. */
  onStart(worker: Witness, row: Lease | undefined, call: HandlerCall): readonly Delivery[] {
    const { shardId, fencingToken, signal } = call;
    const records = call.records
      .map((position) => this.records.at(shardId, position.sequenceNumber, position.subSequenceNumber))
      .filter((record) => record !== undefined);
    if (records.length < call.records.length) {
      this.violations.add(2, `${short(shardId)}: a handler got a record that was not put`);
    }
    for (const record of records) this.records.onStart(record, records);
    const deliveries = records.map((record) => ({ record, signal }));
    if (!row || this.recounted.has(shardId)) return deliveries;
    this.checkToken(shardId, fencingToken);
    const tenure = this.tenures.get(shardId);
    if (row.owner !== worker.id || tenure?.worker !== worker || fencingToken < tenure.token) {
      const where = `${short(shardId)}: ${worker.name} started a handler with token ${fencingToken}`;
      this.violations.add(6, `${where}, but the lease is ${tenure?.worker.name ?? 'nobody'}'s`);
      return deliveries;
    }
    if (worker.clock.now() > tenure.deadline + INSTANT) {
      const late = Math.round(worker.clock.now() - tenure.deadline);
      this.violations.add(
        6,
        `${short(shardId)}: ${worker.name} started a handler ${late} ms after its deadline`,
      );
    }
    this.checkPlaces(
      tenure,
      row,
      fencingToken,
      records.map(({ index }) => index),
    );
    for (const delivery of deliveries) tenure.running.add(delivery);
    tenure.lastCallAt = this.clock.now();
    return deliveries;
  }

  /** A worker could not finish in time what it had begun: no fault of its own if handlers failed until the end. */
  onDrainTimeout(worker: Witness, shardId: string, timeouts: { stop: number; handOff: number }): void {
    const tenure = this.tenures.get(shardId);
    if (tenure?.worker !== worker) return;
    const now = this.clock.now();
    const begun = [
      [worker.leavingSince, timeouts.stop],
      [tenure.askedAt, timeouts.handOff],
    ] as const;
    const isOver = begun.some(([since = Infinity, timeout]) => now - since >= timeout - INSTANT);
    tenure.drainedInVain = isOver && now - tenure.lastCallAt < AT_WORK;
  }

  onEnd(shardId: string, delivery: Delivery, finished: boolean): void {
    if (finished) this.records.onFinish(delivery.record);
    const tenure = this.tenures.get(shardId);
    if (!tenure?.running.delete(delivery)) return;
    if (finished && !delivery.signal.aborted) {
      tenure.finished.add(delivery.record.index);
      tenure.lastFinished = Math.max(tenure.lastFinished, delivery.record.index);
    }
  }

  /** An owner has given a record up, and goes on behind it. */
  onGivenUp(worker: Witness, { shardId, sequenceNumber, subSequenceNumber }: RecordPlace): void {
    const tenure = this.tenures.get(shardId);
    const record = this.records.at(shardId, sequenceNumber, subSequenceNumber);
    if (!record || tenure?.worker !== worker) return;
    tenure.finished.add(record.index);
    tenure.lastFinished = Math.max(tenure.lastFinished, record.index);
  }

  /** Check 5, of those who know what they write but do not own it. */
  private checkWriter(by: Witness, before: Lease): void {
    if (before.owner === by.id) return;
    this.violations.add(5, `${short(before.shardId)}: ${by.name} writes to a lease that is not its own`);
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
    if (worker.process.responsive && isHealthySince(worker, writtenAt)) {
      this.violations.add(
        8,
        `${short(shardId)}: ${by.name} took it from ${worker.name}, which nothing has kept from renewing`,
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

  /** An owner goes on where the checkpoint stands, and finishes each record once. */
  private checkPlaces(tenure: Tenure, row: Lease, token: number, places: readonly number[]): void {
    const { shardId } = tenure;
    const isFirst = tenure.handlersToken !== token;
    const checkpointed = this.records.placeOf(shardId, isFirst ? tenure.from : row.checkpoint) ?? -1;
    const before = isFirst ? [checkpointed] : tenure.lastStarted;
    if (isFirst) tenure.finished.clear();
    tenure.handlersToken = token;
    tenure.lastStarted = places;
    for (const place of places) {
      if (place <= checkpointed) {
        const replayed = `record ${place} is replayed, the checkpoint is at ${checkpointed}`;
        this.violations.add(2, `${short(shardId)}: ${replayed}`);
      } else if (tenure.finished.has(place)) {
        this.violations.add(2, `${short(shardId)}: record ${place} is finished, and comes again`);
      }
    }
    if (this.isSequential) this.checkSequence(tenure, places, before, checkpointed, isFirst);
  }

  /** From record to record, but for those that fail. */
  private checkSequence(
    { shardId, finished }: Tenure,
    places: readonly number[],
    before: readonly number[],
    checkpointed: number,
    isFirst: boolean,
  ): void {
    const log = this.records.shards.get(shardId);
    const [start = -1] = places;
    const last = before.at(-1) ?? checkpointed;
    const isRetry = !isFirst && before.includes(start);
    const follows =
      isRetry ||
      !log ||
      this.records.mayBeSkipped(log, last + 1, start, finished) ||
      this.records.mayBeSkipped(log, checkpointed + 1, start, finished);
    const from = isFirst ? `the checkpoint at ${checkpointed}` : `record ${last}`;
    if (!follows) this.violations.add(2, `${short(shardId)}: record ${start} follows on ${from}`);
    const gap = places.find((place, i) => {
      const previous = places[i - 1];
      return log && previous !== undefined && !this.records.mayBeSkipped(log, previous + 1, place, finished);
    });
    if (gap !== undefined) this.violations.add(2, `${short(shardId)}: a batch has a gap before ${gap}`);
  }
}

/** Whether nothing has kept a worker from what it must do since, and including, a write that took effect at `writtenAt`. */
function isHealthySince(worker: Witness, writtenAt: number): boolean {
  return worker.disturbedAt < writtenAt - ANOTHER_TRY;
}
