import { ratio, TOLERANCE } from '../../bench/ratio.js';

it('is the median of its rounds, with what they lie between', () => {
  expect(ratio({ id: 'a', title: 'A', better: 'higher' }, [3, 1, 2])).toEqual({
    id: 'a',
    title: 'A',
    better: 'higher',
    median: 2,
    min: 1,
    max: 3,
    tolerance: TOLERANCE,
    slack: 0,
  });
});

it.each([
  ['higher', 1.4, 'not met'],
  ['higher', 1.5, 'met'],
  ['higher', 2, 'aim reached'],
  ['lower', 2.1, 'not met'],
  ['lower', 2, 'met'],
  ['lower', 1.5, 'aim reached'],
] as const)('where %s is better, %d stands to its target as: %s', (better, figure, standing) => {
  const target = better === 'higher' ? { must: 1.5, aim: 2 } : { must: 2, aim: 1.5 };
  expect(ratio({ id: 'a', title: 'A', better, target }, [figure])).toMatchObject({ standing });
});
