import { ListShardsCommand, UpdateShardCountCommand } from '@aws-sdk/client-kinesis';
import { apiReference, type Topic } from '../harness/expectation.js';
import { LAST_HASH_KEY, rangesInOrder } from '../harness/hash-keys.js';
import { refusalName } from '../harness/refusal.js';
import { type Scenario } from '../harness/scenario.js';

function scale(stream: string, count: number): UpdateShardCountCommand {
  return new UpdateShardCountCommand({
    StreamName: stream,
    TargetShardCount: count,
    ScalingType: 'UNIFORM_SCALING',
  });
}

/** Sizes of the open shards' hash key ranges, which must cover all keys without hole or overlap. */
async function openRangeSizes(kinesis: Scenario, name: string): Promise<bigint[]> {
  const { Shards: shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName: name }));
  const open = rangesInOrder(shards.filter((shard) => !shard.SequenceNumberRange?.EndingSequenceNumber));
  let next = 0n;
  for (const range of open) {
    expect(range.start).toBe(next);
    next = range.end + 1n;
  }
  expect(next).toBe(LAST_HASH_KEY + 1n);
  return open.map((range) => range.end - range.start + 1n);
}

/** The service divides evenly, but not to the last key. */
function expectEven(sizes: readonly bigint[], count: number): void {
  expect(sizes).toHaveLength(count);
  const even = (LAST_HASH_KEY + 1n) / BigInt(count);
  for (const size of sizes) expect(Number((size * 1000n) / even)).toBeCloseTo(1000, -1);
}

const source = apiReference('UpdateShardCount');

export const updateShardCount: Topic = {
  topic: 'UpdateShardCount',
  expectations: [
    {
      behaviour: 'the shard count can be doubled, in shards of even size',
      source,
      async verify(kinesis) {
        const { name, arn } = await kinesis.stream({ shards: 2 });
        const answer = await kinesis.send(scale(name, 4));
        expect(answer).toMatchObject({ StreamName: name, CurrentShardCount: 2, TargetShardCount: 4 });
        expect(answer.StreamARN ?? arn).toBe(arn);
        await kinesis.active(name);
        expectEven(await openRangeSizes(kinesis, name), 4);
      },
    },
    {
      behaviour: 'the shard count can be halved, in shards of even size',
      source,
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 4 });
        await kinesis.send(scale(name, 2));
        await kinesis.active(name);
        expectEven(await openRangeSizes(kinesis, name), 2);
      },
    },
    {
      behaviour: 'a count between half and double is reached in shards of even size',
      source,
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 2 });
        await kinesis.send(scale(name, 3));
        await kinesis.active(name);
        expectEven(await openRangeSizes(kinesis, name), 3);
      },
    },
    {
      behaviour: 'every shard but those the stream was created with names a parent that exists',
      source,
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 2 });
        await kinesis.send(scale(name, 4));
        await kinesis.active(name);
        const shards = await kinesis.shards(name);
        const known = new Set(shards.map((shard) => shard.ShardId));
        for (const shard of shards.slice(2)) expect(known).toContain(shard.ParentShardId);
      },
    },
    {
      behaviour: 'the shard count of a stream is changed ten times in a day, and not an eleventh time',
      source,
      virtualTime: true,
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 2 });
        for (let index = 0; index < 10; index++) {
          await kinesis.send(scale(name, index % 2 === 0 ? 4 : 2));
          await kinesis.active(name);
          await kinesis.wait(60_000);
        }
        expect(await refusalName(kinesis.once(scale(name, 4)))).toBe('LimitExceededException');
        await kinesis.wait(24 * 3_600_000);
        await kinesis.send(scale(name, 4));
      },
    },
    {
      behaviour: 'more than double or less than half is refused as a client error',
      source,
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 4 });
        // The page lists both errors without telling which is for what; people have met either.
        const allowed = ['InvalidArgumentException', 'LimitExceededException'];
        expect(allowed).toContain(await refusalName(kinesis.once(scale(name, 9))));
        expect(allowed).toContain(await refusalName(kinesis.once(scale(name, 1))));
        expect(await openRangeSizes(kinesis, name)).toHaveLength(4);
      },
    },
  ],
};
