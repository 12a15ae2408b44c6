import { ConnectionCut } from '../../../../src/testing/local-kinesis/engine/service-error.js';
import { FaultInjector } from '../../../../src/testing/local-kinesis/faults/fault-injector.js';
import { type FaultEffects } from '../../../../src/testing/local-kinesis/faults/fault-rule.js';
import { SeededRandom } from '../../../../src/testing/seeded-random.js';
import { type Answer, bytes, refusal, shardId, startEngine, texts } from '../engine/engine-fixture.js';

function startFaulty(seed = 1) {
  const started = startEngine({ limits: 'none' });
  const faults = new FaultInjector(started.engine, { clock: started.clock, random: new SeededRandom(seed) });
  const call = (operation: string, input: Answer = {}, signal?: AbortSignal) =>
    faults.execute(operation, input, signal);
  const put = (text = 'x', more: Answer = {}) =>
    call('PutRecord', { StreamName: 'orders', PartitionKey: 'k', Data: bytes(text), ...more });
  return { ...started, faults, call, put };
}

const LOW = { ExplicitHashKey: '0' };
const HIGH = { ExplicitHashKey: String(2n ** 127n) };

function entries(...keys: Answer[]): Answer[] {
  return keys.map((key, position) => ({ PartitionKey: 'k', Data: bytes(String(position)), ...key }));
}

