import type { Checkpoint } from '../../src/checkpointers/checkpoint.js';
import { ReaderFixture } from '../support/reader-fixture.js';

const HOUR = 3_600_000;

let fixture: ReaderFixture;

beforeEach(async () => {
  fixture = await ReaderFixture.create();
});

afterEach(() => fixture.close());

/** A checkpoint whose record, and one behind it, are trimmed; `left` is there still. */
async function lose(...left: unknown[]): Promise<Checkpoint & { type: 'SEQUENCE' }> {
  await fixture.put('done');
  const checkpoint = fixture.checkpointAtLast();
  await fixture.put('lost');
  await fixture.clock.advance(23 * HOUR);
  await fixture.put(...left);
  await fixture.clock.advance(2 * HOUR);
  if (checkpoint.type !== 'SEQUENCE') throw new Error('unreachable');
  return checkpoint;
}

function firstAvailable(): string | undefined {
  return [...fixture.stream.engine.records('orders')][0]?.sequenceNumber;
}

it('a checkpoint whose record is there begins with that record, and nothing is reported', async () => {
  await fixture.put('done');
  const checkpoint = fixture.checkpointAtLast();
  await fixture.put('next');
  await fixture.clock.advance(23 * HOUR);
  const read = fixture.readAll(fixture.reader({ checkpoint, onDataLoss: 'fail' }));
  await fixture.clock.advance(2_000);
  // A part of the record may still be to do: what is done is for the delivery to know.
  expect(read).toMatchObject({ values: ['done', 'next'] });
  expect(fixture.stream.events).toEqual([]);
});

it('a trimmed checkpoint is reported once, and reading goes on with the oldest record', async () => {
  const checkpoint = await lose('oldest', 'newer');
  const read = fixture.readAll(fixture.reader({ checkpoint, onDataLoss: 'oldest' }));
  await fixture.clock.advance(2_000);
  fixture.stream.faults.add({ operation: 'GetRecords', expiredIterator: true, times: 3 });
  await fixture.clock.advance(10_000);
  expect(read.values).toEqual(['oldest', 'newer']);
  expect(fixture.stream.events).toEqual([
    {
      type: 'records-trimmed',
      checkpoint: checkpoint.sequenceNumber,
      firstAvailable: firstAvailable(),
      policy: 'oldest',
      stream: 'orders',
      application: 'app',
      shardId: 'shardId-000000000000',
    },
  ]);
});

it('with onDataLoss "latest" reading goes on from now, and loses nothing that comes later', async () => {
  const checkpoint = await lose('older than now');
  fixture.stream.faults.add({ operation: 'DescribeStreamSummary', error: 'InternalFailure', times: 2 });
  const read = fixture.readAll(fixture.reader({ checkpoint, onDataLoss: 'latest' }));
  await fixture.clock.advance(5_000);
  fixture.stream.faults.add({ operation: 'GetRecords', expiredIterator: true, times: 2 });
  await fixture.put('new');
  await fixture.clock.advance(5_000);
  expect(read.values).toEqual(['new']);
  expect(fixture.stream.events).toMatchObject([{ type: 'records-trimmed', policy: 'latest' }]);
});

it('with onDataLoss "fail" the read is refused with the place, and what to do', async () => {
  const checkpoint = await lose('oldest');
  const reader = fixture.reader({ checkpoint, onDataLoss: 'fail' });
  const read = fixture.readAll(reader);
  await fixture.clock.advance(10_000);
  expect(read.values).toEqual([]);
  expect(read.error).toMatchObject({
    code: 'KINESIS_DATA_LOSS',
    retryable: false,
    stream: 'orders',
    shardId: 'shardId-000000000000',
    checkpoint: checkpoint.sequenceNumber,
    message: expect.stringMatching(/"onDataLoss".*retention/) as string,
  });
  expect(fixture.stream.eventsOf('records-trimmed')).toHaveLength(1);
  await expect(reader.read(fixture.stop.signal)).rejects.toBe(read.error);
  expect(fixture.budget.used).toEqual({ bytes: 0, records: 0 });
});

