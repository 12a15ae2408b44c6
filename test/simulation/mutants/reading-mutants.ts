import type { Mutant } from './mutant.js';

const SCHEDULER = 'src/scheduler';
const LEASE_CREATION = `${SCHEDULER}/lease-creation.ts`;
const POLLING_READER = `${SCHEDULER}/polling-reader.ts`;
const SHARD_POSITION = `${SCHEDULER}/shard-position.ts`;
const SHARD_WORKER = `${SCHEDULER}/shard-worker.ts`;
const DELIVERY = 'src/delivery';
const IN_FLIGHT = `${DELIVERY}/in-flight.ts`;

export const LENDING_MUTANTS: readonly Mutant[] = [
  {
    name: 'a page is taken back when one of its records is finished',
    why: 'records are made of what other records have left in the buffer',
    file: IN_FLIGHT,
    find: '    record.outstanding--;\n',
    replace: '    record.outstanding--;\n    this.pages.peek()?.takeBack?.();\n',
  },
];

export const TOPOLOGY_MUTANTS: readonly Mutant[] = [
  {
    name: 'the adjacent parent is ignored',
    why: 'the child of a merge is read when one parent is done',
    file: LEASE_CREATION,
    find: 'return lease.parentShardIds.every((parent) => {',
    replace: 'return lease.parentShardIds.slice(0, 1).every((parent) => {',
  },
  {
    name: 'children are read before their parents have ended',
    why: 'records of a key come out of order',
    file: LEASE_CREATION,
    find: "parentLease ? parentLease.checkpoint.type === 'SHARD_END' :",
    replace: 'parentLease ? true :',
  },
  {
    name: 'a null iterator is believed',
    why: 'a shard counts as done that has records left',
    file: POLLING_READER,
    find: 'if (page.nextIterator === undefined && page.childShards.length > 0) return page.childShards;',
    replace: 'if (page.nextIterator === undefined) return page.childShards;',
  },
  {
    name: 'the beginning of a shard is read as its end',
    why: 'what a child has before its first iterator is lost',
    file: SHARD_POSITION,
    find: "case 'TRIM_HORIZON':\n",
    replace: "case 'TRIM_HORIZON':\n      return { type: 'LATEST' };\n",
  },
  {
    name: 'LATEST is resolved by each reader anew',
    why: 'a restart before the first checkpoint skips records',
    file: SHARD_POSITION,
    find: "case 'AT_TIMESTAMP':\n",
    replace:
      "case 'AT_TIMESTAMP':\n      if (checkpoint.type === 'AT_TIMESTAMP') return { type: 'LATEST' };\n",
  },
  {
    name: 'children start at a time and not at their beginning',
    why: 'what a child has before that time is lost',
    file: LEASE_CREATION,
    find: "    : { type: 'TRIM_HORIZON' };\n}",
    replace: "    : { type: 'AT_TIMESTAMP', timestamp: Date.UTC(2026, 0, 1, 0, 0, 40) };\n}",
  },
  {
    name: 'a parent whose lease was deleted counts as done',
    why: 'children are read before it',
    file: LEASE_CREATION,
    find: ': isSettled(parent);',
    replace: ': true;',
  },
  {
    name: 'a parent nobody has heard of counts as done',
    why: 'its lease was deleted before this worker came',
    file: `${SCHEDULER}/shard-scheduler.ts`,
    find: 'return settled === true;',
    replace: 'return settled !== false;',
  },
  {
    name: 'a shard whose child has a lease counts as done',
    why: 'the lease of a parent was deleted, and nobody misses it',
    file: LEASE_CREATION,
    find: "if (checkpoint.type === 'TRIM_HORIZON') return [];",
    replace: '',
  },
  {
    name: 'an expired shard never ends',
    why: 'its children wait for ever',
    file: `${SCHEDULER}/shard-sync.ts`,
    find: 'return shards.length > 0 && !shards.some(',
    replace: 'return shards.length < 0 && !shards.some(',
  },
];

export const DELIVERY_MUTANTS: readonly Mutant[] = [
  {
    name: 'what is handed out counts as finished',
    why: 'a checkpoint passes a record whose handler is running',
    file: IN_FLIGHT,
    find: 'first?.outstanding === 0;',
    replace: 'first !== undefined;',
  },
  {
    name: 'the sub-sequence number is forgotten on resuming',
    why: 'the rest of an aggregate is lost',
    file: IN_FLIGHT,
    find: 'comparePositions(position, passOver) > 0',
    replace: 'position.sequenceNumber > passOver.sequenceNumber',
  },
  {
    name: 'an aggregate is resumed from its first user record',
    why: 'what is done is done again',
    file: IN_FLIGHT,
    find: 'comparePositions(position, passOver) > 0',
    replace: 'position.sequenceNumber >= passOver.sequenceNumber',
  },
  {
    name: 'a failure counts as handled',
    why: 'a record is lost whose handler failed',
    file: `${DELIVERY}/recovery.ts`,
    find: 'let failure: Failure | undefined = failed;',
    replace:
      'for (const record of failed.records) this.options.feed.finish(record);\n    let failure: Failure | undefined;',
  },
  {
    name: 'a key runs in several lanes',
    why: 'the records of a key overtake each other',
    file: `${DELIVERY}/pipeline.ts`,
    find: 'hashOfKey(key)',
    replace: 'hashOfKey(key + record.sequenceNumber)',
  },
  {
    name: 'who gives a shard up leaves what others have come past',
    why: 'the next owner handles again what was finished beyond',
    file: `${DELIVERY}/starts.ts`,
    find: 'const isFree = this.gate.isOpen && !this.stopped;\n    if (!isFree && !hasBegun) return false;',
    replace: 'if (!this.gate.isOpen || this.stopped) return false;',
  },
  {
    name: 'what others have come past is not tried again',
    why: 'a batch that failed is handled again by the next owner, and so is what was finished beyond',
    file: `${DELIVERY}/starts.ts`,
    find: 'return last.index < this.highest || last.index - first.index >= records.length;',
    replace: 'return last.index < this.highest;',
  },
  {
    name: 'what was read counts as handed out',
    why: 'a pause drops what was read ahead',
    file: SHARD_WORKER,
    find: 'dropReadAhead(): void {',
    replace: `dropReadAhead(): void {
      const last = [...(this.reader?.buffered ?? [])].at(-1)?.records.at(-1);
      if (last) this.restartAt = { type: 'SEQUENCE', sequenceNumber: last.sequenceNumber, subSequenceNumber: 0 };`,
  },
  {
    name: 'an expired iterator is replaced by one at the tip',
    why: 'what lies between is lost',
    file: POLLING_READER,
    find: 'this.iterator = undefined;\n      return;',
    replace:
      "this.iterator = undefined;\n      Object.assign(this.position, { position: { type: 'LATEST' }, handedOut: false });\n      return;",
  },
];

export const BOUND_MUTANTS: readonly Mutant[] = [
  {
    name: 'what was read is never given back',
    why: 'readers starve',
    file: POLLING_READER,
    find: 'const release = (): void => room.release();',
    replace: 'const release = (): void => undefined;',
  },
  {
    name: 'records are not counted against the bound',
    why: 'more is held than may be',
    file: `${SCHEDULER}/read-budget.ts`,
    find: 'const granted = { bytes, records: Math.min(records, this.options.maxRecords - this.records) };',
    replace: 'const granted = { bytes, records };',
  },
  {
    name: 'a failed read gives its room back never',
    why: 'readers starve after errors',
    file: POLLING_READER,
    find: 'room.release();\n        signal.throwIfAborted();',
    replace: 'signal.throwIfAborted();',
  },
];
