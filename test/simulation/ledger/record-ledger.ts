import type { Checkpoint } from '../../../src/checkpointers/checkpoint.js';
import type { RecordPlace } from '../../../src/observability/kinesis-event.js';
import type { Violations } from '../checks.js';
import { short } from '../trace.js';

/** What is put: the n-th user record of its key. */
export interface Payload {
  readonly key: string;
  readonly n: number;
}

/** A user record that was put, and what has become of it. */
export interface PutRecord extends Payload {
  readonly log: ShardLog;
  /** Its place among the user records of its shard. */
  readonly index: number;
  /** The service's wall time, in milliseconds since the Unix epoch. */
  readonly arrival: number;
  finished: boolean;
  /** Put before the application's starting position. */
  excused: boolean;
}

/** All user records of one shard, in its order. */
export interface ShardLog {
  readonly shardId: string;
  readonly parents: readonly ShardLog[];
  readonly records: PutRecord[];
  /** Sequence number to the place of the first user record of that Kinesis record. */
  readonly places: Map<string, number>;
  /** All before it are settled. */
  firstOpen: number;
}

interface KeyLog {
  readonly records: PutRecord[];
  firstOpen: number;
}

/** Milliseconds that the service keeps records. */
export const RETENTION = 24 * 3_600_000;

/** Knows every user record put, where it lies, and whether its handler has finished: checks 1 to 3, and part of 4. */
export class RecordLedger {
  readonly shards = new Map<string, ShardLog>();
  private readonly keys = new Map<string, KeyLog>();
  /** Where the application was told to start. */
  private readonly startTimes = new Set<number>();
  private put = 0;

  constructor(
    private readonly violations: Violations,
    /** The service's wall time. */
    private readonly serviceTime: () => number,
    /** Whether the records of a key are handled in order. */
    private readonly isOrdered: boolean,
  ) {}

  /** User records put so far. */
  get count(): number {
    return this.put;
  }

  addShard(shardId: string, parentShardIds: readonly string[]): void {
    if (this.shards.has(shardId)) return;
    const parents = parentShardIds.flatMap((parent) => this.shards.get(parent) ?? []);
    this.shards.set(shardId, { shardId, parents, records: [], places: new Map(), firstOpen: 0 });
  }

  /** The next number of a key. */
  next(key: string): Payload {
    return { key, n: this.keyLog(key).records.length };
  }

  /** The service has stored one Kinesis record with these user records. */
  onPut(shardId: string, sequenceNumber: string, arrival: number, payloads: readonly Payload[]): void {
    const log = this.shardLog(shardId);
    log.places.set(sequenceNumber, log.records.length);
    for (const { key, n } of payloads) {
      const record = { key, n, log, index: log.records.length, arrival, finished: false, excused: false };
      log.records.push(record);
      this.keyLog(key).records.push(record);
      this.put++;
    }
  }

  /**
   * The lease of a shard was created at `timestamp`. If that is where the application starts, nobody asks for what the shard
   * and those before it had until then. Children go by their parents.
   */
  onStartAt(shardId: string, timestamp: number, hasLease: (shardId: string) => boolean): void {
    const log = this.shardLog(shardId);
    if (!log.parents.some((parent) => hasLease(parent.shardId))) this.startTimes.add(timestamp);
    if (this.startTimes.has(timestamp)) excuseBefore(log, timestamp);
  }

  /** The user record at a position, undefined if none was put there. */
  at(shardId: string, sequenceNumber: string, subSequenceNumber: number): PutRecord | undefined {
    const log = this.shards.get(shardId);
    const place = log?.places.get(sequenceNumber);
    return place === undefined ? undefined : log?.records[place + subSequenceNumber];
  }

