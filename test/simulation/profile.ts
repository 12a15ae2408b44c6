import type { OnExhausted } from '../../src/delivery/delivery-policy.js';
import type { HandlerShape } from '../../src/delivery/handler.js';
import { type ConsumerSettings, type StartingPosition } from '../../src/scheduler/consumer-settings.js';
import { SETTINGS } from '../support/virtual-stream.js';
import { MAX_FETCHES, type ReadBudgetOptions } from '../../src/scheduler/read-budget.js';
import type { Dice } from './dice.js';
import { STORE_KINDS, type StoreKind } from './store/store-kind.js';

/** How the workers' handler gets its records. */
export interface Handling {
  readonly shape: HandlerShape;
  readonly lanes: { readonly concurrency: number; readonly orderBy: 'shard' | 'partition-key' | 'none' };
}

/** What a handler says of its failures, and what then becomes of the records. */
export interface Failing {
  /** Whether a batch handler names the records that failed, instead of failing as a whole. */
  readonly inPart: boolean;
  readonly bisectOnError: boolean;
  readonly attempts: number;
  readonly onExhausted: OnExhausted;
}

/** What is the same for the whole of a history, chosen by its seed. */
export interface Profile {
  readonly store: StoreKind;
  readonly settings: ConsumerSettings;
  /** What the readers of one worker may hold. */
  readonly readBudget: ReadBudgetOptions;
  /** Milliseconds; each worker has one of them as its session timeout. `settings` has the longest. */
  readonly sessionTimeouts: readonly number[];
  readonly workers: number;
  readonly shards: number;
  readonly keys: number;
  readonly handling: Handling;
  /** Milliseconds that a handler runs at most. */
  readonly handlerTime: number;
  /** How likely it is that a handler fails. */
  readonly handlerFailures: number;
  readonly failing: Failing;
  /** How likely it is that a worker's call meets a fault, while there are faults. */
  readonly trouble: number;
  /** Whether retention passes records that nobody has read. */
  readonly trims: boolean;
  /** Whether somebody deletes rows of the lease store by hand. */
  readonly deletesRows: boolean;
}

const MEBIBYTE = 1024 * 1024;

const READ_BUDGETS: readonly ReadBudgetOptions[] = [
  { maxBytes: 64 * MEBIBYTE, maxRecords: 100_000, maxFetches: MAX_FETCHES },
  { maxBytes: 64 * MEBIBYTE, maxRecords: 20, maxFetches: 2 },
  { maxBytes: 12 * MEBIBYTE, maxRecords: 1_000, maxFetches: 4 },
];

const ONE_LANE = { concurrency: 1, orderBy: 'shard' } as const;

function chooseHandling(dice: Dice): Handling {
  if (dice.chance(0.4)) return { shape: { type: 'record' }, lanes: ONE_LANE };
  const shape: HandlerShape = dice.chance(0.5)
    ? { type: 'record' }
    : {
        type: 'batch',
        maxRecords: 2 + dice.below(8),
        maxBytes: 1_000_000,
        maxWait: dice.pick([0, 500, 3_000]),
      };
  const orderBy = dice.pick(['shard', 'partition-key', 'partition-key', 'none'] as const);
  return { shape, lanes: orderBy === 'shard' ? ONE_LANE : { concurrency: 2 + dice.below(4), orderBy } };
}

const UNTIL_IT_SUCCEEDS: Failing = {
  inPart: false,
  bisectOnError: false,
  attempts: Infinity,
  onExhausted: 'halt',
};

function chooseFailing(dice: Dice): Failing {
  if (dice.chance(0.7)) return UNTIL_IT_SUCCEEDS;
  const givesUp = dice.chance(0.6);
  return {
    inPart: dice.chance(0.5),
    bisectOnError: dice.chance(0.5),
    attempts: givesUp ? 1 + dice.below(3) : Infinity,
    onExhausted: givesUp ? dice.pick(['skip', 'dead-letter']) : 'halt',
  };
}

/** @param more - a source of its own for what was added later, so that the histories of earlier seeds stay as they were */
export function chooseProfile(dice: Dice, more: Dice): Profile {
  const brisk = dice.chance(0.7);
  const sessionTimeout = brisk ? 5_000 : SETTINGS.sessionTimeout;
  const startingPosition: StartingPosition = dice.chance(0.8) ? 'TRIM_HORIZON' : 'LATEST';
  return {
    store: dice.pick(STORE_KINDS),
    settings: {
      ...SETTINGS,
      startingPosition,
      recordLimit: dice.pick([3, 10, 100, 10_000]),
      sleepTimeNoRecords: dice.pick([1_000, 2_000, 4_000]),
      checkpointInterval: dice.pick([500, 1_000, 5_000]),
      sessionTimeout,
      heartbeatFrequency: brisk ? 1_000 : SETTINGS.heartbeatFrequency,
    },
    readBudget: dice.pick(READ_BUDGETS),
    sessionTimeouts: dice.chance(0.2) ? [sessionTimeout * 0.6, sessionTimeout] : [sessionTimeout],
    workers: 3 + dice.below(2),
    shards: 4 + dice.below(2),
    keys: 8 + dice.below(16),
    handling: chooseHandling(dice),
    handlerTime: dice.pick([0, 30, 30, 300]),
    handlerFailures: dice.pick([0, 0.02, 0.2]),
    failing: chooseFailing(more),
    trouble: dice.pick([0, 0.01, 0.05, 0.2]),
    trims: dice.chance(0.1),
    deletesRows: dice.chance(0.05),
  };
}