it('a shard trimmed empty is reported, too, when its tip is reached', async () => {
  await fixture.put('done', 'lost');
  const checkpoint = {
    type: 'SEQUENCE',
    sequenceNumber: firstAvailable() ?? '',
    subSequenceNumber: 0,
  } as const;
  await fixture.clock.advance(25 * HOUR);
  const read = fixture.readAll(fixture.reader({ checkpoint }));
  await fixture.clock.advance(3_000);
  expect(fixture.stream.events).toMatchObject([{ type: 'records-trimmed', policy: 'oldest' }]);
  expect(fixture.stream.events[0]).not.toHaveProperty('firstAvailable');
  await fixture.put('next');
  await fixture.clock.advance(3_000);
  expect(read.values).toEqual(['next']);
  expect(fixture.stream.events).toHaveLength(1);
});

it('an answer without iterator or children says nothing about a checkpoint', async () => {
  await fixture.put('done');
  const checkpoint = fixture.checkpointAtLast();
  fixture.stream.faults.add({ operation: 'GetRecords', nullIterator: true, times: 3 });
  const read = fixture.readAll(fixture.reader({ checkpoint, onDataLoss: 'fail' }));
  await fixture.clock.advance(6_000);
  expect(read).toMatchObject({ values: ['done'] });
  expect(fixture.stream.events).toEqual([]);
});

it('an iterator made anew at the tip accuses no shard that is quiet for days', async () => {
  const read = fixture.readAll(fixture.reader({ onDataLoss: 'fail', sleepTimeNoRecords: 60_000 }));
  await fixture.put('a');
  await fixture.clock.advance(26 * HOUR);
  fixture.stream.faults.add({ operation: 'GetRecords', expiredIterator: true, times: 1 });
  await fixture.clock.advance(120_000);
  await fixture.put('b');
  await fixture.clock.advance(120_000);
  expect(read.values).toEqual(['a', 'b']);
  expect(read.error).toBeUndefined();
  expect(fixture.stream.events).toEqual([]);
});

describe('a reader that is behind by more than the shortest retention', () => {
  it('notices that records are trimmed under its hands', async () => {
    await fixture.put('a');
    await fixture.put('b');
    await fixture.clock.advance(23 * HOUR);
    await fixture.put('c');
    const reader = fixture.reader({ recordLimit: 1, shardFetchRate: 1 });
    const first = reader.read(fixture.stop.signal);
    await fixture.clock.advance(1);
    const page = await first;
    // No room to read on until "b" is past retention.
    const all = fixture.budget.reserve(
      { bytes: Infinity, records: Infinity },
      { signal: fixture.stop.signal, ahead: () => false },
    );
    page.release();
    await all;
    await fixture.clock.advance(2 * HOUR);
    (await all).release();
    const rest = fixture.readAll(reader);
    await fixture.clock.advance(10_000);
    expect(rest.values).toEqual(['c']);
    expect(fixture.stream.events).toMatchObject([
      { type: 'records-trimmed', checkpoint: page.records[0]?.sequenceNumber, policy: 'oldest' },
    ]);
  });

  it('gets on, one record at a time, where retention is long', async () => {
    await fixture.stream.engine.execute('IncreaseStreamRetentionPeriod', {
      StreamName: 'orders',
      RetentionPeriodHours: 168,
    });
    await fixture.put(0, 1, 2, 3);
    await fixture.clock.advance(48 * HOUR);
    await fixture.put(4);
    const read = fixture.readAll(fixture.reader({ recordLimit: 1 }));
    await fixture.clock.advance(20_000);
    expect(read.values).toEqual([0, 1, 2, 3, 4]);
    expect(fixture.stream.events).toEqual([]);
  });
});
