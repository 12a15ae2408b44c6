import fc from 'fast-check';
import type { Checkpoint } from '../../src/checkpointers/checkpoint.js';
import type { Lease } from '../../src/checkpointers/checkpointer.js';
import type { ShardDescription } from '../../src/client/kinesis-gateway.js';
import {
  isOfEarlierStream,
  type LeaseCreationInput,
  parentsAreDone,
  planLeases,
  startOfChild,
} from '../../src/scheduler/lease-creation.js';

const HASH_SPACE = 2n ** 128n;
const CREATED_AT = 1_767_225_600_000;
const TRIM_HORIZON: Checkpoint = { type: 'TRIM_HORIZON' };
const SHARD_END: Checkpoint = { type: 'SHARD_END' };
const SEQUENCE: Checkpoint = { type: 'SEQUENCE', sequenceNumber: '7', subSequenceNumber: 0 };
const timestamp = (time: number): Checkpoint => ({ type: 'AT_TIMESTAMP', timestamp: time });

function shard(shardId: string, ...parentShardIds: string[]): ShardDescription {
  return { shardId, parentShardIds, startingHashKey: 0n, endingHashKey: 0n, closed: false };
}

function lease(shardId: string, checkpoint: Checkpoint, ...parentShardIds: string[]): Lease {
  return { shardId, parentShardIds, checkpoint, counter: 1, streamCreatedAt: CREATED_AT };
}

function plan(input: Partial<LeaseCreationInput>) {
  return planLeases({
    shards: [],
    leases: [],
    initial: TRIM_HORIZON,
    vanished: new Set(),
    streamCreatedAt: CREATED_AT,
    ...input,
  });
}

const startsOf = (input: Partial<LeaseCreationInput>): Record<string, Checkpoint> =>
  Object.fromEntries(plan(input).missing.map(({ shardId, checkpoint }) => [shardId, checkpoint]));

const uncoveredOf = (input: Partial<LeaseCreationInput>): string[] =>
  plan(input).uncovered.map(({ shardId }) => shardId);

/** A stream's shards after splits and merges, each chosen by a number, oldest first. */
function reshard(shardCount: number, choices: readonly number[]): ShardDescription[] {
  const shards: ShardDescription[] = [];
  let open: ShardDescription[] = [];
  const add = (startingHashKey: bigint, endingHashKey: bigint, parentShardIds: string[] = []) => {
    const shardId = `shardId-${String(shards.length).padStart(12, '0')}`;
    const added = { shardId, parentShardIds, startingHashKey, endingHashKey, closed: false };
    shards.push(added);
    open = [...open, added].sort((a, b) => (a.startingHashKey < b.startingHashKey ? -1 : 1));
  };
  const width = HASH_SPACE / BigInt(shardCount);
  for (let i = 0; i < shardCount; i++) {
    add(width * BigInt(i), i === shardCount - 1 ? HASH_SPACE - 1n : width * BigInt(i + 1) - 1n);
  }
  for (const choice of choices) {
    const index = choice % open.length;
    const [first, second] = [open[index], open[index + 1]];
    if (!first) continue;
    const closing = choice % 2 === 0 && second ? [first, second] : [first];
    open = open.filter((candidate) => !closing.includes(candidate));
    for (const { shardId } of closing) {
      const at = shards.findIndex((candidate) => candidate.shardId === shardId);
      shards[at] = { ...(shards[at] as ShardDescription), closed: true };
    }
    if (closing.length === 2 && second) {
      add(first.startingHashKey, second.endingHashKey, [first.shardId, second.shardId]);
    } else {
      const middle = (first.startingHashKey + first.endingHashKey) / 2n;
      add(first.startingHashKey, middle, [first.shardId]);
      add(middle + 1n, first.endingHashKey, [first.shardId]);
    }
  }
  return shards;
}

/** Whether the shards' hash ranges leave no hole, neighbour to neighbour. */
function coverHashSpace(shards: readonly ShardDescription[]): boolean {
  let next = 0n;
  for (const { startingHashKey, endingHashKey } of [...shards].sort((a, b) =>
    a.startingHashKey < b.startingHashKey ? -1 : 1,
  )) {
    if (startingHashKey > next) return false;
    if (endingHashKey + 1n > next) next = endingHashKey + 1n;
  }
  return next === HASH_SPACE;
}

const topology = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(), { maxLength: 14 }))
  .map(([shardCount, choices]) => reshard(shardCount, choices));

