import type { Mutant } from './mutant.js';

const BATCH_LANE = 'src/delivery/batch-lane.ts';
const OUTLET = 'src/delivery/dead-letter-outlet.ts';
const GIVE_UP = 'src/delivery/give-up.ts';
const RECOVERY = 'src/delivery/recovery.ts';

/** What becomes of records whose handler failed: partial results, halves, dead letters. */
export const FAILURE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a partial failure finishes the whole batch',
    why: 'records are lost of which the handler said that they failed',
    file: BATCH_LANE,
    find: 'const failed = failedRecords(records, result, context?.failedFrom);',
    replace: 'const failed: readonly InFlightRecord[] = []; void failedRecords;',
  },
  {
    name: 'a partial failure fails the whole batch',
    why: 'what is done is done again',
    file: BATCH_LANE,
    find: 'return { records: failed, error, isPartial: true };',
    replace: 'return { records, error, isPartial: true };',
  },
  {
    name: 'the second half of a split batch is forgotten',
    why: 'its records are never handled',
    file: RECOVERY,
    find: 'return (await this.beginAgain(records.slice(0, middle))) && this.beginAgain(records.slice(middle));',
    replace: 'return this.beginAgain(records.slice(0, middle));',
  },
  {
    name: 'a dead letter counts as stored when its sink fails',
    why: 'a record is lost that was neither handled nor stored',
    file: OUTLET,
    find: 'const retryIn = backoff.next();',
    replace: 'const retryIn = backoff.next(); if (retryIn > 0) return true;',
  },
  {
    name: 'only the first of the records given up is finished',
    why: 'the shard stands still',
    file: GIVE_UP,
    find: 'for (const record of records) {\n      report({ type, handler',
    replace: 'for (const record of records.slice(0, 1)) {\n      report({ type, handler',
  },
];
