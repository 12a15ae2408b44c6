import type { Mutant } from './mutant.js';

const SCHEDULER = 'src/scheduler';
const HELD_LEASE = `${SCHEDULER}/held-lease.ts`;
const LEASE_TAKER = `${SCHEDULER}/lease-taker.ts`;
const LEASE_OBSERVER = `${SCHEDULER}/lease-observer.ts`;
const LEASE_CREATION = `${SCHEDULER}/lease-creation.ts`;
const POLLING_READER = `${SCHEDULER}/polling-reader.ts`;
const SHARD_POSITION = `${SCHEDULER}/shard-position.ts`;
const SHARD_WORKER = `${SCHEDULER}/shard-worker.ts`;
const DELIVERY = 'src/delivery/shard-delivery.ts';
const MEMORY = 'src/checkpointers/memory-checkpointer.ts';

const STORE_MUTANTS: readonly Mutant[] = [
  {
    name: 'the store fences on the owner alone',
    why: 'a worker overwrites what it wrote later itself',
    file: MEMORY,
    find: 'return current?.owner === expected.owner && current?.counter === expected.counter;',
    replace: 'return current?.owner === expected.owner;',
  },
  {
    name: 'the store fences not at all',
    why: 'a worker that was paused overwrites its successor',
    file: MEMORY,
    find: 'return current?.owner === expected.owner && current?.counter === expected.counter;',
    replace: 'return current !== undefined;',
  },
  {
    name: 'a renewal does not move the counter',
    why: 'other workers take a lease whose owner lives',
    file: MEMORY,
    find: '{ ...change(current), counter: current.counter + 1 }',
    replace: '{ ...change(current), counter: current.counter + (change(current) === current ? 0 : 1) }',
  },
  {
    name: 'a request for a hand-off moves the counter',
    why: "the owner's next write fails because somebody asked",
    file: MEMORY,
    find: 'this.put(scope, worker === undefined ? lease : { ...lease, handOffTo: worker });',
    replace:
      'this.put(scope, { ...lease, counter: lease.counter + 1, ...(worker && { handOffTo: worker }) });',
  },
  {
    name: 'a release forgets who asked',
    why: 'a hand-off ends with whoever is quickest',
    file: MEMORY,
    find: 'handOffTo === undefined ? lease : { ...lease, owner: handOffTo },',
    replace: 'lease,',
  },
];

const OWNERSHIP_MUTANTS: readonly Mutant[] = [
  {
    name: "another worker's write is adopted as one's own",
    why: 'a worker goes on with a lease that was taken from it',
    file: HELD_LEASE,
    find: "else if (current.owner !== this.lease.owner) this.lose('taken');",
    replace: "else if (current.owner === undefined) this.lose('taken');",
  },
  {
    name: 'a lost reply is taken for a lost lease',
    why: 'a worker drops what nobody has taken',
    file: HELD_LEASE,
    find: "else if (current.owner !== this.lease.owner) this.lose('taken');\n    else this.lease = current;",
    replace: "else this.lose('taken');",
  },
  {
    name: 'the deadline is counted from the end of the renewal',
    why: 'a lease that others may take counts as held',
    file: HELD_LEASE,
    find: 'this.confirmedAt = startedAt;',
    replace: 'this.confirmedAt = momentOf(this.options.clock);',
  },
  {
    name: 'what is adopted counts as confirmed now',
    why: 'a lost reply lengthens the lease',
    file: HELD_LEASE,
    find: 'else this.lease = current;\n  }\n\n  /**\n   * A store that',
    replace:
      'else {\n      this.lease = current;\n      this.confirmedAt = momentOf(this.options.clock);\n    }\n  }\n\n  /**\n   * A store that',
  },
  {
    name: 'handlers start without a look at the deadline',
    why: 'a worker that was paused goes on as if no time had passed',
    file: `${SCHEDULER}/shard-assembly.ts`,
    find: 'mayStart: () => lease.isHeld(),',
    replace: 'mayStart: () => true,',
  },
  {
    name: 'no timer for the deadline',
    why: 'running handlers are not aborted before the lease can be taken',
    file: HELD_LEASE,
    find: 'this.deadlineTimer?.cancel();\n    if (this.lostBy) return;',
    replace: 'this.deadlineTimer?.cancel();\n    if (!this.lostBy) return;',
  },
  {
    name: 'the sleep of the machine goes unnoticed',
    why: 'a monotonic clock stands still while the others go on',
    file: HELD_LEASE,
    find: 'constructor(private readonly options: HeldLeaseOptions) {',
    replace: `constructor(private readonly options: HeldLeaseOptions) {
      const { clock, acquiredAt } = options;
      options.clock = Object.create(clock, { wallTime: { value: () => clock.now() } });
      options.acquiredAt = { ...acquiredAt, wall: acquiredAt.monotonic };`,
  },
  {
    name: 'the deadline is read off the wall clock',
    why: 'whoever sets the clock back lengthens the lease',
    file: HELD_LEASE,
    find: 'constructor(private readonly options: HeldLeaseOptions) {',
    replace: `constructor(private readonly options: HeldLeaseOptions) {
      const { clock, acquiredAt } = options;
      options.clock = Object.create(clock, { now: { value: () => clock.wallTime() } });
      options.acquiredAt = { ...acquiredAt, monotonic: acquiredAt.wall };`,
  },
  {
    name: 'the loss of a lease aborts no handler',
    why: 'handlers run beside those of the next owner, unknowing',
    file: SHARD_WORKER,
    find: 'this.stopping.abort();\n    this.aborting.abort();\n    const reason',
    replace: 'this.stopping.abort();\n    const reason',
  },
  {
    name: 'expiry is judged too early',
    why: 'a lease is taken while its owner may act under it',
    file: LEASE_OBSERVER,
    find: 'return this.clock.now() - sighting.at > timeout;',
    replace: 'return this.clock.now() - sighting.at > timeout * 0.8;',
  },
  {
    name: "expiry is judged by one's own session timeout",
    why: 'an owner with a longer one still counts on it',
    file: LEASE_OBSERVER,
    find: 'const timeout = Math.max(this.sessionTimeout, lease.sessionTimeout ?? 0);',
    replace: 'const timeout = this.sessionTimeout;',
  },
  {
    name: 'expiry is judged by the owner alone',
    why: 'whoever has a lease for long enough loses it',
    file: LEASE_OBSERVER,
    find: 'const moved = before?.owner !== owner || before?.counter !== counter;',
    replace: 'const moved = before?.owner !== owner;',
  },
  {
    name: 'a stop releases leases of others',
    why: 'somebody else is reading what is given away',
    file: LEASE_TAKER,
    find: 'owner === workerId) await checkpointer.release',
    replace: 'owner !== undefined) await checkpointer.release',
  },
  {
    name: 'leases are not renewed while paused',
    why: 'a pause loses the leases it is to keep',
    file: `${SCHEDULER}/shard-scheduler.ts`,
    find: 'await this.held.renew();',
    replace: 'if (this.gate.isOpen) await this.held.renew();',
  },
];

