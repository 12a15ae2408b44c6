import { CALL_TIMEOUT } from '../../src/scheduler/call-watchdog.js';
import { ReadBudget } from '../../src/scheduler/read-budget.js';
import { MEBIBYTE, ReaderFixture } from '../support/reader-fixture.js';

const MINUTE = 60_000;

let fixture: ReaderFixture;

beforeEach(async () => {
  fixture = await ReaderFixture.create();
});

afterEach(() => fixture.close());

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

describe('calls', () => {
  it.each([1, 2, 5])('keep to %p a second and wait longer where nothing comes', async (shardFetchRate) => {
    const read = fixture.readAll(fixture.reader({ shardFetchRate, sleepTimeNoRecords: 3_000 }));
    fixture.alter = (page) => ({ ...page, millisBehindLatest: 1 });
    await fixture.clock.advance(10_000);
    expect(Math.min(...gaps(fixture.timesOf('GetRecords')))).toBe(1_000 / shardFetchRate);

    fixture.alter = (page) => page;
    fixture.calls.length = 0;
    await fixture.put('a');
    await fixture.clock.advance(20_000);
    expect(read.values).toEqual(['a']);
    expect(Math.max(...gaps(fixture.timesOf('GetRecords')))).toBe(3_000);
  });

  it('keep their distance across errors, expired iterators and missing ones', async () => {
    fixture.readAll(fixture.reader());
    fixture.stream.faults.add({ operation: 'GetRecords', expiredIterator: true, probability: 0.3 });
    fixture.stream.faults.add({ operation: 'GetRecords', error: 'InternalFailure', probability: 0.3 });
    fixture.stream.faults.add({ operation: 'GetRecords', nullIterator: true, probability: 0.3 });
    await fixture.clock.advance(2 * MINUTE);
    expect(fixture.timesOf('GetRecords').length).toBeGreaterThan(10);
    expect(Math.min(...gaps(fixture.timesOf('GetRecords')))).toBeGreaterThanOrEqual(1_000);
  });

  it('ask for no more records than recordLimit, and at the tip for no more than can have come', async () => {
    await fixture.put(...Array.from({ length: 5 }, (_, index) => index));
    const read = fixture.readAll(fixture.reader({ recordLimit: 2 }));
    await fixture.clock.advance(10_000);
    expect(read.values).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(fixture.calls.map(({ limit }) => limit))).toEqual(new Set([undefined, 2]));

    fixture.calls.length = 0;
    fixture.readAll(fixture.reader({ sleepTimeNoRecords: 5_000 }));
    await fixture.clock.advance(14_000);
    const limits = fixture.calls
      .map(({ limit }) => limit)
      .filter((limit) => limit === 10_000 || limit === 5_000);
    // Everything there can be at first; then 1 000 records (AWS limit) a second.
    expect(limits).toEqual([10_000, 5_000, 5_000]);
  });

  it('reserve 10 MiB behind the tip, and at it 1 MiB for each second', async () => {
    const used: number[] = [];
    fixture.alter = (page) => {
      used.push(fixture.budget.used.bytes);
      return page;
    };
    fixture.readAll(fixture.reader({ sleepTimeNoRecords: 3_000 }));
    await fixture.clock.advance(20_000);
    expect(used.slice(0, 4)).toEqual([10, 3, 3, 3].map((mebibytes) => mebibytes * MEBIBYTE));
  });

  it('wait for room before they are made', async () => {
    const other = new AbortController();
    const budget = new ReadBudget({ maxBytes: 10 * MEBIBYTE, maxRecords: 10_000, maxFetches: 8 });
    const held = await budget.reserve(
      { bytes: MEBIBYTE, records: 1 },
      { signal: other.signal, ahead: () => false },
    );
    await fixture.put('a');
    const read = fixture.readAll(fixture.reader({ budget }));
    await fixture.clock.advance(MINUTE);
    expect(fixture.calls).toEqual([]);
    held.release();
    await fixture.clock.advance(1);
    expect(read.values).toEqual(['a']);
  });
});

