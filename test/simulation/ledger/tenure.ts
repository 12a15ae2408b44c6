import type { Checkpoint } from '../../../src/checkpointers/checkpoint.js';
import type { Position } from '../../../src/delivery/position.js';
import type { Clock } from '../../../src/runtime/clock.js';
import type { SimulatedProcess } from '../workers/simulated-process.js';
import type { PutRecord } from './record-ledger.js';

/** A worker as the ledgers know it. */
export interface Witness {
  /** As in traces. */
  readonly name: string;
  /** As in leases. */
  readonly id: string;
  readonly clock: Clock;
  readonly process: SimulatedProcess;
  /** Virtual time of the last fault that met the worker; Infinity while one lasts. */
  readonly disturbedAt: number;
  /** Virtual time at which the worker's machine last woke up. */
  readonly wokeAt: number;
  /** Virtual time since when the worker has been told to stop. */
  readonly leavingSince: number | undefined;
}

/** A call of the handler. */
export interface HandlerCall {
  readonly shardId: string;
  readonly fencingToken: number;
  readonly signal: AbortSignal;
  readonly records: readonly Position[];
}

/** A record with which a handler runs. */
export interface Delivery {
  readonly record: PutRecord;
  readonly signal: AbortSignal;
}

/** The time from one acquisition of a lease to the next change of its owner. */
export interface Tenure {
  readonly shardId: string;
  readonly worker: Witness;
  /** The counter of the acquisition. */
  readonly token: number;
  /** Where the checkpoint stood. */
  readonly from: Checkpoint;
  /** Virtual time at which the owner's last write took effect. */
  writtenAt: number;
  /** On the owner's monotonic clock, counted from the start of its last write that took effect. */
  deadline: number;
  /** Virtual time at which another worker asked for the lease. */
  askedAt: number | undefined;
  /** The fencing token of the last handler that started. */
  handlersToken: number | undefined;
  /** Places of the user records of the call that started last; empty before the first. */
  lastStarted: readonly number[];
  /** Places of those that were finished under this token. */
  readonly finished: Set<number>;
  /** Place of the last user record whose handler finished with its signal not aborted; -1 before the first. */
  lastFinished: number;
  readonly running: Set<Delivery>;
  /** Virtual time at which a handler started last. */
  lastCallAt: number;
  /** Whether the worker was at work for all the time that it had to finish what it had begun. */
  drainedInVain: boolean;
}