describe('for any history of splits and merges', () => {
  it('a first look gives every shard a lease at the starting position, parents before children', () => {
    fc.assert(
      fc.property(topology, fc.constantFrom(TRIM_HORIZON, timestamp(5)), (shards, initial) => {
        const { missing, uncovered } = plan({ shards: [...shards].reverse(), initial });
        expect(uncovered).toEqual([]);
        expect(missing).toHaveLength(shards.length);
        const made = new Set<string>();
        for (const { shardId, parentShardIds, checkpoint, streamCreatedAt } of missing) {
          expect(parentShardIds.filter((parent) => !made.has(parent))).toEqual([]);
          expect([checkpoint, streamCreatedAt]).toEqual([initial, CREATED_AT]);
          made.add(shardId);
        }
      }),
    );
  });

  it('a look cut short after any number of leases is taken up where it ended, at the same starting position', () => {
    fc.assert(
      fc.property(topology, fc.nat(), (shards, cut) => {
        const whole = plan({ shards, initial: timestamp(5) }).missing;
        const leases = whole.slice(0, cut % (whole.length + 1)).map((made) => ({ ...made, counter: 0 }));
        // The clock has gone on, and the position made durable is the first one.
        const rest = plan({ shards, leases, initial: timestamp(leases.length === 0 ? 5 : 9) });
        expect(rest.uncovered).toEqual([]);
        expect([...leases, ...rest.missing].map(({ shardId, checkpoint }) => [shardId, checkpoint])).toEqual(
          whole.map(({ shardId, checkpoint }) => [shardId, checkpoint]),
        );
      }),
    );
  });

  it('shards read in any order allowed are read each after all its parents, and cover the hash space to the last', () => {
    fc.assert(
      fc.property(topology, fc.infiniteStream(fc.nat()), (shards, picks) => {
        const leases = new Map(
          plan({ shards }).missing.map((made) => [made.shardId, { ...made, counter: 0 }]),
        );
        const byId = new Map(shards.map((listed) => [listed.shardId, listed]));
        const ended = new Set<string>();
        for (;;) {
          const readable = [...leases.values()].filter(
            (candidate) =>
              candidate.checkpoint.type !== 'SHARD_END' && parentsAreDone(candidate, leases, () => true),
          );
          // What is done and what may be read have, together, all keys: nothing that is put waits for no reason.
          const reached = [...ended, ...readable.map(({ shardId }) => shardId)];
          expect(coverHashSpace(reached.flatMap((shardId) => byId.get(shardId) ?? []))).toBe(true);
          const next = readable[(picks.next().value as number) % Math.max(1, readable.length)];
          if (!next) break;
          for (const parent of byId.get(next.shardId)?.parentShardIds ?? []) expect(ended).toContain(parent);
          ended.add(next.shardId);
          leases.set(next.shardId, { ...next, checkpoint: SHARD_END });
        }
        expect(ended.size).toBe(shards.length);
      }),
    );
  });

  it('children of shards with leases begin at their first record, and shards before those get none', () => {
    fc.assert(
      fc.property(topology, fc.nat(), (shards, cut) => {
        // Retention or a late start: only the shards from here on have leases, and all of those so far.
        const known = shards.slice(0, 1 + (cut % shards.length));
        const leases = known.map(({ shardId, parentShardIds }) =>
          lease(shardId, SEQUENCE, ...parentShardIds),
        );
        const { missing, uncovered } = plan({ shards, leases, initial: timestamp(5) });
        const having = new Set(known.map(({ shardId }) => shardId));
        for (const { shardId, parentShardIds, checkpoint } of missing) {
          expect(parentShardIds.some((parent) => having.has(parent))).toBe(true);
          expect(checkpoint).toEqual(TRIM_HORIZON);
          having.add(shardId);
        }
        for (const { parentShardIds } of uncovered) {
          expect(parentShardIds.filter((parent) => having.has(parent))).toEqual([]);
        }
        expect([...having, ...uncovered.map(({ shardId }) => shardId)].sort()).toEqual(
          shards.map(({ shardId }) => shardId).sort(),
        );
      }),
    );
  });
});

