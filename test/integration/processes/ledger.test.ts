import type { Lease } from '../../../src/checkpointers/checkpointer.js';
import { ProcessLedger, type StoredRecord } from './ledger.js';
import type { HandlerEntry, JournalEntry } from './worker/journal.js';

/** What a run may look like: the first record of a key in a shard, handled under the lease with token 1 by worker a. */
interface Call {
  worker?: string;
  shard?: string;
  token?: number;
  n?: number;
}

const record = (n: number, shardId = 's0'): StoredRecord => ({
  shardId,
  sequenceNumber: String(100 + n),
  key: 'k',
  n,
});

const call = (
  event: 'start' | 'finish',
  { worker = 'a', shard = 's0', token = 1, n = 0 }: Call,
): HandlerEntry => ({
  event,
  worker,
  fencingToken: token,
  ...record(n, shard),
});

let ledger: ProcessLedger;

const enter = (entry: HandlerEntry | Pick<JournalEntry & { worker: string }, 'event' | 'worker'>): void =>
  ledger.enter({ at: 0, ...entry } as JournalEntry);
const started = (of: Call): void => enter(call('start', of));
const handled = (of: Call): void => {
  started(of);
  enter(call('finish', of));
};
const checkpointed = (n: number, counter = 5): void => {
  const checkpoint = { type: 'SEQUENCE', sequenceNumber: String(100 + n), subSequenceNumber: 0 } as const;
  ledger.observe([{ shardId: 's0', parentShardIds: [], counter, checkpoint } satisfies Lease]);
};
const brokenRules = (records: StoredRecord[] = [], parents: Record<string, string[]> = {}): string[] => {
  ledger.settle(records, new Map(Object.entries(parents)));
  return ledger.violations.map(({ rule }) => rule);
};

beforeEach(() => {
  ledger = new ProcessLedger();
});

it('finds nothing wrong in a run of crashes, losses and reshards as they should be', () => {
  handled({ n: 0 });
  checkpointed(0);
  handled({ n: 1 });
  started({ n: 2 });
  enter({ event: 'killed', worker: 'a' });
  handled({ n: 1, worker: 'b', token: 7 });
  handled({ n: 2, worker: 'b', token: 7 });
  enter({ ...call('finish', { worker: 'b', token: 7 }), event: 'lost' } as never);
  handled({ n: 2, worker: 'c', token: 9 });
  ledger.observe([{ shardId: 's0', parentShardIds: [], counter: 12, checkpoint: { type: 'SHARD_END' } }]);
  handled({ n: 3, worker: 'a2', shard: 's1' });
  const records = [record(0), record(1), record(2), record(3, 's1')];
  expect(brokenRules(records, { s1: ['s0'] })).toEqual([]);
  expect(ledger.replays).toEqual({ killed: 2, frozen: 0, other: 1 });
});

it('misses a record that no handler finished', () => {
  handled({ n: 0 });
  started({ n: 1 });
  expect(brokenRules([record(0), record(1)])).toEqual(['lost']);
});

it('notices a record that overtakes one of its key', () => {
  started({ n: 0 });
  started({ n: 1 });
  expect(brokenRules()).toEqual(['order']);
});

it('notices a child that is read before one of its parents is done', () => {
  handled({ n: 0 });
  handled({ n: 2, shard: 's2' });
  handled({ n: 1, shard: 's1' });
  const records = [record(0), record(1, 's1'), record(2, 's2')];
  expect(brokenRules(records, { s2: ['s0', 's1'] })).toEqual(['order', 'family']);
});

it('notices a worker that goes on when another has begun', () => {
  handled({ n: 0, token: 1 });
  handled({ n: 1, worker: 'b', token: 4 });
  handled({ n: 2, token: 1 });
  expect(brokenRules()).toEqual(['stale']);
});

it('notices what is handled twice though nobody was killed or lost a lease', () => {
  handled({ n: 0 });
  enter({ event: 'told to stop', worker: 'a' });
  handled({ n: 0, worker: 'b', token: 4 });
  expect(brokenRules()).toEqual(['replay']);
});

it('notices a repetition under one lease, even if that was lost later', () => {
  handled({ n: 0 });
  handled({ n: 0 });
  enter({ ...call('finish', {}), event: 'lost' } as never);
  expect(brokenRules()).toEqual(['replay']);
});

it('notices a successor that begins before the checkpoint', () => {
  handled({ n: 0 });
  checkpointed(0);
  enter({ event: 'killed', worker: 'a' });
  handled({ n: 0, worker: 'b', token: 7 });
  expect(brokenRules()).toEqual(['rewind']);
});

it('notices a checkpoint that goes back', () => {
  checkpointed(1);
  checkpointed(0, 6);
  expect(brokenRules()).toEqual(['checkpointBack']);
});

it('notices a checkpoint that passes a record in work', () => {
  started({ n: 0 });
  checkpointed(0);
  enter(call('finish', { n: 0 }));
  expect(brokenRules([record(0)])).toEqual(['checkpointAhead']);
});