const BALANCE_MUTANTS: readonly Mutant[] = [
  {
    name: 'nobody is asked for a lease',
    why: 'a worker that joins has nothing to do',
    file: `${SCHEDULER}/lease-balance.ts`,
    find: 'load - mine < 2',
    replace: 'load - mine < 200',
  },
  {
    name: 'workers with one lease more are asked',
    why: 'leases go to and fro for ever',
    file: `${SCHEDULER}/lease-balance.ts`,
    find: 'load - mine < 2',
    replace: 'load - mine < 1',
  },
  {
    name: 'hand-offs under way are not counted',
    why: 'more is asked for than is needed',
    file: `${SCHEDULER}/lease-balance.ts`,
    find: 'const holder = handOffTo ?? owner;',
    replace: 'const holder = owner;',
  },
  {
    name: 'a hand-off does not wait for the handler',
    why: 'the next owner starts what has not ended',
    file: SHARD_WORKER,
    find: 'await this.drain(timeout, finished);\n  }\n\n  /** Tries again',
    replace: 'await this.drain(0, finished);\n  }\n\n  /** Tries again',
  },
  {
    name: 'a stop does not wait for handlers',
    why: 'the next owner starts what has not ended',
    file: `${SCHEDULER}/held-shards.ts`,
    find: 'worker.drain(timeout, finished)',
    replace: 'worker.drain(0, finished)',
  },
  {
    name: 'a lease is given up without a last checkpoint',
    why: 'the next owner does again what is done',
    file: SHARD_WORKER,
    find: 'if (!ended) await this.progress.storeLast();',
    replace: '',
  },
];

const TOPOLOGY_MUTANTS: readonly Mutant[] = [
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
    find: ': !vanished.has(parent);',
    replace: ': true;',
  },
  {
    name: 'an expired shard never ends',
    why: 'its children wait for ever',
    file: `${SCHEDULER}/shard-sync.ts`,
    find: 'return shards.length > 0 && !shards.some(',
    replace: 'return shards.length < 0 && !shards.some(',
  },
];

const DELIVERY_MUTANTS: readonly Mutant[] = [
  {
    name: 'what is handed out counts as finished',
    why: 'a checkpoint passes a record whose handler is running',
    file: DELIVERY,
    find: 'const delivery = this.watermark.begin(delivered.position);',
    replace:
      'const delivery = this.watermark.begin(delivered.position);\n    this.watermark.finish(delivery);',
  },
  {
    name: 'the sub-sequence number is forgotten on resuming',
    why: 'the rest of an aggregate is lost',
    file: DELIVERY,
    find: 'comparePositions(position, resumeFrom) <= 0',
    replace: 'position.sequenceNumber <= resumeFrom.sequenceNumber',
  },
  {
    name: 'an aggregate is resumed from its first user record',
    why: 'what is done is done again',
    file: DELIVERY,
    find: 'comparePositions(position, resumeFrom) <= 0',
    replace: 'position.sequenceNumber < resumeFrom.sequenceNumber',
  },
  {
    name: 'a failure counts as handled',
    why: 'a record is lost whose handler failed',
    file: DELIVERY,
    find: 'if (final) return this.exhausted(handler, place, error);',
    replace: "return 'finished';",
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

const BOUND_MUTANTS: readonly Mutant[] = [
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
    find: ' && this.records + records <= maxRecords',
    replace: '',
  },
  {
    name: 'a failed read gives its room back never',
    why: 'readers starve after errors',
    file: POLLING_READER,
    find: 'room.release();\n        signal.throwIfAborted();',
    replace: 'signal.throwIfAborted();',
  },
];

/** Every way in which the code is broken to see whether the simulator notices. */
export const MUTANTS: readonly Mutant[] = [
  ...STORE_MUTANTS,
  ...OWNERSHIP_MUTANTS,
  ...BALANCE_MUTANTS,
  ...TOPOLOGY_MUTANTS,
  ...DELIVERY_MUTANTS,
  ...BOUND_MUTANTS,
];
