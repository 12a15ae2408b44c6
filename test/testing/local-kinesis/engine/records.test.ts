import { createHash } from 'node:crypto';

import { bytes, refusal, shardId, startEngine, texts } from './engine-fixture.js';

describe('writing and reading records', () => {
  it('gives back what was put, with keys, arrival time and rising sequence numbers', async () => {
    const { call, createStream, clock, iterator, put } = startEngine();
    await createStream();
    const first = await put('one', { PartitionKey: 'a' });
    await clock.advance(5);
    const second = await put('two', { PartitionKey: 'b' });

    const answer = await call('GetRecords', { ShardIterator: await iterator() });

    expect(texts(answer.Records)).toEqual(['one', 'two']);
    expect(answer.Records).toMatchObject([
      {
        PartitionKey: 'a',
        SequenceNumber: first.SequenceNumber,
        ApproximateArrivalTimestamp: new Date(clock.wallTime() - 5),
      },
      {
        PartitionKey: 'b',
        SequenceNumber: second.SequenceNumber,
        ApproximateArrivalTimestamp: new Date(clock.wallTime()),
      },
    ]);
    expect(first.SequenceNumber).toMatch(/^\d{56}$/);
    expect(BigInt(second.SequenceNumber) - BigInt(first.SequenceNumber)).toBeGreaterThan(2n ** 53n);
  });

  it('keeps its own copy of the data, on the way in and on the way out', async () => {
    const { call, createStream, iterator, read } = startEngine();
    await createStream();
    const data = bytes('safe');
    await call('PutRecord', { StreamName: 'orders', PartitionKey: 'key', Data: data });
    data.fill(0);
    const { Records } = await call('GetRecords', { ShardIterator: await iterator() });
    (Records as { Data: Uint8Array }[])[0]?.Data.fill(0);

    expect(await read()).toEqual(['safe']);
  });

  it.each(['a', 'a longer key', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(256), 'Schlüssel', '🚀'])(
    'sends a record to the shard that holds the MD5 of its key (%s)',
    async (PartitionKey) => {
      const { createStream, put } = startEngine();
      await createStream(7);
      const hash = BigInt(`0x${createHash('md5').update(PartitionKey).digest('hex')}`);
      const expected = Number(hash / (2n ** 128n / 7n));

      expect((await put('x', { PartitionKey })).ShardId).toBe(shardId(expected));
    },
  );

  it('lets an explicit hash key override the partition key', async () => {
    const { createStream, put } = startEngine();
    await createStream(2);

    expect((await put('low', { ExplicitHashKey: '0' })).ShardId).toBe(shardId(0));
    expect((await put('below', { ExplicitHashKey: String(2n ** 127n - 1n) })).ShardId).toBe(shardId(0));
    expect((await put('middle', { ExplicitHashKey: String(2n ** 127n) })).ShardId).toBe(shardId(1));
    expect((await put('high', { ExplicitHashKey: String(2n ** 128n - 1n) })).ShardId).toBe(shardId(1));
    expect(await refusal(put('beyond', { ExplicitHashKey: String(2n ** 128n) }))).toMatchObject({
      code: 'InvalidArgumentException',
    });
  });

  it('reads page by page up to the limit, and says how far behind now the page is', async () => {
    const { call, clock, createStream, iterator, put } = startEngine();
    await createStream();
    for (const text of ['a', 'b', 'c']) {
      await put(text);
      await clock.advance(100);
    }

    const first = await call('GetRecords', { ShardIterator: await iterator(), Limit: 2 });
    const second = await call('GetRecords', { ShardIterator: first.NextShardIterator, Limit: 2 });
    const third = await call('GetRecords', { ShardIterator: second.NextShardIterator, Limit: 2 });

    expect([first, second, third].map(({ Records }) => texts(Records))).toEqual([['a', 'b'], ['c'], []]);
    expect([first, second, third].map(({ MillisBehindLatest }) => MillisBehindLatest)).toEqual([200, 0, 0]);
  });
});

