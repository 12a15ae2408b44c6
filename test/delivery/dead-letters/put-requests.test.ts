import fc from 'fast-check';
import { requestsOf } from '../../../src/delivery/dead-letters/put-requests.js';

const entries = fc.array(
  fc.record({
    partitionKey: fc.constantFrom('a', 'b', 'c', 'ä'),
    data: fc.nat({ max: 3 * 1024 * 1024 }).map((length) => ({ byteLength: length }) as Uint8Array),
  }),
);

it('keeps the order, and puts no key twice and no more than 5 MiB into a request, unless one record has more', () => {
  fc.assert(
    fc.property(entries, (all) => {
      const requests = [...requestsOf(all)];
      expect(requests.flat()).toEqual(all);
      for (const request of requests) {
        expect(request.length).toBeGreaterThan(0);
        expect(new Set(request.map(({ partitionKey }) => partitionKey)).size).toBe(request.length);
        const bytes = request.reduce(
          (sum, { data, partitionKey }) => sum + data.byteLength + Buffer.byteLength(partitionKey),
          0,
        );
        expect(request.length === 1 || bytes <= 5 * 1024 * 1024).toBe(true);
      }
    }),
  );
});

it('puts as many into a request as it may have', () => {
  const all = Array.from({ length: 1_001 }, (_, i) => ({ partitionKey: `${i}`, data: Buffer.from('x') }));
  expect([...requestsOf(all)].map(({ length }) => length)).toEqual([500, 500, 1]);
  expect([...requestsOf(all.slice(0, 5), 2)].map(({ length }) => length)).toEqual([2, 2, 1]);
  expect([...requestsOf([])]).toEqual([]);
});