  /**
   * Checks 2 and 3, for a handler that starts.
   *
   * @param together - all the records of this call
   */
  onStart(record: PutRecord, together: readonly PutRecord[]): void {
    const keyLog = this.keyLog(record.key);
    this.advance(keyLog);
    const before = keyLog.records.slice(keyLog.firstOpen, record.n);
    if (this.isOrdered && before.some((open) => !this.isSettled(open) && !together.includes(open))) {
      this.violations.add(2, `${record.key}: ${record.n} started while ${keyLog.firstOpen} is not handled`);
    }
    for (const parent of record.log.parents) {
      if (this.isDrained(parent)) continue;
      const [child, missing] = [short(record.log.shardId), parent.firstOpen];
      this.violations.add(
        3,
        `${child} is read, but record ${missing} of ${short(parent.shardId)} is not handled`,
      );
    }
  }

  onFinish(record: PutRecord): void {
    record.finished = true;
  }

  /** The record was given up in a way that its handler's policy allows. */
  settleAt(place: Pick<RecordPlace, 'shardId' | 'sequenceNumber' | 'subSequenceNumber'>): void {
    const record = this.at(place.shardId, place.sequenceNumber, place.subSequenceNumber);
    if (record) record.finished = true;
  }

  /**
   * The place of the last user record a checkpoint covers in its shard: -1 when none, undefined when the checkpoint
   * names no record there is.
   */
  placeOf(shardId: string, checkpoint: Checkpoint): number | undefined {
    const log = this.shardLog(shardId);
    if (checkpoint.type === 'SHARD_END') return log.records.length - 1;
    if (checkpoint.type !== 'SEQUENCE') return -1;
    const place = log.places.get(checkpoint.sequenceNumber);
    return place === undefined ? undefined : place + checkpoint.subSequenceNumber;
  }

  /** The second half of check 4. */
  onCheckpoint(shardId: string, checkpoint: Checkpoint): void {
    const place = this.placeOf(shardId, checkpoint);
    if (place === undefined) {
      this.violations.add(4, `${short(shardId)}: the checkpoint names no record that was put`);
      return;
    }
    const log = this.shardLog(shardId);
    this.advance(log);
    if (log.firstOpen <= place) {
      this.violations.add(
        4,
        `${short(shardId)}: checkpoint at ${place} passes unfinished record ${log.firstOpen}`,
      );
    }
  }

  /**
   * Whether no record of the shard from `from` up to, but without, `to` had to be delivered.
   *
   * @param finished - places of those that have been
   */
  mayBeSkipped(log: ShardLog, from: number, to: number, finished: ReadonlySet<number>): boolean {
    for (let i = from; i < to; i++) {
      const record = log.records[i];
      if (record && !finished.has(i) && !this.isBeyondSaving(record)) return false;
    }
    return true;
  }

  /** Whether every record put is handled. */
  get isComplete(): boolean {
    return [...this.shards.values()].every((log) => this.isDrained(log));
  }

  /** Check 1, at the end. */
  settle(): void {
    for (const log of this.shards.values()) {
      if (this.isDrained(log)) continue;
      const missing = log.records.filter((record) => !this.isSettled(record)).length;
      this.violations.add(
        1,
        `${short(log.shardId)}: ${missing} of ${log.records.length} records never handled`,
      );
    }
  }

  private isDrained(log: ShardLog): boolean {
    this.advance(log);
    return log.firstOpen === log.records.length;
  }

  private advance(log: KeyLog): void {
    for (let record = log.records[log.firstOpen]; record; record = log.records[log.firstOpen]) {
      if (!this.isSettled(record)) return;
      log.firstOpen++;
    }
  }

  private isSettled(record: PutRecord): boolean {
    return record.finished || this.isBeyondSaving(record);
  }

  private isBeyondSaving(record: PutRecord): boolean {
    return record.excused || record.arrival < this.serviceTime() - RETENTION;
  }

  private shardLog(shardId: string): ShardLog {
    const log = this.shards.get(shardId);
    if (!log) throw new RangeError(`the ledger was not told of ${shardId}`);
    return log;
  }

  private keyLog(key: string): KeyLog {
    let log = this.keys.get(key);
    if (!log) {
      log = { records: [], firstOpen: 0 };
      this.keys.set(key, log);
    }
    return log;
  }
}

function excuseBefore({ records, parents }: ShardLog, timestamp: number): void {
  for (const record of records) {
    if (record.arrival < timestamp) record.excused = true;
  }
  for (const parent of parents) excuseBefore(parent, timestamp);
}