describe('the leases that are missing', () => {
  it('are none where every shard has one', () => {
    const shards = [shard('a'), shard('b', 'a')];
    const leases = [lease('a', SHARD_END), lease('b', SEQUENCE, 'a')];
    expect(plan({ shards, leases })).toEqual({ missing: [], uncovered: [] });
  });

  it('are not those of a shard whose descendants have leases: it was dealt with before they were made', () => {
    const shards = [shard('a'), shard('b', 'a'), shard('c', 'b')];
    expect(plan({ shards, leases: [lease('c', SEQUENCE, 'b')] })).toEqual({ missing: [], uncovered: [] });
  });

  it('leave out parents that retention has passed', () => {
    const { missing } = plan({ shards: [shard('b', 'gone'), shard('c', 'b')] });
    expect(missing.map(({ parentShardIds }) => parentShardIds)).toEqual([[], ['b']]);
  });

  it('keep a parent that is not listed and has a lease', () => {
    const { missing } = plan({ shards: [shard('b', 'a')], leases: [lease('a', SEQUENCE)] });
    expect(missing).toMatchObject([{ shardId: 'b', parentShardIds: ['a'], checkpoint: TRIM_HORIZON }]);
  });

  it('start a child at the timestamp of its parents while they stand there still', () => {
    const shards = [shard('a'), shard('b'), shard('c', 'a', 'b'), shard('d', 'c')];
    const leases = [lease('a', timestamp(3)), lease('b', timestamp(4))];
    expect(startsOf({ shards, leases, initial: timestamp(9) })).toEqual({ c: timestamp(3), d: timestamp(3) });
  });

  it('cannot be told for a shard that nobody descends from or to, once the application has begun', () => {
    const shards = [shard('a'), shard('b')];
    for (const begun of [SEQUENCE, SHARD_END]) {
      expect(plan({ shards, leases: [lease('a', begun)] }).missing).toEqual([]);
      expect(uncoveredOf({ shards, leases: [lease('a', begun)] })).toEqual(['b']);
    }
    expect(startsOf({ shards, leases: [lease('a', TRIM_HORIZON)] })).toEqual({ b: TRIM_HORIZON });
  });

  it('cannot be told for a shard whose unfinished lease vanished, whatever its relatives have', () => {
    const shards = [shard('a'), shard('b', 'a'), shard('c', 'b')];
    const leases = [lease('a', SHARD_END), lease('c', TRIM_HORIZON, 'b')];
    expect(uncoveredOf({ shards, leases, vanished: new Set(['b']) })).toEqual(['b']);
    expect(uncoveredOf({ shards, leases })).toEqual([]);
  });
});

describe('a child starts', () => {
  it.each<{ parents: Checkpoint[]; start: Checkpoint }>([
    { parents: [SHARD_END], start: TRIM_HORIZON },
    { parents: [SEQUENCE], start: TRIM_HORIZON },
    { parents: [timestamp(5)], start: timestamp(5) },
    { parents: [timestamp(5), timestamp(3)], start: timestamp(3) },
    { parents: [timestamp(5), SHARD_END], start: TRIM_HORIZON },
    { parents: [timestamp(5), TRIM_HORIZON], start: TRIM_HORIZON },
    { parents: [], start: TRIM_HORIZON },
  ])('at $start where its parents stand at $parents', ({ parents, start }) => {
    expect(startOfChild(parents)).toEqual(start);
  });
});

describe('a shard may be read', () => {
  const child = lease('c', TRIM_HORIZON, 'a', 'b');
  const among = (...leases: Lease[]) => new Map(leases.map((each) => [each.shardId, each]));

  it('when all its parents have ended, and not when one has', () => {
    const none = (): boolean => false;
    expect(parentsAreDone(child, among(lease('a', SHARD_END), lease('b', SEQUENCE)), none)).toBe(false);
    expect(parentsAreDone(child, among(lease('a', SEQUENCE), lease('b', SHARD_END)), none)).toBe(false);
    expect(parentsAreDone(child, among(lease('a', SHARD_END), lease('b', SHARD_END)), none)).toBe(true);
  });

  it('when a parent has no lease and needs none', () => {
    const leases = among(lease('a', SHARD_END));
    expect(parentsAreDone(child, leases, (parent) => parent === 'b')).toBe(true);
    expect(parentsAreDone(child, leases, (parent) => parent !== 'b')).toBe(false);
  });

  it('when it has no parents', () => {
    expect(parentsAreDone(lease('a', TRIM_HORIZON), new Map(), () => false)).toBe(true);
  });
});

it('a lease is of an earlier stream when it says that its stream was created at another time', () => {
  expect(isOfEarlierStream(lease('a', SEQUENCE), CREATED_AT)).toBe(false);
  expect(isOfEarlierStream(lease('a', SEQUENCE), CREATED_AT + 1_000)).toBe(true);
  // Other software does not say.
  const { streamCreatedAt: _unknown, ...foreign } = lease('a', SEQUENCE);
  expect(isOfEarlierStream(foreign, CREATED_AT)).toBe(false);
});
