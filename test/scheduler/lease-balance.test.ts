import fc from 'fast-check';
import type { Lease } from '../../src/checkpointers/checkpointer.js';
import { chooseMoves, countLoads, fairShare } from '../../src/scheduler/lease-balance.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';

const MAX_MOVES = 32;

function lease(shard: number, owner: string | undefined, handOffTo?: string): Lease {
  return {
    shardId: `shard-${shard}`,
    parentShardIds: [],
    counter: shard,
    checkpoint: { type: 'TRIM_HORIZON' },
    ...(owner === undefined ? {} : { owner }),
    ...(handOffTo === undefined ? {} : { handOffTo }),
  };
}

/** As many leases for each worker as `loads` says, the first being `w0`. */
function leasesOf(loads: readonly number[]): Lease[] {
  let shard = 0;
  return loads.flatMap((load, worker) => Array.from({ length: load }, () => lease(shard++, `w${worker}`)));
}

function loadOf(leases: readonly Lease[], worker: string): number {
  return leases.filter((held) => held.owner === worker).length;
}

/** The leases once those of `moved` have been handed to `worker`. */
function handedOver(leases: readonly Lease[], moved: readonly Lease[], worker: string): Lease[] {
  return leases.map((held) => (moved.includes(held) ? { ...held, owner: worker } : held));
}

function sumOfSquares(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number * number, 0);
}

const loads = fc.array(fc.nat({ max: 40 }), { minLength: 2, maxLength: 7 });
const seed = fc.nat();