describe('100 % throttling', () => {
  it.each(['GetRecords', 'GetShardIterator'] as const)(
    'of %s brings the calls below one in 5 s, and reading recovers within the longest back-off',
    async (operation) => {
      const error = 'ProvisionedThroughputExceededException';
      const fault = fixture.stream.faults.add({ operation, error });
      const read = fixture.readAll(fixture.reader({ shardFetchRate: 5 }));
      await fixture.put('a');
      await fixture.clock.advance(MINUTE);
      fixture.calls.length = 0;
      await fixture.clock.advance(10 * MINUTE);
      expect(fixture.timesOf(operation).length).toBeLessThanOrEqual(120);
      expect(Math.min(...gaps(fixture.timesOf(operation)))).toBeGreaterThanOrEqual(5_000);
      // With jitter: workers throttled together do not come back together.
      expect(new Set(gaps(fixture.timesOf(operation))).size).toBeGreaterThan(50);

      fault.remove();
      await fixture.clock.advance(10_000);
      expect(read.values).toEqual(['a']);
      fixture.calls.length = 0;
      await fixture.put('b');
      await fixture.clock.advance(1_200);
      expect(read.values).toEqual(['a', 'b']);
    },
  );

  it('after a large answer is waited out, not tried against', async () => {
    await fixture.putLarge(20);
    let answers = 0;
    fixture.alter = (page) => {
      answers++;
      return page;
    };
    const read = fixture.readAll(fixture.reader());
    await fixture.clock.advance(11_000);
    expect(read.records).toHaveLength(20);
    // Two answers of 10 MiB, for which the shard refuses reads for 5 s each: one call finds that out each time.
    expect(fixture.timesOf('GetRecords').length - answers).toBe(2);
  });
});

describe('a stuck call', () => {
  it.each(['GetShardIterator', 'GetRecords'] as const)(
    'of %s is given up after 30 s, reported and made again',
    async (operation) => {
      await fixture.put('a');
      fixture.stream.faults.add({ operation, lostReply: 'hang', times: 2 });
      const read = fixture.readAll(fixture.reader());
      await fixture.clock.advance(CALL_TIMEOUT - 1);
      expect(fixture.stream.events).toEqual([]);
      await fixture.clock.advance(CALL_TIMEOUT + 10_000);
      expect(fixture.stream.eventsOf('call-stuck')).toHaveLength(2);
      expect(fixture.stream.eventsOf('call-stuck')[0]).toEqual({
        type: 'call-stuck',
        operation,
        timeout: CALL_TIMEOUT,
        stream: 'orders',
        application: 'app',
        shardId: 'shardId-000000000000',
      });
      expect(read.values).toEqual(['a']);
      // With another iterator each time: the fault may lie in there.
      expect(fixture.timesOf('GetShardIterator')).toHaveLength(3);
      expect(fixture.budget.used).toEqual({ bytes: 0, records: 0 });
    },
  );

  it('that heeds no abort is left behind all the same', async () => {
    await fixture.put('a');
    const { gateway } = fixture.stream;
    let calls = 0;
    const deaf = Object.create(gateway) as typeof gateway;
    deaf.getRecords = (...args) =>
      ++calls === 1 ? new Promise(() => undefined) : gateway.getRecords(...args);
    const read = fixture.readAll(fixture.reader({ gateway: deaf }));
    await fixture.clock.advance(CALL_TIMEOUT + 2_000);
    expect(read.values).toEqual(['a']);
  });
});

