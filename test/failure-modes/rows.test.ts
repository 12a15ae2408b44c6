import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaresTest } from '../support/declared-tests.js';
import { FAILURE_MODES } from './rows.js';

const ROOT = join(import.meta.dirname, '..', '..');
const ROWS = [...'1 2 3 4 5 6 8 9 10 11 12 13 15 16 17 18 19 20'.split(' '), ...'abcdefghijkl'];

it('every known failure has its place', () => {
  expect(FAILURE_MODES.map(({ row }) => row)).toEqual(ROWS);
});

it.each(FAILURE_MODES)('$row, $failure: its tests are there', ({ tests }) => {
  expect(tests.length).toBeGreaterThan(0);
  const missing = tests.filter(
    ([file, title]) => !declaresTest(readFileSync(join(ROOT, file), 'utf8'), title),
  );
  expect(missing).toEqual([]);
});

it('a title that is only mentioned, or whose test is skipped, does not count', () => {
  expect(declaresTest("it('does it', () => run());", 'does it')).toBe(true);
  expect(declaresTest("it.each([1, 2])(\n  'does %i', run);", 'does %i')).toBe(true);
  expect(declaresTest("const title = 'does it';", 'does it')).toBe(false);
  expect(declaresTest("it.skip('does it', () => run());", 'does it')).toBe(false);
  expect(declaresTest("describe('does it', () => run());", 'does it')).toBe(false);
});