describe('shard iterators', () => {
  it('start where their type says', async () => {
    const { clock, createStream, put, read } = startEngine({ limits: 'none' });
    await createStream();
    const times: Date[] = [];
    const numbers: string[] = [];
    for (const text of ['a', 'b', 'c']) {
      times.push(new Date(clock.wallTime()));
      numbers.push((await put(text)).SequenceNumber);
      await clock.advance(1000);
    }
    const [, number = ''] = numbers;
    const [, time = new Date()] = times;

    expect(await read(0, 'TRIM_HORIZON')).toEqual(['a', 'b', 'c']);
    expect(await read(0, 'LATEST')).toEqual([]);
    expect(await read(0, 'AT_SEQUENCE_NUMBER', { StartingSequenceNumber: number })).toEqual(['b', 'c']);
    expect(await read(0, 'AFTER_SEQUENCE_NUMBER', { StartingSequenceNumber: number })).toEqual(['c']);
    expect(await read(0, 'AT_TIMESTAMP', { Timestamp: time })).toEqual(['b', 'c']);
    expect(await read(0, 'AT_TIMESTAMP', { Timestamp: new Date(time.getTime() + 1) })).toEqual(['c']);
    expect(await read(0, 'AT_TIMESTAMP', { Timestamp: new Date(0) })).toEqual(['a', 'b', 'c']);
  });

  it.each(['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'])(
    '%s takes numbers between and beyond records',
    async (type) => {
      const { createStream, put, read } = startEngine({ limits: 'none' });
      await createStream();
      const { SequenceNumber } = await put('a');
      await put('b');
      const last = await put('c');
      const from = (number: bigint) => read(0, type, { StartingSequenceNumber: String(number) });

      expect(await from(BigInt(SequenceNumber) - 1n)).toEqual(['a', 'b', 'c']);
      expect(await from(BigInt(SequenceNumber) + 1n)).toEqual(['b', 'c']);
      expect(await from(BigInt(last.SequenceNumber) + 1n)).toEqual([]);
    },
  );

  it('see what arrives after LATEST was taken', async () => {
    const { call, createStream, iterator, put } = startEngine();
    await createStream();
    await put('before');
    const ShardIterator = await iterator(0, 'LATEST');
    await put('after');

    expect(texts((await call('GetRecords', { ShardIterator })).Records)).toEqual(['after']);
  });

  it('expire five minutes after they were given out', async () => {
    const { call, clock, createStream, iterator } = startEngine();
    await createStream();
    const ShardIterator = await iterator();
    await clock.advance(300_000);
    const { NextShardIterator } = await call('GetRecords', { ShardIterator });
    await clock.advance(1);

    expect(await refusal(call('GetRecords', { ShardIterator }))).toMatchObject({
      code: 'ExpiredIteratorException',
    });
    expect(texts((await call('GetRecords', { ShardIterator: NextShardIterator })).Records)).toEqual([]);
  });

  it('are refused when they were made up or changed', async () => {
    const { call, createStream, iterator } = startEngine();
    await createStream();
    const token = await iterator();
    const changed = Buffer.from(Buffer.from(token, 'base64').toString().replace('|1|', '|7|')).toString(
      'base64',
    );
    expect(changed).not.toBe(token);

    for (const ShardIterator of ['garbage', changed, 'AAAA', '🚀']) {
      expect(await refusal(call('GetRecords', { ShardIterator }))).toEqual({
        code: 'InvalidArgumentException',
        message: 'Invalid ShardIterator.',
      });
    }
  });

  it('are refused for sequence numbers of another stream or shard, and times to come', async () => {
    const { clock, createStream, iterator, put } = startEngine();
    await createStream(2);
    const { SequenceNumber } = await put('low', { ExplicitHashKey: '0' });
    const of = (shard: number, StartingSequenceNumber: string) =>
      refusal(iterator(shard, 'AT_SEQUENCE_NUMBER', { StartingSequenceNumber }));

    expect((await of(1, SequenceNumber)).message).toContain('It encodes shardId-000000000000');
    expect((await of(0, `48${SequenceNumber.slice(2)}`)).message).toContain('did not come from this stream');
    const late = iterator(0, 'AT_TIMESTAMP', { Timestamp: new Date(clock.wallTime() + 1) });
    expect((await refusal(late)).code).toBe('InvalidArgumentException');
  });
});
