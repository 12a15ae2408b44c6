import type { Checkpoint } from '../../../src/checkpointers/checkpoint.js';
import { compareCheckpoints, compareSequenceNumbers } from '../../../src/checkpointers/checkpoint.js';
import type { Lease } from '../../../src/checkpointers/checkpointer.js';
import type { HandlerEntry, JournalEntry } from './worker/journal.js';

/** A record as the stream holds it. */
export interface StoredRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly key: string;
  readonly n: number;
}

export const RULES = {
  lost: 'every record is handled',
  order: 'a record is first handled when all before it of its key are',
  family: 'no record of a child shard is handled before the last of its parents',
  stale: 'no worker starts a handler for a shard that another has begun to read since',
  replay: 'nothing is handled twice but what a worker had in hand that was killed or lost its lease',
  rewind: 'no worker begins before the checkpoint that its lease had',
  checkpointBack: 'no checkpoint goes back',
  checkpointAhead: 'no checkpoint passes a record that is not handled',
} as const;

export type Rule = keyof typeof RULES;

interface Start {
  readonly index: number;
  readonly worker: string;
  readonly lease: string;
}

interface Account {
  readonly starts: Start[];
  /** Place in the journal at which the record was handled for the first time. */
  finishedAt?: number;
}

/** A shard that went on with another worker, though the one before had neither been killed nor told to stop. */
interface Passage {
  readonly to: string;
  /** The one it was read under before. */
  readonly lease: string;
}

interface Observation {
  readonly index: number;
  readonly shardId: string;
  readonly checkpoint: Checkpoint;
}

/** Keeps account of what the workers wrote down and of what the store showed, and judges by the promises. */
export class ProcessLedger {
  readonly violations: { readonly rule: Rule; readonly text: string }[] = [];
  private index = 0;
  private readonly accounts = new Map<string, Account>();
  /** How many records of a key are handled without a gap. */
  private readonly handledOf = new Map<string, number>();
  private readonly readers = new Map<string, { token: number; worker: string }>();
  private readonly passages: Passage[] = [];
  private readonly seen = new Map<string, Lease>();
  private readonly observations: Observation[] = [];
  private readonly fates = new Map<string, Set<string>>();
  private readonly lostLeases = new Set<string>();

