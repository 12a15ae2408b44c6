import { type LocalKinesisEngineOptions } from '../../../../src/testing/local-kinesis/engine/engine.js';
import { MEBIBYTE } from '../../../../src/testing/local-kinesis/engine/limits.js';
import { refusal, shardId, startEngine, texts, type Answer } from './engine-fixture.js';

async function withConsumer(options: Partial<LocalKinesisEngineOptions> = {}) {
  const engine = startEngine(options);
  await engine.createStream();
  const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders';
  const { Consumer } = await engine.call('RegisterStreamConsumer', { StreamARN, ConsumerName: 'audit' });
  const { ConsumerARN } = Consumer as { ConsumerARN: string };
  const subscribe = async (position: Answer = { Type: 'TRIM_HORIZON' }, signal?: AbortSignal) => {
    const input = { ConsumerARN, ShardId: shardId(0), StartingPosition: position };
    const { EventStream } = await engine.engine.execute('SubscribeToShard', input, signal);
    return (EventStream as AsyncIterable<Answer>)[Symbol.asyncIterator]();
  };
  return { ...engine, ConsumerARN, StreamARN, subscribe };
}

type Events = AsyncIterator<Answer>;

async function nextEvent(events: Events): Promise<Answer> {
  const step = await events.next();
  if (step.done) throw new Error('the subscription has ended');
  return step.value.SubscribeToShardEvent as Answer;
}

describe('a subscription', () => {
  it('starts with what there is, and then gives records as they arrive', async () => {
    const { put, subscribe } = await withConsumer();
    await put('old');
    const events = await subscribe();

    expect(texts((await nextEvent(events)).Records)).toEqual(['old']);
    const coming = nextEvent(events);
    await put('new');
    expect(texts((await coming).Records)).toEqual(['new']);
  });

  it('paces events to 2 MiB a second, beyond the first of them', async () => {
    const { call, clock, subscribe } = await withConsumer({ limits: { shardWriteBytesPerSecond: Infinity } });
    for (let count = 0; count < 4; count++) {
      await call('PutRecord', {
        StreamName: 'orders',
        PartitionKey: 'k',
        Data: new Uint8Array(MEBIBYTE - 1),
      });
    }
    const events = await subscribe();
    const arrivals: number[] = [];
    for (let count = 0; count < 4; count++) {
      const coming = nextEvent(events).then(() => arrivals.push(clock.now()));
      await clock.advance(count < 3 ? 0 : 499);
      if (count === 3) expect(arrivals).toHaveLength(3);
      if (count === 3) await clock.advance(1);
      await coming;
    }
    expect(arrivals).toEqual([0, 0, 0, 500]);
  });

  it('tells that nothing came, from time to time', async () => {
    const { clock, subscribe } = await withConsumer();
    const events = await subscribe();
    expect(await nextEvent(events)).toMatchObject({ Records: [], MillisBehindLatest: 0 });
    const coming = nextEvent(events);
    await clock.advance(5000);
    expect(await coming).toMatchObject({ Records: [] });
  });

  it.each(['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'])('can be continued %s', async (Type) => {
    const { clock, put, subscribe } = await withConsumer();
    await put('one');
    const events = await subscribe();
    const { ContinuationSequenceNumber } = await nextEvent(events);
    await events.return?.();
    await put('two');
    await clock.advance(5000);

    const more = await subscribe({ Type, SequenceNumber: ContinuationSequenceNumber });
    expect(texts((await nextEvent(more)).Records)).toEqual(['two']);
  });

  it('ends at the end of the shard, after naming its children', async () => {
    const { call, put, subscribe } = await withConsumer();
    const events = await subscribe();
    await nextEvent(events);
    const coming = nextEvent(events);
    await put('last');
    expect(texts((await coming).Records)).toEqual(['last']);
    const end = nextEvent(events);
    await call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: '5' });

    const event = await end;
    expect(event).toMatchObject({
      Records: [],
      ChildShards: [{ ShardId: shardId(1) }, { ShardId: shardId(2) }],
    });
    expect(event).not.toHaveProperty('ContinuationSequenceNumber');
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('ends after five minutes', async () => {
    const { clock, subscribe } = await withConsumer();
    const events = await subscribe();
    await nextEvent(events);
    let count = 0;
    const all = (async () => {
      for (let step = await events.next(); !step.done; step = await events.next()) count++;
    })();
    await clock.advance(300_000);
    await all;
    expect(count).toBe(59);
    expect(clock.pending).toBe(0);
  });

  it('ends when the caller goes away, and leaves nothing behind', async () => {
    const { clock, subscribe } = await withConsumer();
    const caller = new AbortController();
    const events = await subscribe({ Type: 'LATEST' }, caller.signal);
    await nextEvent(events);
    const coming = events.next();
    caller.abort();
    expect(await coming).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);
  });

  it('cannot be opened twice within five seconds, and is taken over after', async () => {
    const { clock, subscribe } = await withConsumer();
    const events = await subscribe();
    await nextEvent(events);
    expect((await refusal(subscribe())).code).toBe('LimitExceededException');
    await clock.advance(4999);
    expect((await refusal(subscribe())).code).toBe('ResourceInUseException');
    const coming = refusal(events.next());
    await clock.advance(1001);

    const later = await subscribe();
    expect(await nextEvent(later)).toMatchObject({ Records: [] });
    expect((await coming).code).toBe('ResourceInUseException');
  });

  it('fails when its consumer is deregistered or its stream deleted', async () => {
    const { call, ConsumerARN, subscribe } = await withConsumer();
    const events = await subscribe();
    await nextEvent(events);
    const coming = refusal(events.next());
    await call('DeregisterStreamConsumer', { ConsumerARN });
    expect((await coming).code).toBe('ResourceNotFoundException');
    expect((await refusal(subscribe())).code).toBe('ResourceNotFoundException');
  });
});

describe('consumers', () => {
  it('are registered once per name, described and listed', async () => {
    const { call, ConsumerARN, StreamARN } = await withConsumer();
    const again = call('RegisterStreamConsumer', { StreamARN, ConsumerName: 'audit' });
    expect((await refusal(again)).code).toBe('ResourceInUseException');
    for (const ConsumerName of ['billing', 'search'])
      await call('RegisterStreamConsumer', { StreamARN, ConsumerName });

    expect(await call('DescribeStreamConsumer', { StreamARN, ConsumerName: 'audit' })).toMatchObject({
      ConsumerDescription: { ConsumerARN, ConsumerStatus: 'ACTIVE', StreamARN },
    });
    const first = await call('ListStreamConsumers', { StreamARN, MaxResults: 2 });
    const second = await call('ListStreamConsumers', { StreamARN, NextToken: first.NextToken });
    expect(first.Consumers).toMatchObject([{ ConsumerName: 'audit' }, { ConsumerName: 'billing' }]);
    expect(second.Consumers).toMatchObject([{ ConsumerName: 'search' }]);
    expect(second).not.toHaveProperty('NextToken');
  });

  it('keep their stream from being deleted unless that is asked for', async () => {
    const { call } = await withConsumer();
    expect((await refusal(call('DeleteStream', { StreamName: 'orders' }))).code).toBe(
      'ResourceInUseException',
    );
    await call('DeleteStream', { StreamName: 'orders', EnforceConsumerDeletion: true });
    expect(await call('ListStreams')).toMatchObject({ StreamNames: [], HasMoreStreams: false });
  });
});
