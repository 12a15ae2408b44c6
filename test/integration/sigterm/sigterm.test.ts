import { terminate } from './terminations.js';

/** `npm run sigterm` does it fifty times. */
const RUNS = 10;

it('SIGTERM at a random moment under load loses nothing, repeats nothing, uses no closed database, and ends the app', async () => {
  const report = await terminate(RUNS, 1);
  expect(report.problems).toEqual([]);
  expect(report.handled).toBe(report.put);
  expect(report.receipts).toBe(report.put);
  expect(report.atWork).toBeGreaterThan(RUNS / 2);
}, 300_000);