describe('a fault', () => {
  it('refuses calls with a typed error, and they have no effect', async () => {
    const { createStream, faults, put, read } = startFaulty();
    await createStream();
    const fault = faults.add({ operation: 'PutRecord', error: 'ProvisionedThroughputExceededException' });
    expect((await refusal(put())).code).toBe('ProvisionedThroughputExceededException');
    expect(fault.hits).toBe(1);
    fault.remove();
    await put('y');
    expect(await read()).toEqual(['y']);
  });

  it.each([
    ['InternalFailure', 500],
    ['ServiceUnavailable', 503],
    ['ResourceNotFoundException', 400],
  ])('answers %s with status %d', async (error, statusCode) => {
    const { faults, call } = startFaulty();
    faults.add({ error });
    await expect(call('ListStreams')).rejects.toMatchObject({ code: error, statusCode });
  });

  it('meets only the calls of its scope', async () => {
    const { createStream, faults, put, call, iterator } = startFaulty();
    await createStream(2);
    faults.add({ operation: ['PutRecord', 'GetRecords'], shardId: shardId(1), error: 'InternalFailure' });
    faults.add({ stream: 'others', error: 'InternalFailure' });

    await put('x', LOW);
    await call('GetRecords', { ShardIterator: await iterator(0) });
    expect((await refusal(put('x', HIGH))).code).toBe('InternalFailure');
    expect((await refusal(call('GetRecords', { ShardIterator: await iterator(1) }))).code).toBe(
      'InternalFailure',
    );
    expect((await refusal(call('DescribeStream', { StreamName: 'others' }))).code).toBe('InternalFailure');
  });

  it('holds for a number of calls', async () => {
    const { faults, call } = startFaulty();
    const fault = faults.add({ error: 'InternalFailure', times: 2 });
    for (let count = 0; count < 2; count++) await refusal(call('ListStreams'));
    await call('ListStreams');
    expect(fault.hits).toBe(2);
  });

  it('holds for a time', async () => {
    const { clock, faults, call } = startFaulty();
    faults.add({ error: 'InternalFailure', from: 100, until: 200 });
    await call('ListStreams');
    await clock.advance(100);
    await refusal(call('ListStreams'));
    await clock.advance(100);
    await call('ListStreams');
  });

  it('happens with its probability, the same way for the same seed', async () => {
    const run = async (seed: number): Promise<string> => {
      const { faults, call } = startFaulty(seed);
      faults.add({ error: 'InternalFailure', probability: 0.5 });
      let outcome = '';
      for (let count = 0; count < 100; count++) {
        outcome += await call('ListStreams').then(
          () => '.',
          () => 'x',
        );
      }
      return outcome;
    };
    const outcome = await run(1);
    expect(outcome.split('x').length - 1).toBeGreaterThan(30);
    expect(outcome.split('x').length - 1).toBeLessThan(70);
    expect(await run(1)).toBe(outcome);
    expect(await run(2)).not.toBe(outcome);
  });

  it('fails only the records of its shard in a PutRecords', async () => {
    const { createStream, faults, call, read } = startFaulty();
    await createStream(2);
    faults.add({ operation: 'PutRecords', shardId: shardId(1), error: 'InternalFailure' });
    const answer = await call('PutRecords', { StreamName: 'orders', Records: entries(HIGH, LOW, HIGH, LOW) });

    const failed = { ErrorCode: 'InternalFailure' };
    expect(answer).toMatchObject({
      FailedRecordCount: 2,
      Records: [failed, { ShardId: shardId(0) }, failed, { ShardId: shardId(0) }],
    });
    expect(await read(0)).toEqual(['1', '3']);
    expect(await read(1)).toEqual([]);
  });

  it('can be decided for each record', async () => {
    const { createStream, faults, call, read } = startFaulty();
    await createStream();
    faults.add({ operation: 'PutRecords', perRecord: true, probability: 0.5, error: 'InternalFailure' });
    const { FailedRecordCount } = await call('PutRecords', {
      StreamName: 'orders',
      Records: entries(...Array.from({ length: 100 }, () => LOW)),
    });
    expect(FailedRecordCount).toBeGreaterThan(30);
    expect(FailedRecordCount).toBeLessThan(70);
    expect(await read()).toHaveLength(100 - (FailedRecordCount as number));
  });

  it('delays calls on the clock', async () => {
    const { clock, faults, call } = startFaulty();
    faults.add({ delay: [100, 200] });
    let done = false;
    const coming = call('ListStreams').then(() => (done = true));
    await clock.advance(99);
    expect(done).toBe(false);
    await clock.advance(101);
    expect(await coming).toBe(true);
  });

  it.each([
    [{ cut: 'before' } as const, []],
    [{ cut: 'after' } as const, ['x']],
  ])('cuts the connection: %j', async (effect, stored) => {
    const { createStream, faults, put, read } = startFaulty();
    await createStream();
    faults.add({ operation: 'PutRecord', ...effect });
    await expect(put()).rejects.toBeInstanceOf(ConnectionCut);
    expect(await read()).toEqual(stored);
  });

  it('loses the reply after the write took effect', async () => {
    const { createStream, faults, put, read, call } = startFaulty();
    await createStream();
    faults.add({ operation: 'PutRecord', lostReply: true, times: 1 });
    expect((await refusal(put('one'))).code).toBe('InternalFailure');

    faults.add({ operation: 'PutRecord', lostReply: 'hang', times: 1 });
    const caller = new AbortController();
    const record = { StreamName: 'orders', PartitionKey: 'k', Data: bytes('two') };
    const hanging = call('PutRecord', record, caller.signal);
    caller.abort(new Error('gave up'));
    await expect(hanging).rejects.toThrow('gave up');
    expect(await read()).toEqual(['one', 'two']);
  });

  it('expires iterators, and ends shards that have not ended', async () => {
    const { createStream, faults, call, iterator, put } = startFaulty();
    await createStream();
    await put();
    const ShardIterator = await iterator();
    faults.add({ operation: 'GetRecords', expiredIterator: true, times: 1 });
    expect((await refusal(call('GetRecords', { ShardIterator }))).code).toBe('ExpiredIteratorException');

    faults.add({ operation: 'GetRecords', nullIterator: true, times: 1 });
    expect(await call('GetRecords', { ShardIterator })).toEqual({ Records: [], MillisBehindLatest: 0 });
    expect(texts((await call('GetRecords', { ShardIterator })).Records)).toEqual(['x']);
  });

  it('shows ListShards as it was', async () => {
    const { clock, createStream, faults, call } = startFaulty();
    await createStream();
    await clock.advance(10_000);
    await call('SplitShard', { StreamName: 'orders', ShardToSplit: shardId(0), NewStartingHashKey: '5' });
    await clock.advance(1000);
    faults.add({ operation: 'ListShards', staleness: 2000 });
    const list = async () => (await call('ListShards', { StreamName: 'orders' })).Shards as Answer[];

    const stale = await list();
    expect(stale).toMatchObject([{ ShardId: shardId(0) }]);
    expect(stale[0]?.SequenceNumberRange).not.toHaveProperty('EndingSequenceNumber');
    await clock.advance(1000);
    expect(await list()).toHaveLength(3);
  });

  it('stores the records of a request in another order, and answers in theirs', async () => {
    const { createStream, faults, call, read, engine } = startFaulty();
    await createStream();
    faults.add({ operation: 'PutRecords', reorder: true });
    const Records = entries(...Array.from({ length: 20 }, () => LOW));
    const answer = await call('PutRecords', { StreamName: 'orders', Records });

    const stored = await read();
    const sent = Records.map((_, position) => String(position));
    expect(stored).not.toEqual(sent);
    expect([...stored].sort()).toEqual([...sent].sort());
    const numbers = new Map(
      [...engine.records('orders')].map((record) => [record.sequenceNumber, record.data]),
    );
    const acknowledged = (answer.Records as { SequenceNumber: string }[]).map(({ SequenceNumber }) =>
      new TextDecoder().decode(numbers.get(SequenceNumber)),
    );
    expect(acknowledged).toEqual(sent);
  });

  it('leaves hostile input to be refused by the engine', async () => {
    const { createStream, faults, call } = startFaulty();
    await createStream(2);
    faults.add({ shardId: shardId(1), stream: 'orders', error: 'InternalFailure' });
    faults.add({
      operation: 'PutRecords',
      reorder: true,
      perRecord: true,
      error: 'InternalFailure',
      probability: 0,
    });
    const oddities = [null, undefined, 5, 'x', [], [null], [5], {}, new Date(NaN), new Uint8Array(2)];
    for (const oddity of oddities) {
      for (const input of [
        oddity,
        { StreamName: oddity, PartitionKey: oddity },
        { StreamARN: oddity, Records: oddity },
        { StreamName: 'orders', Records: [oddity, { PartitionKey: oddity, ExplicitHashKey: oddity }] },
        { ShardIterator: oddity },
      ]) {
        for (const operation of ['PutRecords', 'PutRecord', 'GetRecords', 'SubscribeToShard']) {
          const { code } = await refusal(call(operation, input as Answer));
          expect(['SerializationException', 'ValidationException', 'InvalidArgumentException']).toContain(
            code,
          );
        }
      }
    }
  });

  it('makes no rule that could do nothing', () => {
    const { faults } = startFaulty();
    expect(() => faults.add({ operation: 'PutRecord' })).toThrow(RangeError);
    expect(() => faults.add({ operation: ['PutRecord', 'putRecords'], error: 'X' })).toThrow('putRecords');
    expect(() => faults.add({ error: 'X', probability: 2 })).toThrow(RangeError);
    expect(() => faults.add({ error: 'X', times: 0 })).toThrow(RangeError);
    expect(() => faults.add({ error: 'X', from: 5, until: 5 })).toThrow(RangeError);
  });
});

