import type { Checkpoint } from '../../checkpointers/checkpoint.js';
import type { Checkpointer, Lease, LeaseScope, NewLease } from '../../checkpointers/checkpointer.js';

export const SHARD = 'shardId-000000000000';

/** Milliseconds. */
export const SESSION_TIMEOUT = 15_000;

export const SEQUENCE = '49590338271490256608559692538361571095921575989136588898';

export function newLease(shardId = SHARD, more: Partial<NewLease> = {}): NewLease {
  return { shardId, parentShardIds: [], checkpoint: { type: 'TRIM_HORIZON' }, ...more };
}

export function at(sequenceNumber: string, subSequenceNumber = 0): Checkpoint {
  return { type: 'SEQUENCE', sequenceNumber, subSequenceNumber };
}

/** One test's checkpointer and scope, and the steps most tests begin with. */
export class LeaseFixture {
  private opened: Checkpointer[] = [];
  private current: { readonly store: Checkpointer; readonly scope: LeaseScope } | undefined;

  constructor(
    private readonly create: () => Checkpointer | Promise<Checkpointer>,
    private readonly newScope: () => LeaseScope,
  ) {}

  async open(): Promise<void> {
    this.current = { store: await this.another(), scope: this.newScope() };
  }

  async close(): Promise<void> {
    const opened = new Set(this.opened);
    this.opened = [];
    this.current = undefined;
    for (const store of opened) await store.close?.();
  }

  get store(): Checkpointer {
    return this.ready().store;
  }

  get scope(): LeaseScope {
    return this.ready().scope;
  }

  /** One more checkpointer on the same store, as another process or the next start would have it. */
  async another(): Promise<Checkpointer> {
    const store = await this.create();
    this.opened.push(store);
    await store.prepare?.();
    return store;
  }

  /** A new lease that nobody owns. */
  async created(shardId = SHARD, more?: Partial<NewLease>): Promise<Lease> {
    await this.store.create(this.scope, newLease(shardId, more));
    return this.stored(shardId);
  }

  /** A new lease of this worker's. */
  async owned(worker: string, shardId = SHARD): Promise<Lease> {
    return this.acquired(await this.created(shardId), worker);
  }

  async acquired(seen: Lease, worker: string): Promise<Lease> {
    return had(
      await this.store.acquire(this.scope, seen, worker, SESSION_TIMEOUT),
      `${worker} did not get the lease`,
    );
  }

  async checkpointed(held: Lease, checkpoint: Checkpoint): Promise<Lease> {
    return had(await this.store.checkpoint(this.scope, held, checkpoint), 'the checkpoint was refused');
  }

  async renewed(held: Lease): Promise<Lease> {
    return had((await this.store.renew(this.scope, [held]))[0], 'the renewal was refused');
  }

  /** The lease as the store has it. */
  async stored(shardId = SHARD): Promise<Lease> {
    return had(await this.store.get(this.scope, shardId), `there is no lease for ${shardId}`);
  }

  private ready(): { readonly store: Checkpointer; readonly scope: LeaseScope } {
    return had(this.current, 'the fixture is not open: beforeEach has not run');
  }
}

function had<T>(value: T | undefined, problem: string): T {
  if (value === undefined) throw new Error(problem);
  return value;
}
