import fc from 'fast-check';
import type { InFlightRecord } from '../../src/delivery/in-flight-record.js';
import { RecordRing } from '../../src/delivery/record-ring.js';

const recordOf = (index: number): InFlightRecord => ({ index }) as unknown as InFlightRecord;

describe('a ring of records', () => {
  it('has those that were added and not taken, under their indexes', () => {
    const step = fc.oneof(fc.record({ add: fc.nat(200) }), fc.record({ take: fc.nat(250) }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
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
          for (let index = -1; index <= all.length; index++) {
            expect(ring.at(index)).toBe(index < taken ? undefined : all[index]);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('keeps nothing of what was taken, also from before it grew', () => {
    const ring = new RecordRing();
    for (let index = 0; index < 1_000; index++) ring.push(recordOf(index));
    for (let index = 0; index < 1_000; index++) ring.shift();
    const { places } = ring as unknown as { places: unknown[] };
    expect(places.every((place) => place === undefined)).toBe(true);
  });
});
