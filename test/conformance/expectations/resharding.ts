import { MergeShardsCommand, SplitShardCommand, type GetRecordsCommandOutput } from '@aws-sdk/client-kinesis';
import { apiReference, type Topic } from '../harness/expectation.js';
import { defined } from '../harness/defined.js';
import { LAST_HASH_KEY, rangesInOrder } from '../harness/hash-keys.js';
import { refusalName } from '../harness/refusal.js';
import { merge, splitInHalf } from '../harness/resharding.js';
import { type Scenario, textsOf } from '../harness/scenario.js';

/** Reads a closed shard to the page after which no iterator follows. */
async function readToEnd(
  kinesis: Scenario,
  name: string,
  shardId: string,
  from: 'TRIM_HORIZON' | 'LATEST' = 'TRIM_HORIZON',
) {
  const texts: string[] = [];
  let next: string | undefined = await kinesis.iterator(name, {
    ShardId: shardId,
    ShardIteratorType: from,
  });
  const last = await kinesis.eventually(async () => {
    const page: GetRecordsCommandOutput = await kinesis.page(defined(next));
    texts.push(...textsOf(page.Records));
    // A missing iterator is absent over JSON and may be null in process: both mean the end.
    next = page.NextShardIterator ?? undefined;
    return next === undefined ? page : undefined;
  }, `the end of ${shardId}`);
  return { texts, last };
}

