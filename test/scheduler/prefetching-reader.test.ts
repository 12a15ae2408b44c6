import type { KinesisRecord } from '../../src/client/kinesis-gateway.js';
import { KinesisAccessDeniedError } from '../../src/errors.js';
import { type PageSource, PrefetchingReader } from '../../src/scheduler/prefetching-reader.js';
import type { ShardRead } from '../../src/scheduler/shard-reader.js';
import { MEBIBYTE, ReaderFixture, valueOf } from '../support/reader-fixture.js';

const { signal } = new AbortController();

/** Gives the pages it is told, as soon as it is asked, and then waits for ever. */
class ScriptedSource implements PageSource {
  readonly released: string[] = [];
  /** For each page asked for, whether it was read ahead. */
  readonly asked: boolean[] = [];
  readonly status = { millisBehindLatest: 5, hasIterator: true, lastSuccess: 7 };
  aborted = false;

  constructor(private readonly script: ((Partial<ShardRead> & { name: string; count?: number }) | Error)[]) {}

  async read(abort: AbortSignal, ahead: () => boolean): Promise<ShardRead> {
    this.asked.push(ahead());
    const next = this.script.shift();
    if (next instanceof Error) throw next;
    if (!next) {
      return new Promise((_, reject) => {
        abort.addEventListener('abort', () => {
          this.aborted = true;
          reject(abort.reason as Error);
        });
      });
    }
    const { name, count = 1, ...page } = next;
    const records = Array.from({ length: count }, (): KinesisRecord => ({
      sequenceNumber: name,
      partitionKey: 'key',
      data: new Uint8Array(),
      arrivalTime: 0,
    }));
    return { records, bytes: 1, millisBehindLatest: 5, release: () => this.released.push(name), ...page };
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function nameOf(page: ShardRead): string | undefined {
  return page.records[0]?.sequenceNumber;
}

it('hands pages out in order, and passes over those without records', async () => {
  const reader = new PrefetchingReader(
    new ScriptedSource([{ name: 'a' }, { name: 'empty', count: 0 }, { name: 'b' }, { name: 'c' }]),
  );
  const names = [];
  for (let i = 0; i < 3; i++) names.push(nameOf(await reader.read(signal)));
  expect(names).toEqual(['a', 'b', 'c']);
});

it('reads nothing before it is asked, and then ahead of the page that is being delivered', async () => {
  const source = new ScriptedSource([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
  const reader = new PrefetchingReader(source);
  await settled();
  expect(source.asked).toEqual([]);
  const first = await reader.read(signal);
  await settled();
  expect(source.asked).toEqual([false, true, true, true]);
  expect(reader.status).toEqual({
    bufferedRecords: 2,
    bufferedBytes: 2,
    millisBehindLatest: 5,
    hasIterator: true,
    isDrained: false,
    lastSuccess: 7,
  });
  first.release();
  expect(source.released).toEqual(['a']);
});

it.each([
  ['4 pages', {}, 4],
  ['30 000 records', { count: 10_000 }, 3],
  ['8 MiB', { bytes: 4 * MEBIBYTE }, 2],
  ['one page beyond 8 MiB', { bytes: 10 * MEBIBYTE }, 1],
])('reads no more than %s of a shard ahead', async (_what, page, pages) => {
  const source = new ScriptedSource(
    Array.from({ length: 20 }, (_, index) => ({ name: String(index), ...page })),
  );
  const reader = new PrefetchingReader(source);
  await reader.read(signal);
  await settled();
  expect(source.asked).toHaveLength(1 + pages);
  await reader.read(signal);
  await settled();
  expect(source.asked).toHaveLength(2 + pages);
});

it('what fails for good surfaces after the pages before it, and stays', async () => {
  const error = new KinesisAccessDeniedError('no');
  const reader = new PrefetchingReader(new ScriptedSource([{ name: 'a' }, { name: 'b' }, error]));
  expect(nameOf(await reader.read(signal))).toBe('a');
  await settled();
  expect(nameOf(await reader.read(signal))).toBe('b');
  await expect(reader.read(signal)).rejects.toBe(error);
  await expect(reader.read(signal)).rejects.toBe(error);
});

it('nothing is read behind the end', async () => {
  const source = new ScriptedSource([{ name: 'end', count: 0, ended: [] }, { name: 'never' }]);
  const reader = new PrefetchingReader(source);
  expect(await reader.read(signal)).toMatchObject({ records: [], ended: [] });
  await expect(reader.read(signal)).rejects.toMatchObject({ code: 'KINESIS_ABORTED' });
  expect(source.asked).toHaveLength(1);
});

it('closing drops what is buffered, leaves alone what was handed out, and ends the call under way', async () => {
  const source = new ScriptedSource([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
  const reader = new PrefetchingReader(source);
  const handedOut = await reader.read(signal);
  await settled();
  reader.close();
  reader.close();
  await settled();
  expect(source.released).toEqual(['b', 'c']);
  handedOut.release();
  expect(source.released).toEqual(['b', 'c', 'a']);
  expect(source.aborted).toBe(true);
  expect(reader.status).toMatchObject({ bufferedRecords: 0, bufferedBytes: 0 });
  await expect(reader.read(signal)).rejects.toMatchObject({ code: 'KINESIS_ABORTED' });
});

it('closing ends a read that waits, and so does its signal, which ends nothing else', async () => {
  const reader = new PrefetchingReader(new ScriptedSource([]));
  const leaving = new AbortController();
  const left = reader.read(leaving.signal);
  const stays = reader.read(signal);
  leaving.abort(new Error('drained'));
  await expect(left).rejects.toThrow('drained');
  reader.close();
  await expect(stays).rejects.toMatchObject({ code: 'KINESIS_ABORTED' });
});

describe('within the budget of all readers', () => {
  let fixture: ReaderFixture;

  beforeEach(async () => {
    fixture = await ReaderFixture.create();
  });

  afterEach(() => fixture.close());

  it('holds what is not released, and gives back on close what nobody has', async () => {
    await fixture.putLarge(3);
    const reader = fixture.reader({ recordLimit: 1 });
    const first = reader.read(fixture.stop.signal);
    await fixture.clock.advance(15_000);
    expect(fixture.budget.used.bytes).toBeGreaterThanOrEqual(3 * (MEBIBYTE - 10));
    expect(reader.status).toMatchObject({ bufferedRecords: 2, millisBehindLatest: 0, hasIterator: true });
    expect(reader.status.lastSuccess).toBeGreaterThan(10_000);
    const handedOut = await first;
    reader.close();
    await settled();
    expect(fixture.budget.used.records).toBe(1);
    handedOut.release();
    expect(fixture.budget.used).toEqual({ bytes: 0, records: 0 });
  });

  it('a shard that reads ahead leaves half the room to others', async () => {
    const other = await fixture.budget.reserve(
      { bytes: 32 * MEBIBYTE, records: 1 },
      { signal: fixture.stop.signal, ahead: () => false },
    );
    await fixture.put('a');
    const reader = fixture.reader();
    const first = reader.read(fixture.stop.signal);
    await fixture.clock.advance(1);
    await fixture.put('b');
    await fixture.clock.advance(20_000);
    expect(fixture.timesOf('GetRecords')).toHaveLength(1);
    (await first).release();
    const second = reader.read(fixture.stop.signal);
    await fixture.clock.advance(2_000);
    expect((await second).records.map(valueOf)).toEqual(['b']);
    other.release();
    reader.close();
  });
});