describe('a fault of a subscription', () => {
  async function subscribed(effect: FaultEffects) {
    const started = startFaulty();
    await started.createStream();
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders';
    const { Consumer } = await started.call('RegisterStreamConsumer', { StreamARN, ConsumerName: 'audit' });
    started.faults.add({ operation: 'SubscribeToShard', ...effect });
    const caller = new AbortController();
    const input = { ...(Consumer as Answer), ShardId: shardId(0), StartingPosition: { Type: 'LATEST' } };
    const { EventStream } = await started.call('SubscribeToShard', input, caller.signal);
    return { ...started, caller, events: (EventStream as AsyncIterable<Answer>)[Symbol.asyncIterator]() };
  }

  it('leaves it open but silent, until the caller gives up', async () => {
    const { clock, put, events, caller } = await subscribed({ silentAfter: 1000 });
    await events.next();
    let heard = false;
    const coming = events.next().finally(() => (heard = true));
    await clock.advance(1000);
    await put();
    await clock.advance(600_000);
    expect(heard).toBe(false);
    caller.abort();
    expect(await coming).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);
  });

  it('cuts it in the middle', async () => {
    const { clock, events } = await subscribed({ cutAfter: 1000 });
    await events.next();
    const coming = events.next();
    const cut = expect(coming).rejects.toBeInstanceOf(ConnectionCut);
    await clock.advance(1000);
    await cut;
    await expect(events.next()).rejects.toBeInstanceOf(ConnectionCut);
    expect(clock.pending).toBe(0);
  });
});
