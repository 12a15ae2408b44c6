import type { Checkpoint } from '../../src/checkpointers/checkpoint.js';
import type { Checkpointer, Lease, LeaseScope, NewLease } from '../../src/checkpointers/checkpointer.js';

const SHARD = 'shardId-000000000000';
const SESSION_TIMEOUT = 15_000;
const SEQUENCE = '49590338271490256608559692538361571095921575989136588898';

const newLease = (shardId = SHARD, more: Partial<NewLease> = {}): NewLease => ({
  shardId,
  parentShardIds: [],
  checkpoint: { type: 'TRIM_HORIZON' },
  ...more,
});

const at = (sequenceNumber: string, subSequenceNumber = 0): Checkpoint => ({
  type: 'SEQUENCE',
  sequenceNumber,
  subSequenceNumber,
});

/** What every checkpointer must do; `create` gives one whose store is shared with the last one it gave. */
export function describeCheckpointer(create: () => Checkpointer): void {
  let store: Checkpointer;
  let scope: LeaseScope;
  let scopes = 0;

  const stored = async (shardId = SHARD): Promise<Lease> => {
    const lease = (await store.list(scope)).find((each) => each.shardId === shardId);
    if (!lease) throw new Error(`there is no lease for ${shardId}`);
    return lease;
  };
  const acquire = async (seen: Lease, worker: string): Promise<Lease> => {
    const lease = await store.acquire(scope, seen, worker, SESSION_TIMEOUT);
    if (!lease) throw new Error(`${worker} did not get the lease`);
    return lease;
  };
  const created = async (shardId?: string, more?: Partial<NewLease>): Promise<Lease> => {
    await store.create(scope, newLease(shardId, more));
    return stored(shardId);
  };

  beforeEach(() => {
    store = create();
    scope = { application: `billing-${scopes++}`, streamName: 'orders' };
  });

  describe('creating leases', () => {
    it('stores a lease that nobody owns', async () => {
      const lease = newLease('shardId-000000000007', {
        parentShardIds: ['shardId-000000000001', 'shardId-000000000002'],
        checkpoint: { type: 'AT_TIMESTAMP', timestamp: 1_767_225_600_000 },
      });

      await expect(store.create(scope, lease)).resolves.toBe(true);

      expect(await store.list(scope)).toEqual([{ ...lease, counter: 0 }]);
    });

    it('leaves a lease alone that exists', async () => {
      const held = await acquire(await created(), 'worker-1');
      const advanced = await store.checkpoint(scope, held, at(SEQUENCE));

      await expect(store.create(scope, newLease())).resolves.toBe(false);

      expect(await store.list(scope)).toEqual([advanced]);
    });

    it('lets one of many creators create it', async () => {
      const results = await Promise.all(Array.from({ length: 20 }, () => store.create(scope, newLease())));

      expect(results.filter(Boolean)).toHaveLength(1);
    });

    it('lists every lease of the scope, and nothing where there is none', async () => {
      await expect(store.list(scope)).resolves.toEqual([]);
      const ids = Array.from({ length: 200 }, (_, i) => `shardId-${String(i).padStart(12, '0')}`);
      await Promise.all(ids.map((shardId) => store.create(scope, newLease(shardId))));

      expect((await store.list(scope)).map((lease) => lease.shardId).sort()).toEqual(ids);
    });
  });

  describe('owning a lease', () => {
    it('makes a worker the owner, with its session timeout', async () => {
      const seen = await created();

      const held = await store.acquire(scope, seen, 'worker-1', SESSION_TIMEOUT);

      expect(held).toEqual({ ...seen, owner: 'worker-1', sessionTimeout: SESSION_TIMEOUT, counter: 1 });
      expect(await stored()).toEqual(held);
    });

    it('raises the counter with every write of the owner', async () => {
      const held = await acquire(await created(), 'worker-1');

      const [renewed] = await store.renew(scope, [held]);
      const moved = await store.checkpoint(scope, renewed as Lease, at(SEQUENCE));

      expect([held, renewed, moved].map((lease) => lease?.counter)).toEqual([1, 2, 3]);
      expect(renewed).toEqual({ ...held, counter: 2 });
      expect(await stored()).toEqual(moved);
    });

    it('keeps sequence and sub-sequence number to the last digit', async () => {
      const held = await acquire(await created(), 'worker-1');

      await store.checkpoint(scope, held, at(SEQUENCE, 4_711));

      expect((await stored()).checkpoint).toEqual(at(SEQUENCE, 4_711));
    });

    it.each<Checkpoint>([
      { type: 'TRIM_HORIZON' },
      { type: 'AT_TIMESTAMP', timestamp: 1_767_225_600_123 },
      { type: 'SHARD_END' },
    ])('stores the checkpoint %j', async (checkpoint) => {
      const held = await acquire(await created(), 'worker-1');

      await store.checkpoint(scope, held, checkpoint);

      expect((await stored()).checkpoint).toEqual(checkpoint);
    });

    it('gives the lease up, and keeps what was done', async () => {
      const parentShardIds = ['shardId-000000000009'];
      const held = await acquire(await created(SHARD, { parentShardIds }), 'worker-1');
      const moved = await store.checkpoint(scope, held, at(SEQUENCE, 3));

      await expect(store.release(scope, moved as Lease)).resolves.toBe(true);

      expect(await stored()).toEqual({
        shardId: SHARD,
        parentShardIds,
        checkpoint: at(SEQUENCE, 3),
        counter: 3,
      });
    });

    it('hands the lease on at the very checkpoint', async () => {
      const first = await acquire(await created(), 'worker-1');
      await store.release(scope, (await store.checkpoint(scope, first, at(SEQUENCE, 3))) as Lease);

      const second = await acquire(await stored(), 'worker-2');

      expect(second).toMatchObject({ owner: 'worker-2', checkpoint: at(SEQUENCE, 3) });
    });

    it('lets a worker take an expired lease from its owner', async () => {
      await acquire(await created(), 'worker-1');

      const taken = await acquire(await stored(), 'worker-2');

      expect(taken.owner).toBe('worker-2');
    });

    it('lets one of fifty contenders win', async () => {
      const seen = await created();

      const results = await Promise.all(
        Array.from({ length: 50 }, (_, i) => store.acquire(scope, seen, `worker-${i}`, SESSION_TIMEOUT)),
      );

      const winners = results.filter((lease) => lease !== undefined);
      expect(winners).toHaveLength(1);
      expect(await stored()).toEqual(winners[0]);
    });

    it('treats the leases of a scope one by one', async () => {
      const [one, other] = [await created('shardId-1'), await created('shardId-2')];

      await acquire(one, 'worker-1');

      expect(await stored('shardId-2')).toEqual(other);
    });
  });

  describe('handing a lease off', () => {
    const asked = async (worker = 'worker-2'): Promise<Lease> => {
      const held = await acquire(await created(), 'worker-1');
      await expect(store.requestHandOff(scope, held, worker)).resolves.toBe(true);
      return held;
    };

    it('lets a worker ask, without the owner’s next write failing', async () => {
      const held = await asked();

      expect(await stored()).toEqual({ ...held, handOffTo: 'worker-2' });
      const moved = await store.checkpoint(scope, held, at(SEQUENCE));
      expect(moved).toEqual({ ...held, handOffTo: 'worker-2', checkpoint: at(SEQUENCE), counter: 2 });
    });

    it('tells the owner with its next renewal', async () => {
      const held = await asked();

      const [renewed] = await store.renew(scope, [held]);

      expect(renewed).toEqual({ ...held, handOffTo: 'worker-2', counter: 2 });
    });

    it('makes the lease the asker’s when the owner gives it up', async () => {
      const held = await asked();
      const moved = await store.checkpoint(scope, held, at(SEQUENCE, 3));

      await expect(store.release(scope, moved as Lease)).resolves.toBe(true);

      const passed = await stored();
      expect(passed).toMatchObject({ owner: 'worker-2', counter: 3, checkpoint: at(SEQUENCE, 3) });
      expect(passed).not.toHaveProperty('handOffTo');
      const taken = await acquire(passed, 'worker-2');
      expect(taken).toMatchObject({ owner: 'worker-2', sessionTimeout: SESSION_TIMEOUT, counter: 4 });
    });

    it('gives it to the asker even if the owner does not know yet that somebody asked', async () => {
      const held = await asked();

      await store.release(scope, held);

      expect((await stored()).owner).toBe('worker-2');
    });

    it('hears the first of two askers', async () => {
      const held = await asked();

      await expect(store.requestHandOff(scope, held, 'worker-3')).resolves.toBe(false);

      expect((await stored()).handOffTo).toBe('worker-2');
    });

    it('lets an asker take its request back', async () => {
      await asked();

      await expect(store.requestHandOff(scope, await stored(), undefined)).resolves.toBe(true);

      expect(await stored()).not.toHaveProperty('handOffTo');
    });

    it('does not hear who asks an owner that is owner no more', async () => {
      const before = await acquire(await created(), 'worker-1');
      await acquire(await stored(), 'worker-2');

      await expect(store.requestHandOff(scope, before, 'worker-3')).resolves.toBe(false);

      expect(await stored()).not.toHaveProperty('handOffTo');
    });

    it('hears who asks with an old counter: the owner renews all the time', async () => {
      const seen = await acquire(await created(), 'worker-1');
      await store.renew(scope, [seen]);

      await expect(store.requestHandOff(scope, seen, 'worker-2')).resolves.toBe(true);
    });

    it('forgets the request when the owner expired and somebody took the lease', async () => {
      await asked();

      const taken = await acquire(await stored(), 'worker-3');

      expect(taken).toMatchObject({ owner: 'worker-3' });
      expect(await stored()).not.toHaveProperty('handOffTo');
    });

    it('asks nobody for a lease that is gone', async () => {
      const unknown: Lease = { ...newLease('shardId-gone'), owner: 'worker-1', counter: 4 };

      await expect(store.requestHandOff(scope, unknown, 'worker-2')).resolves.toBe(false);

      expect(await store.list(scope)).toEqual([]);
    });
  });

  describe('a heartbeat', () => {
    it('renews all of a worker’s leases, and says which are lost', async () => {
      const kept = await acquire(await created('shardId-1'), 'worker-1');
      const lost = await acquire(await created('shardId-2'), 'worker-1');
      const last = await acquire(await created('shardId-3'), 'worker-1');
      await acquire(await stored('shardId-2'), 'worker-2');

      await expect(store.renew(scope, [kept, lost, last])).resolves.toEqual([
        { ...kept, counter: 2 },
        undefined,
        { ...last, counter: 2 },
      ]);
    });

    it('needs no lease', async () => {
      await expect(store.renew(scope, [])).resolves.toEqual([]);
    });
  });

  it('gets one lease, or nothing where there is none', async () => {
    const seen = await created();
    await created('shardId-other');

    await expect(store.get(scope, SHARD)).resolves.toEqual(seen);
    await expect(store.get(scope, 'shardId-gone')).resolves.toBeUndefined();
  });

  describe('fencing', () => {
    const writes: [string, (held: Lease) => Promise<unknown>][] = [
      ['renewal', async (held) => (await store.renew(scope, [held]))[0]],
      ['checkpoint', (held) => store.checkpoint(scope, held, at('1'))],
      ['release', (held) => store.release(scope, held)],
      ['deletion', (held) => store.delete(scope, held)],
      ['acquisition', (held) => store.acquire(scope, held, 'worker-1', SESSION_TIMEOUT)],
    ];

    it.each(writes)('lets the %s of a worker that lost its lease have no effect', async (_what, write) => {
      const stale = await acquire(await created(), 'worker-1');
      const successor = await acquire(await stored(), 'worker-2');
      const advanced = await store.checkpoint(scope, successor, at(SEQUENCE, 7));

      expect(await write(stale)).toBeFalsy();

      expect(await stored()).toEqual(advanced);
    });

    it.each(writes)(
      'lets the %s of an owner that knows an old counter have no effect',
      async (_what, write) => {
        const old = await acquire(await created(), 'worker-1');
        const current = await store.checkpoint(scope, old, at(SEQUENCE, 7));

        expect(await write(old)).toBeFalsy();

        expect(await stored()).toEqual(current);
      },
    );

    it.each(writes)('lets the %s of a former owner have no effect on a free lease', async (_what, write) => {
      const stale = await acquire(await created(), 'worker-1');
      const successor = await acquire(await stored(), 'worker-2');
      await store.release(scope, successor);
      const free = await stored();

      expect(await write(stale)).toBeFalsy();

      expect(await stored()).toEqual(free);
    });

    const revivals = writes.filter(([what]) => what !== 'deletion');
    it.each(revivals)('does not bring back a lease by a %s', async (_what, write) => {
      const unknown: Lease = { ...newLease('shardId-gone'), owner: 'worker-1', counter: 4 };

      expect(await write(unknown)).toBeFalsy();

      expect(await store.list(scope)).toEqual([]);
    });

    it('takes a lease that is gone for deleted: the reply to its deletion may have been lost', async () => {
      const lease = await created();

      await expect(store.delete(scope, lease)).resolves.toBe(true);
      await expect(store.delete(scope, lease)).resolves.toBe(true);

      expect(await store.list(scope)).toEqual([]);
    });

    it('does not take another owner for oneself because the counters are the same', async () => {
      const stale = await acquire(await created(), 'worker-1');
      const imitation: Lease = { ...stale, owner: 'worker-2' };

      await expect(store.checkpoint(scope, imitation, at('1'))).resolves.toBeUndefined();

      expect(await stored()).toEqual(stale);
    });
  });

  describe('scopes', () => {
    it('keeps applications and streams apart', async () => {
      const others: LeaseScope[] = [
        { ...scope, application: `${scope.application}-2` },
        { ...scope, streamName: 'events' },
      ];
      await acquire(await created(), 'worker-1');

      for (const other of others) {
        await expect(store.list(other)).resolves.toEqual([]);
        await expect(store.create(other, newLease())).resolves.toBe(true);
        expect((await store.list(other))[0]).not.toHaveProperty('owner');
      }
      expect((await stored()).owner).toBe('worker-1');
    });
  });

  it('does not let what a caller does to its lists and leases change the store', async () => {
    const seen = await created();
    const list = await store.list(scope);

    list.pop();

    expect(await store.list(scope)).toEqual([seen]);
  });
}
