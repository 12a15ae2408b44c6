import { History } from './history.js';

/** `npm run simulate` runs more of them. */
const SEEDS = 100;

it(`${SEEDS} histories of crashes, cuts, faults and reshards lose nothing and keep every key in order`, async () => {
  let crashes = 0;
  let reshards = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const result = await new History(seed, 60).run();
    expect({ seed, violations: result.violations }).toEqual({ seed, violations: [] });
    crashes += result.crashes;
    reshards += result.reshards;
  }
  expect(crashes).toBeGreaterThan(SEEDS);
  expect(reshards).toBeGreaterThan(SEEDS);
});

it('the same seed gives the same history', async () => {
  const [first, second] = [await new History(7, 60).run(), await new History(7, 60).run()];
  expect(second).toEqual(first);
});
