import { FAILURE_MUTANTS } from './failure-mutants.js';
import { BALANCE_MUTANTS, OWNERSHIP_MUTANTS, STORE_MUTANTS } from './lease-mutants.js';
import type { Mutant } from './mutant.js';
import { BOUND_MUTANTS, DELIVERY_MUTANTS, LENDING_MUTANTS, TOPOLOGY_MUTANTS } from './reading-mutants.js';

/** Every way in which the code is broken to see whether the simulator notices. */
export const MUTANTS: readonly Mutant[] = [
  ...STORE_MUTANTS,
  ...OWNERSHIP_MUTANTS,
  ...BALANCE_MUTANTS,
  ...TOPOLOGY_MUTANTS,
  ...DELIVERY_MUTANTS,
  ...LENDING_MUTANTS,
  ...BOUND_MUTANTS,
  ...FAILURE_MUTANTS,
];