describe('the leases to ask for', () => {
  it('bring workers that look in any order to max - min <= 1, each move from a busier one to an idler one', () => {
    fc.assert(
      fc.property(loads, fc.infiniteStream(fc.nat()), seed, (start, picks, randomSeed) => {
        const random = new SeededRandom(randomSeed);
        const workers = start.map((_, index) => `w${index}`);
        let leases = leasesOf(start);
        let moves = 0;
        for (let quiet = 0, look = 0; quiet < workers.length; look++) {
          // At first in any order, then each in turn, so that nobody is left out.
          const next = look < 20 ? (picks.next().value as number) : look;
          const worker = workers[next % workers.length] ?? '';
          const moved = chooseMoves(leases, worker, Infinity, random);
          for (const [i, { owner = '' }] of moved.entries()) {
            const before = handedOver(leases, moved.slice(0, i), worker);
            // So the loads come closer with each move, and nothing can go to and fro.
            expect(loadOf(before, owner) - loadOf(before, worker)).toBeGreaterThanOrEqual(2);
          }
          quiet = moved.length === 0 && look >= 20 ? quiet + 1 : 0;
          moves += moved.length;
          leases = handedOver(leases, moved, worker);
        }
        const after = workers.map((worker) => loadOf(leases, worker));
        expect(Math.max(...after) - Math.min(...after)).toBeLessThanOrEqual(1);
        // A move over a difference of 2 or more takes at least 2 off the sum of squares.
        expect(2 * moves).toBeLessThanOrEqual(sumOfSquares(start) - sumOfSquares(after));
      }),
    );
  });

  it('are as few as can be when one worker joins others that are in balance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat({ max: 60 }), seed, (others, shards, randomSeed) => {
        const start = Array.from({ length: others }, (_, i) => Math.floor((shards + i) / others));
        const moved = chooseMoves(leasesOf([0, ...start]), 'w0', Infinity, new SeededRandom(randomSeed));
        expect(moved).toHaveLength(Math.min(MAX_MOVES, Math.floor(shards / (others + 1))));
      }),
    );
  });

  it('leave nobody with two more than the asker, as far as its limit and the moves of one look allow', () => {
    fc.assert(
      fc.property(loads, fc.nat({ max: 50 }), seed, (start, limit, randomSeed) => {
        const leases = leasesOf(start);
        const moved = chooseMoves(leases, 'w0', limit, new SeededRandom(randomSeed));
        const after = handedOver(leases, moved, 'w0');
        const mine = loadOf(after, 'w0');
        const most = Math.max(...start.map((_, index) => loadOf(after, `w${index}`)));

        expect(moved.length).toBeLessThanOrEqual(MAX_MOVES);
        expect(mine).toBeLessThanOrEqual(Math.max(limit, start[0] ?? 0));
        if (mine < limit && moved.length < MAX_MOVES) expect(most - mine).toBeLessThanOrEqual(1);
        // Nobody who gives falls behind the asker.
        for (const { owner = '' } of moved) expect(loadOf(after, owner)).toBeGreaterThanOrEqual(mine);
      }),
    );
  });

  it('are different leases of others, none of which is being handed off already', () => {
    const held = fc.array(
      fc.record({ owner: fc.nat({ max: 4 }), to: fc.option(fc.nat({ max: 4 }), { nil: undefined }) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(held, seed, (entries, randomSeed) => {
        const leases = entries.map(({ owner, to }, i) =>
          lease(i, `w${owner}`, to === undefined || to === owner ? undefined : `w${to}`),
        );
        const moved = chooseMoves(leases, 'w0', Infinity, new SeededRandom(randomSeed));
        expect(new Set(moved).size).toBe(moved.length);
        for (const { owner, handOffTo } of moved) {
          expect(owner).not.toBe('w0');
          expect(handOffTo).toBeUndefined();
        }
      }),
    );
  });

  it('are none while what was asked for is under way', () => {
    const leases = leasesOf([0, 10]);
    const asked = chooseMoves(leases, 'w0', Infinity, new SeededRandom(1));
    expect(asked).toHaveLength(5);
    const pending = leases.map((held) => (asked.includes(held) ? { ...held, handOffTo: 'w0' } : held));
    expect(chooseMoves(pending, 'w0', Infinity, new SeededRandom(2))).toEqual([]);
    // Nor does the one who gives ask for its own back.
    expect(chooseMoves(pending, 'w1', Infinity, new SeededRandom(3))).toEqual([]);
  });

  it('come from whoever has most, though that worker is handing some of its own over', () => {
    const leases = [...leasesOf([0, 6, 4])];
    const busy = leases.map((held, i) => (i < 3 ? { ...held, handOffTo: 'w3' } : held));
    // w1 will have 3, w2 has 4.
    const [first] = chooseMoves(busy, 'w0', 1, new SeededRandom(1));
    expect(first?.owner).toBe('w2');
  });

  it('are no more than a few at a time, since each costs its owner a drain', () => {
    expect(chooseMoves(leasesOf([0, 100]), 'w0', Infinity, new SeededRandom(1))).toHaveLength(MAX_MOVES);
  });

  it('are the same for the same seed, and any of an owner for different ones', () => {
    const leases = leasesOf([0, 8]);
    const chosen = (randomSeed: number): string[] =>
      chooseMoves(leases, 'w0', 1, new SeededRandom(randomSeed)).map(({ shardId }) => shardId);
    expect(chosen(7)).toEqual(chosen(7));
    const seen = new Set(Array.from({ length: 200 }, (_, i) => chosen(i)[0]));
    expect(seen.size).toBe(8);
  });
});

describe('the load of a worker', () => {
  it('counts a lease for whoever will have it, and this worker also while it has none', () => {
    const leases = [lease(1, 'w1'), lease(2, 'w1', 'w2'), lease(3, 'w2'), lease(4, undefined)];
    expect(countLoads(leases, 'w0')).toEqual(
      new Map([
        ['w0', 0],
        ['w1', 1],
        ['w2', 2],
      ]),
    );
  });

  it.each([
    { loads: [0, 0], free: 0, share: 0 },
    { loads: [3, 0], free: 1, share: 2 },
    { loads: [3, 0], free: 2, share: 3 },
    { loads: [1, 1, 1], free: 5, share: 3 },
  ])('may be $share of $loads and $free free leases', ({ loads: each, free, share }) => {
    expect(fairShare(new Map(each.map((load, index) => [`w${index}`, load])), free)).toBe(share);
  });
});
