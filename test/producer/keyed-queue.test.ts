import fc from 'fast-check';
import { KeyedQueue } from '../../src/producer/keyed-queue.js';
import type { PendingRecord } from '../../src/producer/pending-record.js';
import { FifoQueue, type PendingQueue } from '../../src/producer/pending-queue.js';
import { pendingRecord } from '../support/pending-record.js';

/** Bytes of each record. */
const SIZE = 10;

/** All a request may have. */
function compose(queue: PendingQueue, most = Infinity): PendingRecord[] {
  const request: PendingRecord[] = [];
  for (let record = queue.next(); record; record = queue.next()) {
    request.push(record);
    if (request.length >= most) break;
  }
  queue.sealRequest();
  return request;
}

describe('a queue in the order of keys', () => {
  it('gives a request one record of each key, and the next request the next ones', () => {
    const queue = new KeyedQueue();
    const [a1, a2, a3, b1, c1, c2] = ['a', 'a', 'a', 'b', 'c', 'c'].map((key) => pendingRecord(key));
    for (const record of [a1, a2, b1, c1, a3, c2]) queue.push(record as PendingRecord);

    expect(compose(queue)).toEqual([a1, b1, c1]);
    expect(compose(queue)).toEqual([a2, c2]);
    expect(compose(queue)).toEqual([a3]);
    expect(compose(queue)).toEqual([]);
  });

  it('lets keys take turns, so that none is always last', () => {
    const queue = new KeyedQueue();
    for (const key of ['a', 'b', 'c', 'a', 'b', 'c']) queue.push(pendingRecord(key));

    const keys = [compose(queue, 2), compose(queue, 2), compose(queue, 2)].map((request) =>
      request.map((record) => record.partitionKey),
    );

    expect(keys).toEqual([
      ['a', 'b'],
      ['c', 'a'],
      ['b', 'c'],
    ]);
  });

  it('puts failed records before later ones of their keys', () => {
    const queue = new KeyedQueue();
    const [a1, a2, b1] = [pendingRecord('a'), pendingRecord('a'), pendingRecord('b')];
    queue.push(a1);
    queue.push(b1);
    const request = compose(queue);
    queue.push(a2);

    queue.putBack(request);

    expect(new Set(compose(queue))).toEqual(new Set([a1, b1]));
    expect(compose(queue)).toEqual([a2]);
  });

  it('keeps the order of each key and gives a request one record of it, whatever happens between', () => {
    type Step = { do: 'push'; key: string } | { do: 'next' } | { do: 'seal' } | { do: 'fail'; upTo: number };
    const step: fc.Arbitrary<Step> = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ do: fc.constant('push' as const), key: fc.constantFrom('a', 'b', 'c') }),
      },
      { weight: 5, arbitrary: fc.record({ do: fc.constant('next' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('seal' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), upTo: fc.nat(5) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (script) => {
        const queue = new KeyedQueue();
        const put: PendingRecord[] = [];
        const done: PendingRecord[] = [];
        let composing: PendingRecord[] = [];
        let inFlight: PendingRecord[] = [];
        // One request is in flight at a time: the next is sealed when the last has settled.
        const settle = (failed: number): void => {
          const again = inFlight.slice(inFlight.length - failed);
          done.push(...inFlight.slice(0, inFlight.length - failed));
          queue.putBack(again);
          inFlight = [];
        };
        const seal = (): void => {
          settle(0);
          queue.sealRequest();
          inFlight = composing;
          composing = [];
        };
        const next = (): void => {
          if (inFlight.length > 0) settle(0);
          const record = queue.next();
          if (!record) return;
          expect(composing.map((each) => each.partitionKey)).not.toContain(record.partitionKey);
          composing.push(record);
        };
        for (const each of script) {
          if (each.do === 'push') {
            const record = pendingRecord(each.key, { size: SIZE });
            put.push(record);
            queue.push(record);
          } else if (each.do === 'next') next();
          else if (each.do === 'seal') seal();
          else if (composing.length === 0) settle(Math.min(each.upTo, inFlight.length));
          expect(queue.bytes).toBe(queue.length * SIZE);
          expect(queue.length + composing.length + inFlight.length + done.length).toBe(put.length);
        }
        while (queue.length + composing.length + inFlight.length > 0) {
          next();
          seal();
        }
        for (const key of ['a', 'b', 'c']) {
          const of = (records: PendingRecord[]): PendingRecord[] =>
            records.filter((record) => record.partitionKey === key);
          expect(of(done)).toEqual(of(put));
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, () => PendingQueue]>([
    ['in the order of keys', () => new KeyedQueue()],
    ['first come, first served', () => new FifoQueue()],
  ])('%s: empties itself, in the order of each key', (_how, create) => {
    const queue = create();
    const records = ['a', 'b', 'a', 'c', 'a'].map((key) => pendingRecord(key));
    for (const record of records) queue.push(record);
    queue.next();
    queue.sealRequest();

    const drained = queue.drain();

    expect(new Set(drained)).toEqual(new Set(records.slice(1)));
    const ofA = (list: PendingRecord[]): PendingRecord[] =>
      list.filter(({ partitionKey }) => partitionKey === 'a');
    expect(ofA(drained)).toEqual(ofA(records.slice(1)));
    expect([queue.length, queue.bytes, queue.next()]).toEqual([0, 0, undefined]);
    const later = pendingRecord('a');
    queue.push(later);
    expect(compose(queue)).toEqual([later]);
  });
});

describe('a queue first come, first served', () => {
  it('gives records in the order they came, failed ones first', () => {
    const queue = new FifoQueue();
    const records = ['a', 'a', 'b', 'a'].map((key) => pendingRecord(key, { size: SIZE }));
    for (const record of records) queue.push(record);

    expect(queue.bytes).toBe(4 * SIZE);
    const request = compose(queue, 3);
    expect(queue.bytes).toBe(SIZE);
    queue.putBack(request.slice(1));

    expect(compose(queue)).toEqual(records.slice(1));
  });
});
