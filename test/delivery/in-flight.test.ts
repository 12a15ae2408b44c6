import fc from 'fast-check';
import type { PackedRecord, UserRecord } from '../../src/aggregators/aggregator.js';
import { JsonAggregator } from '../../src/aggregators/json-aggregator.js';
import { textReaderOf } from '../../src/aggregators/serializers/text-reader.js';
import { InFlight } from '../../src/delivery/in-flight.js';
import type { KinesisRecord } from '../../src/client/kinesis-gateway.js';
import { DeserializationError } from '../../src/errors.js';
import type { InFlightRecord } from '../../src/delivery/in-flight-record.js';
import { ArrayAggregator, at, page, record } from './support/delivery-fixture.js';

function inFlight(handlers: number, aggregator = new JsonAggregator(), hasLastingData = false): InFlight {
  return new InFlight({
    scope: {
      place: { stream: 'orders', application: 'app', shardId: 'shard-0' },
      aggregator,
      readText: textReaderOf(aggregator),
      fencingToken: 1,
      handlers,
      hasLastingData,
      mark: () => undefined,
    },
    resumeFrom: { type: 'TRIM_HORIZON' },
    onHungry: () => undefined,
    onRoom: () => undefined,
    onEmpty: () => undefined,
  });
}

function takeAll(records: InFlight): InFlightRecord[] {
  const taken: InFlightRecord[] = [];
  for (let next = records.at(0); next; next = records.at(taken.length)) taken.push(next);
  return taken;
}

it('has its watermark before the first record that some handler has not finished, whatever the order of finishing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 3 }),
      fc.infiniteStream(fc.nat()),
      (count, handlers, picks) => {
        const records = inFlight(handlers);
        const accepted = page(Array.from({ length: count }, (_, i) => record(1000 + i, '0')));
        records.accept(accepted);
        const taken = takeAll(records);
        const open = taken.flatMap((each, index) =>
          Array.from({ length: handlers }, () => ({ each, index })),
        );
        while (open.length > 0) {
          const [picked] = open.splice((picks.next().value as number) % open.length, 1);
          if (picked) records.finish(picked.each);
          const first = open.length === 0 ? count : Math.min(...open.map(({ index }) => index));
          expect(records.finished).toEqual(first === 0 ? undefined : at(999 + first));
        }
        expect(records.isEmpty).toBe(true);
        expect(accepted.released).toBe(true);
      },
    ),
  );
});

it('a page is let go of when its last record is finished, though that is the watermark', () => {
  const records = inFlight(1);
  records.accept(page([record(1, '0'), record(2, '0')]));
  const [first, last] = takeAll(records);
  if (!first || !last) throw new Error('two records were to come');
  expect(last.endOf).toBeDefined();
  records.finish(last);
  records.finish(first);
  expect(records.finished).toEqual(at(2));
  expect(last.endOf).toBeUndefined();
});

describe('what a page is in', () => {
  const taker = (...records: readonly KinesisRecord[]) => {
    const accepted = Object.assign(page(records), {
      takenBack: 0,
      takeBack: () => void accepted.takenBack++,
    });
    return accepted;
  };

  it('is taken back when all handlers have finished all of its records, and those before', () => {
    const records = inFlight(2, new ArrayAggregator());
    const [first, second] = [taker(record(1, '[1,2]'), record(2, '[3]')), taker(record(3, '[4]'))];
    records.accept(first);
    records.accept(second);
    const taken = takeAll(records);
    for (const each of taken.toReversed()) records.finish(each);
    expect([first.takenBack, second.takenBack]).toEqual([0, 0]);
    for (const each of taken.slice(1)) records.finish(each);
    expect([first.takenBack, second.takenBack]).toEqual([0, 0]);
    for (const each of taken.slice(0, 1)) records.finish(each);
    expect([first.takenBack, second.takenBack]).toEqual([1, 1]);
  });

  it('is not taken back when the page is dropped, or the shard is given up', () => {
    const records = inFlight(1, new ArrayAggregator());
    const [begun, unread] = [taker(record(1, '[1,2]')), taker(record(2, '[3]'))];
    records.accept(begun);
    records.accept(unread);
    records.at(0);
    records.dropUnread();
    records.releaseAll();
    expect([begun.takenBack, unread.takenBack]).toEqual([0, 0]);
  });

  it('is never taken back where the data of finished records may be asked for', () => {
    const records = inFlight(1, new ArrayAggregator(), true);
    const accepted = taker(record(1, '[1,2]'));
    records.accept(accepted);
    for (const each of takeAll(records)) records.finish(each);
    expect([accepted.takenBack, accepted.released]).toEqual([0, true]);
  });
});

