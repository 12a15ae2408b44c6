import fc from 'fast-check';
import { ReadBudget, type ReadReservation } from '../../src/scheduler/read-budget.js';

const MEBIBYTE = 1024 * 1024;
const signal = new AbortController().signal;
const FIRST = { signal, ahead: () => false };
const AHEAD = { signal, ahead: () => true };

function budgetOf(options: { maxBytes?: number; maxRecords?: number; maxFetches?: number } = {}): ReadBudget {
  return new ReadBudget({ maxBytes: 100, maxRecords: 100, maxFetches: 10, ...options });
}

/** Notes in `granted` when the reservation is granted. */
function request(
  budget: ReadBudget,
  bytes: number,
  granted: unknown[],
  { name = bytes, ...options }: { name?: unknown; ahead?: () => boolean; signal?: AbortSignal } = {},
): Promise<ReadReservation> {
  const reservation = budget.reserve({ bytes, records: 1 }, { ...FIRST, ...options });
  reservation.then(
    () => granted.push(name),
    () => undefined,
  );
  return reservation;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('lets readers wait until there is room for them, in the order in which they came', async () => {
  const budget = budgetOf();
  const granted: unknown[] = [];
  const first = await request(budget, 60, granted);
  const second = await request(budget, 30, granted);
  void request(budget, 70, granted);
  void request(budget, 10, granted);
  await settled();
  expect(granted).toEqual([60, 30]);

  second.release();
  await settled();
  // A small one does not overtake the large one before it, or that might wait for ever.
  expect(granted).toEqual([60, 30]);

  first.release();
  await settled();
  expect(granted).toEqual([60, 30, 70, 10]);
  expect(budget.used).toEqual({ bytes: 80, records: 2 });
});

it('counts the real size from the answer on, and nothing once it is released', async () => {
  const budget = budgetOf();
  const reservation = await budget.reserve({ bytes: 90, records: 50 }, FIRST);
  reservation.settle({ bytes: 7, records: 3 });
  expect(budget.used).toEqual({ bytes: 7, records: 3 });
  reservation.release();
  reservation.release();
  reservation.settle({ bytes: 7, records: 3 });
  expect(budget.used).toEqual({ bytes: 0, records: 0 });
});

it('takes what an answer holds beyond its reservation as a debt that holds back later calls', async () => {
  const budget = budgetOf();
  const granted: unknown[] = [];
  const small = await budget.reserve({ bytes: 10, records: 1 }, FIRST);
  small.settle({ bytes: 150, records: 1 });
  void request(budget, 1, granted);
  await settled();
  expect(granted).toEqual([]);
  small.release();
  await settled();
  expect(granted).toEqual([1]);
});

it('limits the records of a call to what there is room for', async () => {
  const reservation = await budgetOf({ maxRecords: 20 }).reserve({ bytes: 1, records: 10_000 }, FIRST);
  expect(reservation.records).toBe(20);
});

it('gives a read fewer records than it could bring, so that a few that are held keep nobody waiting', async () => {
  const budget = budgetOf();
  const held = await budget.reserve({ bytes: 1, records: 1 }, FIRST);
  const large = await budget.reserve({ bytes: 1, records: 10_000 }, FIRST);
  expect(large.records).toBe(99);

  large.settle({ bytes: 1, records: 90 });
  let least: ReadReservation | undefined;
  void budget.reserve({ bytes: 1, records: 10_000 }, FIRST).then((reservation) => (least = reservation));
  await settled();
  // A call for a handful would only use up the shard's calls.
  expect(least).toBeUndefined();
  held.release();
  await settled();
  expect(least?.records).toBe(10);
});

it('tells when reads begin to wait for room, and for nothing else', async () => {
  const budget = budgetOf({ maxFetches: 2 });
  let calls = 0;
  const off = budget.onShort(() => calls++);
  const first = await budget.reserve({ bytes: 50, records: 1 }, FIRST);
  const second = await budget.reserve({ bytes: 50, records: 1 }, FIRST);
  // Calls are under way: whoever waits now is waiting for an answer.
  const third = budget.reserve({ bytes: 10, records: 1 }, FIRST);
  const fourth = budget.reserve({ bytes: 10, records: 1 }, FIRST);
  expect([budget.isShort, calls]).toEqual([false, 0]);

  second.settle({ bytes: 50, records: 1 });
  expect([budget.isShort, calls]).toEqual([true, 1]);

  first.release();
  await Promise.all([third, fourth]);
  expect([budget.isShort, calls]).toEqual([false, 1]);

  off();
  (await third).settle({ bytes: 50, records: 1 });
  void budget.reserve({ bytes: 10, records: 1 }, FIRST);
  expect([budget.isShort, calls]).toEqual([true, 1]);
});

it('tells of it, too, where what waits would be read ahead', async () => {
  const budget = budgetOf();
  const held = await budget.reserve({ bytes: 60, records: 1 }, FIRST);
  void budget.reserve({ bytes: 10, records: 1 }, AHEAD);
  expect(budget.isShort).toBe(true);
  held.release();
  expect(budget.isShort).toBe(false);
});

it('lets a read larger than the whole budget go when nobody else holds anything', async () => {
  const budget = budgetOf();
  const granted: unknown[] = [];
  const other = await request(budget, 1, granted);
  void request(budget, 5_000, granted);
  await settled();
  expect(granted).toEqual([1]);
  other.release();
  await settled();
  expect(granted).toEqual([1, 5_000]);
});

it('has no more calls under way than it has fetch slots', async () => {
  const budget = budgetOf({ maxFetches: 2 });
  const granted: unknown[] = [];
  const first = await request(budget, 1, granted);
  void request(budget, 2, granted);
  void request(budget, 3, granted);
  await settled();
  expect(granted).toEqual([1, 2]);
  first.settle({ bytes: 1, records: 1 });
  await settled();
  expect(granted).toEqual([1, 2, 3]);
});

it('forgets a reader that stops waiting, and lets those behind it through', async () => {
  const budget = budgetOf();
  const granted: unknown[] = [];
  await request(budget, 50, granted);
  const leaving = new AbortController();
  const left = request(budget, 60, granted, { signal: leaving.signal });
  void request(budget, 10, granted);
  await settled();
  expect(granted).toEqual([50]);
  leaving.abort(new Error('lease lost'));
  await expect(left).rejects.toThrow('lease lost');
  expect(granted).toEqual([50, 10]);
  const late = request(budget, 1, granted, { signal: leaving.signal });
  await expect(late).rejects.toThrow('lease lost');
});

describe('reading ahead', () => {
  it('waits until less than half is used', async () => {
    const budget = budgetOf();
    const granted: unknown[] = [];
    const held = await request(budget, 50, granted);
    void request(budget, 10, granted, { ...AHEAD, name: 'ahead' });
    await settled();
    expect(granted).toEqual([50]);
    held.settle({ bytes: 49, records: 1 });
    await settled();
    expect(granted).toEqual([50, 'ahead']);
  });

  it('comes after all who have nothing to deliver', async () => {
    const budget = budgetOf();
    const granted: unknown[] = [];
    const held = await request(budget, 40, granted);
    const blocked = await request(budget, 40, granted);
    void request(budget, 10, granted, { ...AHEAD, name: 'ahead' });
    void request(budget, 70, granted);
    held.release();
    await settled();
    expect(granted).toEqual([40, 40]);
    blocked.release();
    await settled();
    expect(granted).toEqual([40, 40, 70]);
  });

  it('keeps its place, and is that no longer, once the page before it is released', async () => {
    const budget = budgetOf();
    const granted: unknown[] = [];
    const other = await request(budget, 80, granted);
    const own = await request(budget, 10, granted);
    let ahead = true;
    void request(budget, 20, granted, { ahead: () => ahead, name: 'next' });
    void request(budget, 11, granted);
    await settled();
    expect(granted).toEqual([80, 10]);
    ahead = false;
    own.release();
    await settled();
    expect(granted).toEqual([80, 10, 'next']);
    other.release();
    await settled();
    expect(granted).toEqual([80, 10, 'next', 11]);
  });
});

it('holds its bound whatever readers do, and nobody waits when nothing is held', async () => {
  const [maxBytes, maxRecords, maxFetches] = [64 * MEBIBYTE, 100_000, 4];
  const size = fc.record({
    reserved: fc.integer({ min: MEBIBYTE, max: 10 * MEBIBYTE }),
    real: fc.integer({ min: 0, max: 10 * MEBIBYTE }),
    records: fc.integer({ min: 1, max: 10_000 }),
    ahead: fc.boolean(),
  });
  const run = fc.asyncProperty(
    fc.array(size, { minLength: 1, maxLength: 60 }),
    fc.infiniteStream(fc.nat()),
    async (reads, picks) => {
      const budget = new ReadBudget({ maxBytes, maxRecords, maxFetches });
      const actions: (() => void)[] = [];
      let done = 0;
      const check = (): void => {
        expect(budget.used.bytes).toBeLessThanOrEqual(maxBytes + maxFetches * 9 * MEBIBYTE);
        expect(budget.used.records).toBeLessThanOrEqual(maxRecords);
      };
      for (const { reserved, real, records, ahead } of reads) {
        void budget.reserve({ bytes: reserved, records }, { signal, ahead: () => ahead }).then((room) => {
          check();
          actions.push(() => {
            room.settle({ bytes: real, records });
            check();
            actions.push(() => {
              room.release();
              done++;
            });
          });
        });
      }
      await settled();
      while (actions.length > 0) {
        const [action] = actions.splice((picks.next().value as number) % actions.length, 1);
        action?.();
        await Promise.resolve();
        await Promise.resolve();
        if (actions.length === 0) await settled();
      }
      expect(done).toBe(reads.length);
      expect(budget.used).toEqual({ bytes: 0, records: 0 });
    },
  );
  await fc.assert(run, { numRuns: 50 });
});
