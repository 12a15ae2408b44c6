import { examplesOf } from './support/examples.js';
import { readPages } from './support/pages.js';
import { typeCheck } from './support/type-check.js';

it('every block of TypeScript in README and docs compiles against the public API', () => {
  const examples = readPages().flatMap(examplesOf);

  expect(examples.length).toBeGreaterThan(20);
  expect(typeCheck(examples)).toEqual([]);
});
