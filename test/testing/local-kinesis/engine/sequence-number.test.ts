import { SequenceNumbers } from '../../../../src/testing/local-kinesis/engine/sequence-number.js';

const CREATED = Date.UTC(2026, 0, 1);
const INDEXES = [1, 2, 3, 999, 1000, 1001, 999_999, 1_000_000, 1_000_001, 2 ** 31, 2 ** 32 + 1, 10 ** 12];

describe('sequence numbers', () => {
  it('rise with the index, with room between them, and have 56 digits', () => {
    const numbers = new SequenceNumbers(CREATED, 3, 77);
    let last = 0n;
    for (const index of INDEXES) {
      const number = numbers.at(index);
      expect(number).toMatch(/^49\d{54}$/);
      expect(BigInt(number) - last).toBeGreaterThan(2n ** 53n);
      expect(BigInt(numbers.before(index))).toBeLessThan(BigInt(number));
      expect(BigInt(numbers.before(index))).toBeGreaterThan(last);
      last = BigInt(number);
    }
  });

  it('lead back to their record, and from between records to the next', () => {
    const numbers = new SequenceNumbers(CREATED, 3, 77);
    for (const index of INDEXES) {
      const number = numbers.at(index);
      expect(numbers.indexFrom(number, false)).toBe(index);
      expect(numbers.indexFrom(number, true)).toBe(index + 1);
      expect(numbers.indexFrom(numbers.before(index), false)).toBe(index);
      expect(numbers.indexFrom(numbers.before(index), true)).toBe(index);
      expect(numbers.indexFrom(String(BigInt(number) + 1n), false)).toBe(index + 1);
    }
  });

  it('are larger in a child than in its parents, and differ from stream to stream', () => {
    const parent = new SequenceNumbers(CREATED, 3, 77);
    const child = new SequenceNumbers(CREATED, 4, 77);
    expect(BigInt(child.before(0))).toBeGreaterThan(BigInt(parent.at(10 ** 12)));
    expect(parent.shardOrdinalOf(child.at(5))).toBe(4);
    expect(new SequenceNumbers(CREATED + 1000, 3, 77).shardOrdinalOf(parent.at(5))).toBeUndefined();
    expect(new SequenceNumbers(CREATED, 3, 78).at(5)).not.toBe(parent.at(5));
  });
});
