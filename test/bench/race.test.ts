import { judge, type Sight } from '../../bench/end-to-end/race.js';

const sight = (at: number, count: number, processorTime: number): Sight => ({
  at,
  count,
  processorTime,
  peakMemory: count * 10,
});

it('tells start-up, rate, and what a record takes when what is hot is compiled', () => {
  const race = judge('any', [
    sight(3_000, 1, 2_000),
    sight(4_000, 1_001, 4_000),
    sight(5_000, 5_001, 5_000),
    sight(7_000, 20_001, 5_300),
  ]);
  expect(race).toEqual({
    records: 20_001,
    startUp: 3_000,
    startUpProcessorTime: 2_000,
    recordsPerSecond: 5_000,
    // 300 ms for 15 000 records: from the middle of the time on.
    processorTimePerRecord: 20,
    peakMemory: 200_010,
  });
});

it.each([
  ['nothing was seen', []],
  ['all was done at the first sight', [sight(3_000, 100, 2_000)]],
  ['nothing was done after the middle', [sight(1_000, 1, 10), sight(2_000, 100, 20), sight(4_000, 100, 30)]],
])('tells nothing where %s', (_title, sights) => {
  expect(() => judge('any', sights)).toThrow('any did not get far');
});
