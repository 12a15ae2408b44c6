import { MUTANTS } from './mutants.js';
import { checkApplies } from './sandbox.js';

it.each(MUTANTS)('the code is as the mutant "$name" expects it', (mutant) => {
  expect(() => checkApplies(mutant)).not.toThrow();
});

it('no two mutants have the same name', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
});
