import fc from 'fast-check';
import { Watermark } from '../../src/delivery/watermark.js';

const at = (index: number) => ({ sequenceNumber: String(1000 + index), subSequenceNumber: 0 });

it('stands before the first record that is not finished, whatever the order of finishing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.nat()), (count, picks) => {
      const watermark = new Watermark();
      const open = Array.from({ length: count }, (_, index) => ({ index, delivery: watermark.begin(at(index)) }));
      const unfinished = new Set(open.map(({ index }) => index));
      while (open.length > 0) {
        const [{ index, delivery } = { index: 0, delivery: watermark.begin(at(0)) }] = open.splice(
          (picks.next().value as number) % open.length,
          1,
        );
        watermark.finish(delivery);
        unfinished.delete(index);
        const first = unfinished.size === 0 ? count : Math.min(...unfinished);
        expect(watermark.position).toEqual(first === 0 ? undefined : at(first - 1));
      }
      expect(watermark.unfinished).toBe(0);
    }),
  );
});

it('knows user records of one aggregate apart', () => {
  const watermark = new Watermark();
  const [a, b] = [0, 1].map((subSequenceNumber) => watermark.begin({ sequenceNumber: '7', subSequenceNumber }));
  if (!a || !b) throw new Error('unreachable');
  watermark.finish(a);
  expect(watermark.position).toEqual({ sequenceNumber: '7', subSequenceNumber: 0 });
  watermark.finish(b);
  expect(watermark.position).toEqual({ sequenceNumber: '7', subSequenceNumber: 1 });
});
