import { ListShardsCommand, type ListShardsCommandOutput, type ShardFilter } from '@aws-sdk/client-kinesis';
import { apiReference, type Topic } from '../harness/expectation.js';
import { defined } from '../harness/defined.js';
import { refusalName } from '../harness/refusal.js';
import { type Scenario } from '../harness/scenario.js';
import { splitInHalf } from '../harness/resharding.js';

function ids(answer: ListShardsCommandOutput): (string | undefined)[] {
  return (answer.Shards ?? []).map((shard) => shard.ShardId);
}

async function filtered(
  kinesis: Scenario,
  name: string,
  filter: ShardFilter,
): Promise<(string | undefined)[]> {
  return ids(await kinesis.send(new ListShardsCommand({ StreamName: name, ShardFilter: filter })));
}

/** A stream whose one shard was split a while after its creation, and moments safely on either side of the split. */
async function splitStream(kinesis: Scenario) {
  const { name } = await kinesis.stream();
  const parent = await kinesis.onlyShard(name);
  const { ApproximateArrivalTimestamp: before } = await onePut(kinesis, name);
  await kinesis.wait(1_100); // Some keep shards' times to the second only.
  const children = await splitInHalf(kinesis, name, parent);
  return { name, parent, children, before };
}

async function onePut(kinesis: Scenario, name: string) {
  await kinesis.put(name, 'a record that tells the time');
  const [record] = await kinesis.read(await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' }), 1);
  return defined(record);
}

export const listShards: Topic = {
  topic: 'ListShards',
  expectations: [
    {
      behaviour: 'open shards are listed with id and a starting, but no ending sequence number',
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 2 });
        const shards = await kinesis.shards(name);
        expect(shards.map((shard) => shard.ShardId)).toEqual([
          'shardId-000000000000',
          'shardId-000000000001',
        ]);
        for (const { SequenceNumberRange: range } of shards) {
          expect(range?.StartingSequenceNumber).toMatch(/^\d{50,}$/);
          expect(range?.EndingSequenceNumber).toBeUndefined();
        }
      },
    },
    {
      behaviour: 'MaxResults cuts the list and NextToken goes on with it to its end',
      source: apiReference('ListShards'),
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 5 });
        const listed: (string | undefined)[] = [];
        let answer = await kinesis.send(new ListShardsCommand({ StreamName: name, MaxResults: 2 }));
        listed.push(...ids(answer));
        expect(listed).toHaveLength(2);
        while (answer.NextToken !== undefined) {
          answer = await kinesis.send(new ListShardsCommand({ NextToken: answer.NextToken, MaxResults: 2 }));
          listed.push(...ids(answer));
        }
        expect(listed).toEqual((await kinesis.shards(name)).map((shard) => shard.ShardId));
      },
    },
    {
      behaviour: 'ExclusiveStartShardId lists the shards after it',
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 3 });
        const answer = await kinesis.send(
          new ListShardsCommand({ StreamName: name, ExclusiveStartShardId: 'shardId-000000000000' }),
        );
        expect(ids(answer)).toEqual(['shardId-000000000001', 'shardId-000000000002']);
      },
    },
    {
      behaviour: 'NextToken and StreamName together are refused with InvalidArgumentException',
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 2 });
        const both = new ListShardsCommand({ StreamName: name, NextToken: 'a token' });
        expect(await refusalName(kinesis.send(both))).toBe('InvalidArgumentException');
      },
    },
    {
      behaviour: 'a NextToken older than 300 seconds is refused with ExpiredNextTokenException',
      source: apiReference('ListShards'),
      virtualTime: true,
      async verify(kinesis) {
        const { name } = await kinesis.stream({ shards: 2 });
        const { NextToken } = await kinesis.send(new ListShardsCommand({ StreamName: name, MaxResults: 1 }));
        await kinesis.wait(301_000);
        expect(await refusalName(kinesis.send(new ListShardsCommand({ NextToken })))).toBe(
          'ExpiredNextTokenException',
        );
      },
    },
    {
      behaviour: 'without a filter, and FROM_TRIM_HORIZON, closed shards are listed beside open ones',
      async verify(kinesis) {
        const { name, parent, children } = await splitStream(kinesis);
        const all = [parent, ...children];
        expect((await kinesis.shards(name)).map((shard) => shard.ShardId)).toEqual(all);
        expect(await filtered(kinesis, name, { Type: 'FROM_TRIM_HORIZON' })).toEqual(all);
      },
    },
    {
      behaviour: 'AT_LATEST lists only the open shards',
      source: apiReference('ShardFilter'),
      async verify(kinesis) {
        const { name, children } = await splitStream(kinesis);
        expect(await filtered(kinesis, name, { Type: 'AT_LATEST' })).toEqual(children);
      },
    },
    {
      behaviour: 'AT_TRIM_HORIZON lists only the shards that were open at the trim horizon',
      source: apiReference('ShardFilter'),
      async verify(kinesis) {
        const { name, parent } = await splitStream(kinesis);
        expect(await filtered(kinesis, name, { Type: 'AT_TRIM_HORIZON' })).toEqual([parent]);
      },
    },
    {
      behaviour: 'AFTER_SHARD_ID lists the shards after the one given',
      source: apiReference('ShardFilter'),
      async verify(kinesis) {
        const { name, parent, children } = await splitStream(kinesis);
        expect(await filtered(kinesis, name, { Type: 'AFTER_SHARD_ID', ShardId: parent })).toEqual(children);
      },
    },
    {
      behaviour: 'AT_TIMESTAMP lists the shards that were open at that moment',
      source: apiReference('ShardFilter'),
      async verify(kinesis) {
        const { name, parent, before } = await splitStream(kinesis);
        expect(await filtered(kinesis, name, { Type: 'AT_TIMESTAMP', Timestamp: before })).toEqual([parent]);
      },
    },
    {
      behaviour: 'FROM_TIMESTAMP lists the shards open at that moment and those opened since',
      source: apiReference('ShardFilter'),
      async verify(kinesis) {
        const { name, parent, children, before } = await splitStream(kinesis);
        expect(await filtered(kinesis, name, { Type: 'FROM_TIMESTAMP', Timestamp: before })).toEqual([
          parent,
          ...children,
        ]);
      },
    },
    {
      behaviour: 'shards whose records are all past the retention period are no longer listed',
      source: apiReference('ShardFilter'),
      virtualTime: true,
      async verify(kinesis) {
        const { name, children } = await splitStream(kinesis);
        await kinesis.wait(25 * 3_600_000);
        expect((await kinesis.shards(name)).map((shard) => shard.ShardId)).toEqual(children);
        expect(await filtered(kinesis, name, { Type: 'AT_TRIM_HORIZON' })).toEqual(children);
      },
    },
  ],
};
