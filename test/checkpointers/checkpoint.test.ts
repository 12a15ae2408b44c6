import {
  type Checkpoint,
  compareCheckpoints,
  compareSequenceNumbers,
} from '../../src/checkpointers/checkpoint.js';

const at = (sequenceNumber: string, subSequenceNumber = 0): Checkpoint => ({
  type: 'SEQUENCE',
  sequenceNumber,
  subSequenceNumber,
});

describe('the order of checkpoints', () => {
  it('is timestamps, TRIM_HORIZON, sequence numbers, SHARD_END', () => {
    const ordered: Checkpoint[] = [
      { type: 'AT_TIMESTAMP', timestamp: 1_767_225_600_000 },
      { type: 'TRIM_HORIZON' },
      at('1'),
      { type: 'SHARD_END' },
    ];

    expect([...ordered].reverse().sort(compareCheckpoints)).toEqual(ordered);
    for (const checkpoint of ordered) expect(compareCheckpoints(checkpoint, { ...checkpoint })).toBe(0);
  });

  it('compares sequence numbers as numbers, beyond what a double holds', () => {
    const low = '49590338271490256608559692538361571095921575989136588898';
    const high = '49590338271490256608559692538361571095921575989136588899';

    expect(compareSequenceNumbers(low, high)).toBeLessThan(0);
    expect(compareSequenceNumbers(high, low)).toBeGreaterThan(0);
    expect(compareSequenceNumbers(high, high)).toBe(0);
    // As texts, or as doubles, these would be the other way round or equal.
    expect(compareSequenceNumbers('9', '10')).toBeLessThan(0);
    expect(compareSequenceNumbers('9'.repeat(55), `1${'0'.repeat(55)}`)).toBeLessThan(0);
  });

  it('compares sub-sequence numbers, as numbers, within one sequence number only', () => {
    expect(compareCheckpoints(at('100', 9), at('100', 10))).toBeLessThan(0);
    expect(compareCheckpoints(at('100', 10), at('100', 9))).toBeGreaterThan(0);
    expect(compareCheckpoints(at('100', 999), at('101', 0))).toBeLessThan(0);
    expect(compareCheckpoints(at('100', 3), at('100', 3))).toBe(0);
  });
});
