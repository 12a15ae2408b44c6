import fc from 'fast-check';
import { KinesisAbortedError } from '../../src/errors.js';
import { QueueRoom } from '../../src/producer/queue-room.js';

describe('the room in the queue', () => {
  let admitted: string[];

  beforeEach(() => {
    admitted = [];
  });

  const enter = (room: QueueRoom, name: string, size: number, signal?: AbortSignal): Promise<void> =>
    room.enter(size, signal, () => admitted.push(name));

  it('is bounded by count', () => {
    const room = new QueueRoom(2, 1_000);

    expect([room.tryEnter(1), room.tryEnter(1), room.tryEnter(1)]).toEqual([true, true, false]);
    room.leave(1, 1);
    expect(room.tryEnter(1)).toBe(true);
    expect([room.queuedRecords, room.queuedBytes]).toEqual([2, 2]);
  });

  it('is bounded by bytes, to the last one', () => {
    const room = new QueueRoom(100, 1_000);

    expect([room.tryEnter(600), room.tryEnter(401), room.tryEnter(400)]).toEqual([true, false, true]);
    expect(room.queuedBytes).toBe(1_000);
  });

  it('admits a record larger than all of it when it is empty, and nobody beside it', async () => {
    const room = new QueueRoom(100, 1_000);
    expect(room.tryEnter(5_000)).toBe(true);
    expect(room.tryEnter(1)).toBe(false);

    const waiting = enter(room, 'large', 5_000);
    room.leave(1, 5_000);
    await waiting;

    expect(admitted).toEqual(['large']);
    expect(room.queuedBytes).toBe(5_000);
  });

  it('admits those who wait first come, first served, even if a later one would fit', async () => {
    const room = new QueueRoom(100, 1_000);
    room.tryEnter(900);
    const waits = [enter(room, 'large', 500), enter(room, 'small', 10)];

    expect(room.tryEnter(10)).toBe(false);
    expect(admitted).toEqual([]);
    room.leave(1, 900);
    await Promise.all(waits);

    expect(admitted).toEqual(['large', 'small']);
  });

  it('admits at once, before leave() returns', () => {
    const room = new QueueRoom(1, 1_000);
    room.tryEnter(1);
    void enter(room, 'next', 1);

    room.leave(1, 1);

    expect(admitted).toEqual(['next']);
    expect(room.tryEnter(1)).toBe(false);
  });

  it('refuses all who wait when the producer is closed, and admits nobody afterwards for them', async () => {
    const room = new QueueRoom(1, 1_000);
    room.tryEnter(1);
    const reason = new Error('the producer was closed');
    const waits = [enter(room, 'one', 1), enter(room, 'other', 1, new AbortController().signal)];

    room.refuseWaiters(reason);
    room.leave(1, 1);

    await expect(Promise.allSettled(waits)).resolves.toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ]);
    expect(admitted).toEqual([]);
    expect(room.queuedRecords).toBe(0);
  });

  it('ends the wait of one who aborts, and takes no room for it', async () => {
    const room = new QueueRoom(1, 1_000);
    room.tryEnter(1);
    const abort = new AbortController();
    const reason = new Error('the request was closed');
    const gone = enter(room, 'gone', 1, abort.signal);
    const other = enter(room, 'other', 1);

    abort.abort(reason);
    await expect(gone).rejects.toBe(reason);
    room.leave(1, 1);
    await other;

    expect(admitted).toEqual(['other']);
    expect(room.queuedRecords).toBe(1);
  });

  it('does not let one who has aborted hold up those behind it', async () => {
    const room = new QueueRoom(100, 1_000);
    room.tryEnter(900);
    const abort = new AbortController();
    const large = enter(room, 'large', 500, abort.signal);
    const small = enter(room, 'small', 10);

    abort.abort();

    await expect(large).rejects.toThrow();
    await small;
    expect(admitted).toEqual(['small']);
  });

  it('does not admit one whose signal has aborted before', async () => {
    const room = new QueueRoom(100, 1_000);

    await expect(enter(room, 'late', 1, AbortSignal.abort('gone'))).rejects.toBeInstanceOf(
      KinesisAbortedError,
    );

    expect(admitted).toEqual([]);
    expect(room.queuedRecords).toBe(0);
  });

  it('forgets the signal of one it has admitted', async () => {
    const room = new QueueRoom(1, 1_000);
    const abort = new AbortController();
    await enter(room, 'in', 1, abort.signal);

    abort.abort();

    expect(room.queuedRecords).toBe(1);
  });

  it('never holds more than its bounds, and admits everybody in turn', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 5 }), async (wanted, maxRecords) => {
        const room = new QueueRoom(maxRecords, 50);
        const inside: number[] = [];
        const order: number[] = [];
        const waits = wanted.map((size, index) =>
          room.enter(size, undefined, () => {
            inside.push(size);
            order.push(index);
            const bytes = inside.reduce((sum, each) => sum + each, 0);
            expect(inside.length === 1 || (inside.length <= maxRecords && bytes <= 50)).toBe(true);
          }),
        );
        for (let size = inside.shift(); size !== undefined; size = inside.shift()) room.leave(1, size);
        await Promise.all(waits);
        expect(order).toEqual(wanted.map((_, index) => index));
        expect([room.queuedRecords, room.queuedBytes]).toEqual([0, 0]);
      }),
    );
  });
});
