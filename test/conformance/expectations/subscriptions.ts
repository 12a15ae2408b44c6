import { type StartingPosition } from '@aws-sdk/client-kinesis';
import { apiReference, type Topic } from '../harness/expectation.js';
import { defined } from '../harness/defined.js';
import { refusalName } from '../harness/refusal.js';
import { splitInHalf } from '../harness/resharding.js';
import { type Scenario, textsOf } from '../harness/scenario.js';
import { registerConsumer, Subscription } from '../harness/subscription.js';

async function streamWithConsumer(kinesis: Scenario) {
  const { name, arn } = await kinesis.stream();
  return {
    name,
    shardId: await kinesis.onlyShard(name),
    consumer: await registerConsumer(kinesis, arn, 'reader'),
  };
}

const source = apiReference('SubscribeToShard');

export const subscriptions: Topic = {
  topic: 'SubscribeToShard',
  expectations: [
    {
      behaviour: 'a subscription from TRIM_HORIZON yields what is there, and then what comes',
      source,
      async verify(kinesis) {
        const { name, shardId, consumer } = await streamWithConsumer(kinesis);
        await kinesis.putAll(name, ['a', 'b']);
        const subscription = await Subscription.open(kinesis, consumer, shardId, { Type: 'TRIM_HORIZON' });
        const there = await subscription.records(2);
        expect(textsOf(there.records)).toEqual(['a', 'b']);
        expect(there.last.ContinuationSequenceNumber).toMatch(/^\d+$/);
        await kinesis.put(name, 'c');
        expect(textsOf((await subscription.records(1)).records)).toEqual(['c']);
      },
    },
    {
      behaviour: 'a subscription from LATEST yields only what comes',
      source,
      async verify(kinesis) {
        const { name, shardId, consumer } = await streamWithConsumer(kinesis);
        await kinesis.put(name, 'before');
        const subscription = await Subscription.open(kinesis, consumer, shardId, { Type: 'LATEST' });
        await kinesis.put(name, 'after');
        expect(textsOf((await subscription.records(1)).records)).toEqual(['after']);
      },
    },
    {
      behaviour: 'a subscription starts at or after a sequence number, or at a moment',
      source: apiReference('StartingPosition'),
      async verify(kinesis) {
        const { name, arn } = await kinesis.stream();
        const shardId = await kinesis.onlyShard(name);
        for (const text of ['a', 'b', 'c']) {
          await kinesis.put(name, text);
          await kinesis.wait(50);
        }
        const iterator = await kinesis.iterator(name, { ShardIteratorType: 'TRIM_HORIZON' });
        const [, b] = await kinesis.read(iterator, 3);
        const positions: [StartingPosition, string[]][] = [
          [{ Type: 'AT_SEQUENCE_NUMBER', SequenceNumber: b?.SequenceNumber }, ['b', 'c']],
          [{ Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: b?.SequenceNumber }, ['c']],
          [{ Type: 'AT_TIMESTAMP', Timestamp: b?.ApproximateArrivalTimestamp }, ['b', 'c']],
        ];
        for (const [position, texts] of positions) {
          const consumer = await registerConsumer(kinesis, arn, `reader-${position.Type}`);
          const subscription = await Subscription.open(kinesis, consumer, shardId, position);
          expect(textsOf((await subscription.records(texts.length)).records)).toEqual(texts);
        }
      },
    },
    {
      behaviour: 'a subscription to a closed shard yields what it holds, and ends with its ChildShards',
      source: apiReference('SubscribeToShardEvent'),
      async verify(kinesis) {
        const { name, shardId, consumer } = await streamWithConsumer(kinesis);
        await kinesis.putAll(name, ['a', 'b']);
        const children = await splitInHalf(kinesis, name, shardId);
        const subscription = await Subscription.open(kinesis, consumer, shardId, { Type: 'TRIM_HORIZON' });
        const events = await subscription.rest();
        expect(textsOf(events.flatMap((event) => event.Records ?? []))).toEqual(['a', 'b']);
        expect((events.at(-1)?.ChildShards ?? []).map((child) => child.ShardId).sort()).toEqual(children);
      },
    },
    {
      behaviour: 'a subscription without records still yields events, which say it is not behind',
      source: apiReference('SubscribeToShardEvent'),
      async verify(kinesis) {
        const { shardId, consumer } = await streamWithConsumer(kinesis);
        const subscription = await Subscription.open(kinesis, consumer, shardId, { Type: 'LATEST' });
        const event = await subscription.next();
        expect(event).toMatchObject({ Records: [], MillisBehindLatest: 0 });
        expect(event?.ContinuationSequenceNumber).toMatch(/^\d+$/);
      },
    },
    {
      behaviour: 'a subscription after a ContinuationSequenceNumber goes on without gap or repeat',
      source: apiReference('SubscribeToShardEvent'),
      async verify(kinesis) {
        const { name, shardId, consumer } = await streamWithConsumer(kinesis);
        await kinesis.putAll(name, ['a', 'b']);
        const first = await Subscription.open(kinesis, consumer, shardId, { Type: 'TRIM_HORIZON' });
        const { last } = await first.records(2);
        await kinesis.putAll(name, ['c', 'd']);
        await kinesis.wait(5_500); // Sooner, the shard counts as taken.
        const second = await Subscription.open(kinesis, consumer, shardId, {
          Type: 'AFTER_SEQUENCE_NUMBER',
          SequenceNumber: last.ContinuationSequenceNumber,
        });
        expect(textsOf((await second.records(2)).records)).toEqual(['c', 'd']);
      },
    },
    {
      behaviour:
        'a second call for the same consumer and shard within five seconds gets ResourceInUseException',
      source,
      async verify(kinesis) {
        const { shardId, consumer } = await streamWithConsumer(kinesis);
        await Subscription.open(kinesis, consumer, shardId, { Type: 'LATEST' });
        await kinesis.wait(1_200); // One call per second is a limit of its own.
        const second = Subscription.open(kinesis, consumer, shardId, { Type: 'LATEST' });
        expect(await refusalName(second)).toBe('ResourceInUseException');
      },
    },
    {
      behaviour:
        'a second call after more than five seconds takes the shard over, and the first subscription ends',
      source,
      async verify(kinesis) {
        const { name, shardId, consumer } = await streamWithConsumer(kinesis);
        const first = await Subscription.open(kinesis, consumer, shardId, { Type: 'LATEST' });
        await kinesis.wait(5_500);
        const second = await Subscription.open(kinesis, consumer, shardId, { Type: 'LATEST' });
        await first.rest().catch((error: Error) => expect(error.name).toBe('ResourceInUseException'));
        await kinesis.put(name, 'for the second');
        expect(textsOf((await second.records(1)).records)).toEqual(['for the second']);
      },
    },
    {
      behaviour: 'a subscription to a shard that is split ends with its last records and its ChildShards',
      source: apiReference('SubscribeToShardEvent'),
      async verify(kinesis) {
        const { name, shardId, consumer } = await streamWithConsumer(kinesis);
        await kinesis.put(name, 'of the parent');
        const subscription = await Subscription.open(kinesis, consumer, shardId, { Type: 'TRIM_HORIZON' });
        const children = await splitInHalf(kinesis, name, shardId);
        const events = await subscription.rest();
        expect(textsOf(events.flatMap((event) => event.Records ?? []))).toEqual(['of the parent']);
        const named = events.at(-1)?.ChildShards ?? [];
        expect(named.map((child) => child.ShardId).sort()).toEqual(children);
        for (const child of named) expect(child.ParentShards).toEqual([shardId]);
      },
    },
    {
      behaviour: 'a subscription ends by itself after five minutes',
      source,
      virtualTime: true,
      async verify(kinesis) {
        const { name, shardId, consumer } = await streamWithConsumer(kinesis);
        const subscription = await Subscription.open(kinesis, consumer, shardId, { Type: 'LATEST' });
        await kinesis.wait(290_000);
        await kinesis.put(name, 'in time');
        const rest = subscription.rest(400_000);
        const events = await rest;
        expect(textsOf(events.flatMap((event) => event.Records ?? []))).toEqual(['in time']);
      },
    },
    {
      behaviour: 'a consumer or shard that does not exist is refused with ResourceNotFoundException',
      source,
      async verify(kinesis) {
        const { shardId, consumer } = await streamWithConsumer(kinesis);
        const noShard = Subscription.open(kinesis, consumer, 'shardId-000000000042', { Type: 'LATEST' });
        expect(await refusalName(noShard)).toBe('ResourceNotFoundException');
        const noConsumer = Subscription.open(
          kinesis,
          defined(consumer.replace('reader', 'nobody')),
          shardId,
          {
            Type: 'LATEST',
          },
        );
        expect(await refusalName(noConsumer)).toBe('ResourceNotFoundException');
      },
    },
  ],
};