it('knows user records of one aggregate apart', () => {
  const records = inFlight(1, new ArrayAggregator());
  records.accept(page([record(7, '[1,2]')]));
  const [a, b] = takeAll(records);
  if (!a || !b) throw new Error('two user records were to come');
  records.finish(a);
  expect(records.finished).toEqual(at(7, 0));
  records.finish(b);
  expect(records.finished).toEqual(at(7, 1));
});

it('lets no more in than its limits, and goes on when there is room', () => {
  const records = inFlight(1);
  const megabyte = JSON.stringify('x'.repeat(1024 * 1024));
  records.accept(page(Array.from({ length: 30 }, (_, i) => record(100 + i, megabyte))));
  const taken = takeAll(records);
  expect(taken).toHaveLength(10);
  expect(records.isFull).toBe(true);
  const [first] = taken;
  if (first) records.finish(first);
  expect(records.at(10)?.sequenceNumber).toBe('110');
});

it('a record of which an aggregator makes no array cannot be decoded', () => {
  class Sets extends ArrayAggregator {
    override unpack(packed: PackedRecord): readonly UserRecord[] {
      return new Set(super.unpack(packed)) as unknown as readonly UserRecord[];
    }
  }
  const records = inFlight(1, new Sets());
  records.accept(page([record(1, '[1,2]'), record(2, '[3]')]));
  const taken = takeAll(records);
  expect(taken.map(({ sequenceNumber }) => sequenceNumber)).toEqual(['1', '2']);
  for (const each of taken) expect(() => each.payload).toThrow(DeserializationError);
});

it('what is dropped in the midst of an aggregate goes on there when it is read again', () => {
  const records = inFlight(1, new ArrayAggregator());
  const first = page([record(1, '[1,2,3]')]);
  records.accept(first);
  records.at(1);
  expect(records.isHungry).toBe(true);
  expect(records.isEmpty).toBe(false);
  expect(records.dropUnread()).toBe(true);
  expect(first.released).toBe(true);
  expect(records.taken).toEqual(at(1, 1));
  records.accept(page([record(1, '[1,2,3]'), record(2, '[4]')]));
  expect(takeAll(records).map(({ payload }) => payload)).toEqual([1, 2, 3, 4]);
});

it('passes over what it has when that is read again', () => {
  const records = inFlight(1, new ArrayAggregator());
  const first = page([record(1, '[1,2]'), record(2, '[3]'), record(3, '[4]')]);
  records.accept(first);
  records.at(2);
  expect(records.dropUnread()).toBe(true);
  expect(first.released).toBe(true);
  records.accept(page([record(2, '[3]'), record(3, '[4]')]));
  expect(takeAll(records).map(({ payload }) => payload)).toEqual([1, 2, 3, 4]);
});

it('holds on to no record once all are finished: one may keep the answer it came in', () => {
  const records = inFlight(1);
  let sequenceNumber = '1000';
  const came = {
    ...record(1000, '0'),
    get sequenceNumber() {
      return sequenceNumber;
    },
  };
  records.accept(page([came]));
  for (const taken of takeAll(records)) records.finish(taken);

  sequenceNumber = 'nobody asks for it any more';

  const position = { sequenceNumber: '1000', subSequenceNumber: 0 };
  expect([records.finished, records.taken]).toEqual([position, position]);
});
