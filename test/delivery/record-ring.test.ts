import fc from 'fast-check';
import type { InFlightRecord } from '../../src/delivery/in-flight-record.js';
import { RecordRing } from '../../src/delivery/record-ring.js';

const recordOf = (index: number): InFlightRecord => ({ index }) as unknown as InFlightRecord;

describe('a ring of records', () => {
  it('has those that were added and not taken, under their indexes', () => {
    const step = fc.oneof(fc.record({ add: fc.nat(3_000) }), fc.record({ take: fc.nat(4_000) }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const ring = new RecordRing();
        const all: InFlightRecord[] = [];
        let taken = 0;
        for (const each of steps) {
          if ('add' in each) {
            for (let i = 0; i < each.add; i++) {
              const record = recordOf(all.length);
              all.push(record);
              ring.push(record);
            }
          } else {
            for (let i = 0; i < each.take && ring.length > 0; i++, taken++) ring.shift();
          }
          expect([ring.first, ring.next, ring.length]).toEqual([taken, all.length, all.length - taken]);
          const found = Array.from({ length: all.length + 1 }, (_, index) => ring.at(index));
          expect(found.every((record, index) => record === (index < taken ? undefined : all[index]))).toBe(
            true,
          );
          expect(ring.at(-1)).toBeUndefined();
        }
      }),
      { numRuns: 50 },
    );
  });

  const placesOf = (ring: RecordRing): unknown[] => (ring as unknown as { places: unknown[] }).places;

  /** Adds so many, and takes them all. */
  const fillAndEmpty = (ring: RecordRing, count: number): void => {
    for (let added = 0; added < count; added++) ring.push(recordOf(ring.next));
    while (ring.length > 0) ring.shift();
  };

  it('keeps nothing of what was taken, also from before it grew', () => {
    const ring = new RecordRing();
    fillAndEmpty(ring, 1_000);
    expect(placesOf(ring).every((place) => place === undefined)).toBe(true);
  });

  it('gives back the room that an uncommon number took, and not that of a common one', () => {
    const ring = new RecordRing();
    fillAndEmpty(ring, 2_000);
    expect(placesOf(ring)).toHaveLength(2_048);
    fillAndEmpty(ring, 10_000);
    expect(placesOf(ring).length).toBeLessThan(100);
    fillAndEmpty(ring, 100);
    expect([ring.first, ring.next]).toEqual([12_100, 12_100]);
  });
});