  /** Records that a worker has handled, each counted once. */
  get handled(): number {
    return [...this.handledOf.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The shards that a worker was the last to start a handler for, those that have ended left out. */
  shardsOf(worker: string): string[] {
    return [...this.readers]
      .filter(([shardId, reader]) => reader.worker === worker && !this.hasEnded(shardId))
      .map(([shardId]) => shardId);
  }

  /** How many shards a worker has gone on with that another one, alive and well, gave up for it. */
  handedOffTo(worker: string): number {
    return this.passages.filter(({ to, lease }) => to === worker && !this.lostLeases.has(lease)).length;
  }

  /** Whether the store shows that nothing is left to read of a shard. */
  hasEnded(shardId: string): boolean {
    return this.seen.get(shardId)?.checkpoint.type === 'SHARD_END';
  }

  /** The fencing token of the last handler started for a shard; 0 before the first. */
  tokenOf(shardId: string): number {
    return this.readers.get(shardId)?.token ?? 0;
  }

  /** Whether this has happened to a worker, or it has said so itself. */
  has(worker: string, fate: JournalEntry['event']): boolean {
    return this.fates.get(worker)?.has(fate) ?? false;
  }

  enter(entry: JournalEntry): void {
    this.index++;
    if (!('worker' in entry)) return;
    const fates = this.fates.get(entry.worker) ?? new Set();
    this.fates.set(entry.worker, fates.add(entry.event));
    if (entry.event === 'start') this.onStart(entry);
    else if (entry.event === 'finish') this.onFinish(entry);
    else if (entry.event === 'lost') this.lostLeases.add(leaseOf(entry));
  }

  /** What the store showed after all that has been entered so far. */
  observe(leases: readonly Lease[]): void {
    for (const lease of leases) {
      const { shardId, checkpoint } = lease;
      const before = this.seen.get(shardId);
      this.seen.set(shardId, lease);
      const order = before ? compareCheckpoints(checkpoint, before.checkpoint) : 1;
      if (order < 0) this.report('checkpointBack', shardId);
      if (order > 0) this.observations.push({ index: this.index, shardId, checkpoint });
    }
  }

  private onStart(entry: HandlerEntry): void {
    const { key, n, worker, shardId, fencingToken, sequenceNumber } = entry;
    if (fencingToken < this.tokenOf(shardId)) {
      this.report('stale', `${worker} started ${key}/${n} of ${shardId} with token ${fencingToken}`);
    } else {
      this.onReader(entry);
    }
    const account = this.accounts.get(nameOf(entry)) ?? { starts: [] };
    this.accounts.set(nameOf(entry), account);
    const handled = this.handledOf.get(key) ?? 0;
    if (account.starts.length === 0 && n > handled) this.report('order', `${key}/${n} before ${handled}`);
    account.starts.push({ index: this.index, worker, lease: leaseOf(entry) });

    const seen = this.seen.get(shardId);
    // A token is the counter at acquisition: with a higher one, the lease was taken after it had been seen like this.
    if (seen && fencingToken > seen.counter && covers(seen.checkpoint, sequenceNumber)) {
      this.report('rewind', `${worker} started ${key}/${n} of ${shardId}, which was checkpointed`);
    }
  }

  private onReader({ shardId, fencingToken, worker }: HandlerEntry): void {
    const before = this.readers.get(shardId);
    this.readers.set(shardId, { token: fencingToken, worker });
    if (!before || before.token === fencingToken) return;
    const lease = leaseOf({ shardId, fencingToken: before.token });
    const living = !this.has(before.worker, 'killed') && !this.has(before.worker, 'told to stop');
    if (living) this.passages.push({ to: worker, lease });
  }

  private onFinish(entry: HandlerEntry): void {
    const account = this.accounts.get(nameOf(entry));
    if (account) account.finishedAt ??= this.index;
    const handled = this.handledOf.get(entry.key) ?? 0;
    if (entry.n === handled) this.handledOf.set(entry.key, handled + 1);
  }

  /**
   * Judges what can only be judged at the end.
   *
   * @param records - all there are in the stream
   * @param parents - of each shard
   */
  settle(records: readonly StoredRecord[], parents: ReadonlyMap<string, readonly string[]>): void {
    const shards = new Map<string, StoredRecord[]>();
    for (const record of records) {
      shards.set(record.shardId, [...(shards.get(record.shardId) ?? []), record]);
      if (this.finishOf(record) === Infinity) this.report('lost', nameOf(record));
    }
    for (const [shardId, own] of shards) {
      const ancestors = (parents.get(shardId) ?? []).flatMap((parent) => shards.get(parent) ?? []);
      const parentsEnd = Math.max(-1, ...ancestors.map((record) => this.finishOf(record)));
      const begin = Math.min(...own.map((record) => this.account(record)?.starts[0]?.index ?? Infinity));
      if (begin < parentsEnd) this.report('family', shardId);
    }
    this.settleCheckpoints(shards);
    this.settleReplays();
  }

  /** Handler calls of records whose handling had begun before, by what had become of the worker. */
  get replays(): { killed: number; frozen: number; other: number } {
    const replays = { killed: 0, frozen: 0, other: 0 };
    for (const { starts } of this.accounts.values()) {
      for (const { worker } of starts.slice(0, -1)) {
        if (this.has(worker, 'killed')) replays.killed++;
        else if (this.has(worker, 'frozen')) replays.frozen++;
        else replays.other++;
      }
    }
    return replays;
  }

  private settleCheckpoints(shards: ReadonlyMap<string, readonly StoredRecord[]>): void {
    for (const { index, shardId, checkpoint } of this.observations) {
      const passed = (shards.get(shardId) ?? []).filter(
        (record) => covers(checkpoint, record.sequenceNumber) && this.finishOf(record) > index,
      );
      for (const record of passed) this.report('checkpointAhead', `${shardId} passed ${nameOf(record)}`);
    }
  }

  private settleReplays(): void {
    for (const [name, { starts }] of this.accounts) {
      for (const [position, start] of starts.slice(1).entries()) {
        const before = starts[position];
        if (!before) continue;
        const broken = this.has(before.worker, 'killed') || this.lostLeases.has(before.lease);
        if (!broken || start.lease === before.lease) {
          this.report('replay', `${name} by ${before.worker} (${before.lease}) and ${start.worker}`);
        }
      }
    }
  }

  private account(record: { key: string; n: number }): Account | undefined {
    return this.accounts.get(nameOf(record));
  }

  private finishOf(record: { key: string; n: number }): number {
    return this.account(record)?.finishedAt ?? Infinity;
  }

  private report(rule: Rule, text: string): void {
    this.violations.push({ rule, text });
  }
}

function nameOf({ key, n }: { key: string; n: number }): string {
  return `${key}/${n}`;
}

function leaseOf({ shardId, fencingToken }: { shardId: string; fencingToken: number }): string {
  return `${shardId}#${fencingToken}`;
}

function covers(checkpoint: Checkpoint, sequenceNumber: string): boolean {
  if (checkpoint.type === 'SHARD_END') return true;
  return (
    checkpoint.type === 'SEQUENCE' && compareSequenceNumbers(sequenceNumber, checkpoint.sequenceNumber) <= 0
  );
}
