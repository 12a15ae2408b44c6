import { check, MEASUREMENTS, report } from '../../bench/check.js';
import { ratio, type Ratio, type RatioDescription } from '../../bench/ratio.js';

const faster = (figure: number, description: Partial<RatioDescription> = {}): Ratio =>
  ratio({ id: 'faster', title: 'Faster', better: 'higher', tolerance: 0.2, ...description }, [figure]);
const slower = (figure: number, description: Partial<RatioDescription> = {}): Ratio =>
  ratio({ id: 'slower', title: 'Slower', better: 'lower', tolerance: 0.2, ...description }, [figure]);

/** Gives one list of ratios per measurement, the last one ever after. */
function measurements(...runs: (readonly Ratio[])[]): {
  measure: () => Promise<readonly Ratio[]>;
  count: () => number;
} {
  let count = 0;
  return {
    measure: async () => runs[Math.min(count++, runs.length - 1)] ?? [],
    count: () => count,
  };
}

it('passes what is within its tolerance, in either direction, after one measurement', async () => {
  const { measure, count } = measurements([faster(1.61), slower(2.39)]);
  const result = await check([faster(2), slower(2)], measure);
  expect(result.passed).toBe(true);
  expect(result.verdicts.map(({ outcome }) => outcome)).toEqual(['holds', 'holds']);
  expect(count()).toBe(1);
});

it.each([
  ['fewer times as fast', faster(2), faster(1.59)],
  ['more of what should be little', slower(2), slower(2.41)],
])('fails at %s than the tolerance allows, when measured again, too', async (_title, recorded, measured) => {
  const { measure, count } = measurements([measured]);
  const result = await check([recorded], measure);
  expect(result.passed).toBe(false);
  expect(count()).toBe(MEASUREMENTS);
});

it('what is better than recorded passes, however much', async () => {
  const { measure } = measurements([faster(20), slower(0.1)]);
  await expect(check([faster(2), slower(2)], measure)).resolves.toMatchObject({ passed: true });
});

it('a slow moment does not fail what holds when it is measured again', async () => {
  const { measure, count } = measurements([faster(1), slower(2)], [faster(1.9), slower(4)]);
  const result = await check([faster(2), slower(2)], measure);
  expect(result.passed).toBe(true);
  expect(count()).toBe(2);
  expect(result.verdicts[0]?.measured).toEqual([1, 1.9]);
});

it('what is recorded near zero has its slack', async () => {
  const recorded = slower(0.05, { slack: 0.2 });
  await expect(check([recorded], measurements([slower(0.25)]).measure)).resolves.toMatchObject({
    passed: true,
  });
  await expect(check([recorded], measurements([slower(0.27)]).measure)).resolves.toMatchObject({
    passed: false,
  });
});

it('the tolerance that was recorded counts, not that of a program which measures now', async () => {
  const { measure } = measurements([faster(1, { tolerance: 0.9 })]);
  await expect(check([faster(2)], measure)).resolves.toMatchObject({ passed: false });
});

it('a peer that is not there is said, and fails nothing', async () => {
  const result = await check([faster(2), slower(2)], measurements([faster(2)]).measure);
  expect(result.passed).toBe(true);
  expect(result.verdicts[1]).toMatchObject({ outcome: 'not measured', measured: [] });
});

it('fails where nothing could be compared', async () => {
  const result = await check([faster(2)], measurements([]).measure);
  expect(result.passed).toBe(false);
});

it('fails where a ratio is measured that nothing is recorded of: a changed id would guard nothing', async () => {
  const result = await check([faster(2)], measurements([faster(2), slower(1)]).measure);
  expect(result.passed).toBe(false);
  expect(report(result)).toContain('not recorded: slower: measured 1.000');
});

it('a measurement that is no number does not hold', async () => {
  await expect(check([slower(2)], measurements([slower(NaN)]).measure)).resolves.toMatchObject({
    passed: false,
  });
});

it('reports each ratio with what was measured, what is recorded, and the tolerance', async () => {
  const recorded = [faster(2), slower(0.05, { id: 'added', slack: 0.2 }), slower(150, { id: 'absent' })];
  const result = await check(recorded, measurements([faster(1), slower(0.1, { id: 'added' })]).measure);
  expect(report(result)).toEqual([
    'worse: faster: measured 1.000, 1.000, 1.000; recorded 2.000, tolerance 20 %: at least 1.600',
    'holds: added: measured 0.100, 0.100, 0.100; recorded 0.050, tolerance 20 % and 0.200: at most 0.260',
    'not measured: absent: recorded 150, tolerance 20 %: at most 180',
  ]);
});