export const resharding: Topic = {
  topic: 'splitting and merging shards',
  expectations: [
    {
      behaviour: 'a split closes the parent and opens two children that share its hash keys',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const parent = await kinesis.onlyShard(name);
        await splitInHalf(kinesis, name, parent);
        const [closed, ...children] = await kinesis.shards(name);
        expect(closed?.SequenceNumberRange?.EndingSequenceNumber).toMatch(/^\d+$/);
        expect(children.map((child) => child.ParentShardId)).toEqual([parent, parent]);
        expect(children.map((child) => child.AdjacentParentShardId)).toEqual([undefined, undefined]);
        const [low, high] = rangesInOrder(children);
        expect([low?.start, high?.start, high?.end]).toEqual([0n, (low?.end ?? 0n) + 1n, LAST_HASH_KEY]);
        expect((await kinesis.summary(name)).OpenShardCount).toBe(2);
      },
    },
    {
      behaviour: 'a merge closes two adjacent shards and opens one child that names both as parents',
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 2 });
        const [first, second] = (await kinesis.shards(name)).map((shard) => defined(shard.ShardId));
        const child = await merge(kinesis, name, defined(first), defined(second));
        expect(child.ParentShardId).toBe(first);
        expect(child.AdjacentParentShardId).toBe(second);
        expect(rangesInOrder([child])).toEqual([
          { shardId: defined(child.ShardId), start: 0n, end: LAST_HASH_KEY },
        ]);
        expect((await kinesis.summary(name)).OpenShardCount).toBe(1);
      },
    },
    {
      behaviour: 'sequence numbers of a child are above all of its parent',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const parent = await kinesis.onlyShard(name);
        const before = BigInt((await kinesis.put(name, 'before')).SequenceNumber ?? 0);
        await splitInHalf(kinesis, name, parent);
        const after = await kinesis.put(name, 'after');
        expect(after.ShardId).not.toBe(parent);

        const shards = await kinesis.shards(name);
        const ending = BigInt(defined(shards[0]?.SequenceNumberRange?.EndingSequenceNumber));
        expect(ending).toBeGreaterThanOrEqual(before);
        for (const child of shards.slice(1)) {
          expect(BigInt(defined(child.SequenceNumberRange?.StartingSequenceNumber))).toBeGreaterThan(ending);
        }
        expect(BigInt(after.SequenceNumber ?? 0)).toBeGreaterThan(ending);
      },
    },
    {
      behaviour: 'a closed shard is read to its last record, and then no iterator follows',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const parent = await kinesis.onlyShard(name);
        await kinesis.putAll(name, ['a', 'b']);
        await splitInHalf(kinesis, name, parent);
        await kinesis.put(name, 'of a child');
        expect((await readToEnd(kinesis, name, parent)).texts).toEqual(['a', 'b']);
      },
    },
    {
      behaviour: 'the end of a split shard names its children, their parent and their hash keys',
      source: apiReference('ChildShard'),
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const parent = await kinesis.onlyShard(name);
        await splitInHalf(kinesis, name, parent);
        const { last } = await readToEnd(kinesis, name, parent);
        const children = (await kinesis.shards(name)).slice(1);
        expect(last.ChildShards).toEqual(
          children.map(({ ShardId, HashKeyRange }) => ({ ShardId, HashKeyRange, ParentShards: [parent] })),
        );
      },
    },
    {
      behaviour: 'the end of a merged shard names its child with both parents',
      source: apiReference('ChildShard'),
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 2 });
        const [first, second] = (await kinesis.shards(name)).map((shard) => defined(shard.ShardId));
        const child = await merge(kinesis, name, defined(first), defined(second));
        for (const parent of [first, second]) {
          const { last } = await readToEnd(kinesis, name, defined(parent));
          expect(last.ChildShards).toHaveLength(1);
          expect(last.ChildShards?.[0]?.ShardId).toBe(child.ShardId);
          expect([...(last.ChildShards?.[0]?.ParentShards ?? [])].sort()).toEqual([first, second]);
        }
      },
    },
    {
      behaviour: 'LATEST on a closed shard yields no records and leads to its end',
      source: apiReference('GetShardIterator'),
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const parent = await kinesis.onlyShard(name);
        await kinesis.put(name, 'of the parent');
        await splitInHalf(kinesis, name, parent);
        const { texts } = await readToEnd(kinesis, name, parent, 'LATEST');
        expect(texts).toEqual([]);
      },
    },
    {
      behaviour: 'a closed shard cannot be split or merged',
      source: apiReference('SplitShard'),
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const parent = await kinesis.onlyShard(name);
        const [child] = await splitInHalf(kinesis, name, parent);
        // The page tells only that the shard must be open: the error may be either of those it lists for a bad shard.
        const refused = ['InvalidArgumentException', 'ResourceInUseException', 'ResourceNotFoundException'];
        const split = new SplitShardCommand({
          StreamName: name,
          ShardToSplit: parent,
          NewStartingHashKey: String(2n ** 100n),
        });
        expect(refused).toContain(await refusalName(kinesis.send(split)));
        const merging = new MergeShardsCommand({
          StreamName: name,
          ShardToMerge: parent,
          AdjacentShardToMerge: child,
        });
        expect(refused).toContain(await refusalName(kinesis.send(merging)));
        expect((await kinesis.summary(name)).OpenShardCount).toBe(2);
      },
    },
    {
      behaviour: 'a closed shard takes no records: an explicit hash key leads to the child that holds it',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const children = await splitInHalf(kinesis, name, await kinesis.onlyShard(name));
        const low = await kinesis.put(name, 'low', { ExplicitHashKey: '0' });
        const high = await kinesis.put(name, 'high', { ExplicitHashKey: String(LAST_HASH_KEY) });
        expect([low.ShardId, high.ShardId]).toEqual(children);
      },
    },
    {
      behaviour: 'a split at or outside the edges of a shard is refused with InvalidArgumentException',
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 2 });
        const [, second] = rangesInOrder(await kinesis.shards(name));
        for (const key of [0n, second?.start ?? 0n, second?.end ?? 0n]) {
          const split = new SplitShardCommand({
            StreamName: name,
            ShardToSplit: second?.shardId,
            NewStartingHashKey: String(key),
          });
          expect(await refusalName(kinesis.send(split))).toBe('InvalidArgumentException');
        }
      },
    },
    {
      behaviour: 'shards that are not adjacent are not merged: InvalidArgumentException',
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 3 });
        const [first, , third] = rangesInOrder(await kinesis.shards(name));
        const command = new MergeShardsCommand({
          StreamName: name,
          ShardToMerge: first?.shardId,
          AdjacentShardToMerge: third?.shardId,
        });
        expect(await refusalName(kinesis.send(command))).toBe('InvalidArgumentException');
      },
    },
    {
      behaviour:
        'splitting or merging a shard the stream does not have is refused with ResourceNotFoundException',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        const missing = 'shardId-000000000009';
        const split = new SplitShardCommand({
          StreamName: name,
          ShardToSplit: missing,
          NewStartingHashKey: '5',
        });
        expect(await refusalName(kinesis.send(split))).toBe('ResourceNotFoundException');
        const merging = new MergeShardsCommand({
          StreamName: name,
          ShardToMerge: await kinesis.onlyShard(name),
          AdjacentShardToMerge: missing,
        });
        expect(await refusalName(kinesis.send(merging))).toBe('ResourceNotFoundException');
      },
    },
  ],
};
