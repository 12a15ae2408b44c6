import type { Mutant } from './mutant.js';

const SCHEDULER = 'src/scheduler';
const HELD_LEASE = `${SCHEDULER}/held-lease.ts`;
const LEASE_TAKER = `${SCHEDULER}/lease-taker.ts`;
const LEASE_OBSERVER = `${SCHEDULER}/lease-observer.ts`;
const SHARD_WORKER = `${SCHEDULER}/shard-worker.ts`;
const BOOT_TIME = 'src/runtime/boot-time.ts';
const MEMORY = 'src/checkpointers/memory-checkpointer.ts';

export const STORE_MUTANTS: readonly Mutant[] = [
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

export const OWNERSHIP_MUTANTS: readonly Mutant[] = [
  {
    name: 'a lost reply is taken for a lost lease',
    why: 'a worker drops what nobody has taken',
    file: HELD_LEASE,
    find: "if (current.owner !== this.lease.owner) return 'taken';\n    this.lease = current;",
    replace: "return 'taken';",
  },
  {
    name: 'the deadline is counted from the end of the renewal',
    why: 'a lease that others may take counts as held',
    file: HELD_LEASE,
    find: 'this.confirmedAt = startedAt;',
    replace: 'this.confirmedAt = this.options.bootTime.now();',
  },
  {
    name: 'what is adopted counts as confirmed now',
    why: 'a lost reply lengthens the lease',
    file: HELD_LEASE,
    find: 'this.lease = current;\n    return undefined;',
    replace:
      'this.lease = current;\n    this.confirmedAt = this.options.bootTime.now();\n    return undefined;',
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
    file: BOOT_TIME,
    find: 'this.slept += ahead - this.ahead;',
    replace: '',
  },
  {
    name: 'a clock that was set back hides sleep',
    why: 'a worker acts under a lease that it has lost asleep',
    file: BOOT_TIME,
    find: 'if (ahead < this.ahead) {\n      this.ahead = ahead;\n    } else if',
    replace: 'if',
  },
  {
    name: 'the deadline is read off the wall clock',
    why: 'whoever sets the clock back lengthens the lease',
    file: BOOT_TIME,
    find: 'this.read = monotonic + this.slept;',
    replace: 'this.read = wallTime;',
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
    find: 'owner === workerId || handOffTo === workerId);',
    replace: 'owner !== undefined);',
  },
  {
    name: 'a stop does not look again for what was handed over',
    why: 'nobody reads a shard until its lease expires',
    file: LEASE_TAKER,
    find: 'const WITHDRAWALS = 3;',
    replace: 'const WITHDRAWALS = 1;',
  },
  {
    name: 'a heartbeat waits for the one before',
    why: 'one call without an answer loses all leases',
    file: `${SCHEDULER}/held-shards.ts`,
    find: 'void batch.send();',
    replace: 'await batch.send();',
  },
  {
    name: 'leases are not renewed while paused',
    why: 'a pause loses the leases it is to keep',
    file: `${SCHEDULER}/shard-scheduler.ts`,
    find: 'await this.held.renew();',
    replace: 'if (this.gate.isOpen) await this.held.renew();',
  },
];

export const BALANCE_MUTANTS: readonly Mutant[] = [
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