describe('iterators', () => {
  it('that expire while reading stalls for 6 minutes leave no gap and repeat nothing', async () => {
    const reader = fixture.reader();
    await fixture.put('a', 'b');
    const first = reader.read(fixture.stop.signal);
    await fixture.clock.advance(1_000);
    const page = await first;
    expect(page.records).toHaveLength(2);
    // Nothing may be read: the room is all taken.
    const { budget } = fixture;
    const all = budget.reserve(
      { bytes: Infinity, records: Infinity },
      { signal: fixture.stop.signal, ahead: () => false },
    );
    page.release();
    await fixture.put('c');
    fixture.calls.length = 0;
    await fixture.clock.advance(6 * MINUTE);
    expect(fixture.calls).toEqual([]);
    await fixture.put('d');
    (await all).release();
    const rest = fixture.readAll(reader);
    // At once: an iterator so old is not even tried.
    await fixture.clock.advance(1);
    expect(rest.values).toEqual(['c', 'd']);
    expect(fixture.stream.eventsOf('records-trimmed')).toEqual([]);
  });

  it('that the service calls expired are replaced behind the last record read, not behind the checkpoint', async () => {
    const read = fixture.readAll(fixture.reader());
    for (let i = 0; i < 20; i++) {
      await fixture.put(i);
      fixture.stream.faults.add({ operation: 'GetRecords', expiredIterator: true, times: (i % 3) + 1 });
      await fixture.clock.advance(2_500);
    }
    await fixture.clock.advance(5_000);
    expect(read.values).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it.each([
    ['an answer with records', 'asked for anew', 1, 2],
    ['an answer without', 'asked the same again', 0, 1],
  ])('missing from %s are %s, without a hot loop', async (_what, _then, records, iterators) => {
    const read = fixture.readAll(fixture.reader());
    await fixture.put('a');
    fixture.alter = ({ nextIterator, ...page }) =>
      page.records.length === records || !nextIterator ? page : { ...page, nextIterator };
    await fixture.clock.advance(5_000);
    await fixture.put('b');
    await fixture.clock.advance(5_000);
    expect(read.values).toEqual(['a', 'b']);
    expect(fixture.timesOf('GetRecords').length).toBeLessThanOrEqual(11);
    expect(Math.min(2, fixture.timesOf('GetShardIterator').length)).toBe(iterators);
  });
});

describe('the end of a shard', () => {
  it('is believed when the service names its children', async () => {
    await fixture.put('a');
    await fixture.stream.split('shardId-000000000000');
    const reader = fixture.reader();
    const page = reader.read(fixture.stop.signal);
    await fixture.clock.advance(1);
    const { records, ended } = await page;
    expect(records).toHaveLength(1);
    expect(ended?.map(({ shardId }) => shardId)).toEqual(['shardId-000000000001', 'shardId-000000000002']);
    await expect(reader.read(fixture.stop.signal)).rejects.toMatchObject({ code: 'KINESIS_ABORTED' });
  });

  /** An end without names, as emulators give it, where `listChildren` sees the truth. */
  function unnamed({ iterators }: { iterators: boolean }): { ended: () => boolean; values: unknown[] } {
    let ended = false;
    const reader = fixture.reader({
      listChildren: async (signal) => {
        const shards = await fixture.stream.gateway.listShards(fixture.stream.ref, signal);
        const children = shards.filter((shard) => shard.parentShardIds.length > 0);
        ended = children.length > 0;
        return children;
      },
    });
    fixture.alter = ({ nextIterator, ...page }) => ({
      ...page,
      ...(iterators && nextIterator ? { nextIterator } : {}),
      childShards: [],
    });
    return { values: fixture.readAll(reader).values, ended: () => ended };
  }

  it.each([true, false])(
    'without names is looked up in the list of shards (other iterators: %p)',
    async (iterators) => {
      await fixture.put('a');
      await fixture.stream.split('shardId-000000000000');
      const { values, ended } = unnamed({ iterators });
      await fixture.clock.advance(9_000);
      expect(ended()).toBe(false);
      await fixture.clock.advance(10_000);
      expect(ended()).toBe(true);
      expect(values).toEqual(['a']);
      const { length } = fixture.calls;
      await fixture.clock.advance(60_000);
      expect(fixture.calls).toHaveLength(length);
    },
  );

  it('without names is believed of a shard that never had a record', async () => {
    await fixture.stream.split('shardId-000000000000');
    const { ended } = unnamed({ iterators: false });
    await fixture.clock.advance(9_000);
    expect(ended()).toBe(false);
    await fixture.clock.advance(3_000);
    expect(ended()).toBe(true);
  });

  it('is not believed for a few answers with errors between them, though no record can be asked for again', async () => {
    const { values, ended } = unnamed({ iterators: true });
    await fixture.clock.advance(1_500);
    const { faults } = fixture.stream;
    faults.add({ operation: 'GetRecords', nullIterator: true, times: 4 });
    await fixture.clock.advance(4_000);
    faults.add({ operation: 'GetRecords', expiredIterator: true, until: 10_000 });
    await fixture.put('a', 'b');
    await fixture.stream.split('shardId-000000000000');
    await fixture.clock.advance(10_000);
    faults.add({ operation: 'GetRecords', nullIterator: true, times: 1 });
    await fixture.clock.advance(1_000);
    expect(ended()).toBe(false);
    await fixture.clock.advance(30_000);
    expect(values).toEqual(['a', 'b']);
  });

  it('is not believed however long a fault says so: the last record must come again when asked for', async () => {
    await fixture.put('a');
    const { values, ended } = unnamed({ iterators: true });
    await fixture.clock.advance(2_500);
    fixture.stream.faults.add({ operation: 'GetRecords', nullIterator: true, until: 300_000 });
    await fixture.put('b', 'c');
    await fixture.stream.split('shardId-000000000000');
    await fixture.clock.advance(299_000);
    expect(ended()).toBe(false);
    await fixture.clock.advance(30_000);
    expect(values).toEqual(['a', 'b', 'c']);
    expect(ended()).toBe(true);
  });
});
