import { OPERATIONS } from '../engine/operation-table.js';

/** An error a fault answers with: its code, or more of it. */
export interface FaultError {
  /** The service's name of the error, e.g. `ProvisionedThroughputExceededException`. */
  readonly code: string;
  /** @defaultValue a message that says the fault was asked for */
  readonly message?: string;
  /** The HTTP status. @defaultValue 500 for `InternalFailure…`, 503 for `ServiceUnavailable…`, else 400 */
  readonly statusCode?: number;
}

/** Which calls a fault meets. Whatever is left out does not restrict it. */
export interface FaultScope {
  /** The operation or operations, e.g. `'PutRecords'`. @defaultValue every operation */
  readonly operation?: string | readonly string[];
  /** The name of the stream. @defaultValue every stream */
  readonly stream?: string;
  /**
   * The id of the shard: of the iterator in GetRecords, of the request in GetShardIterator, SubscribeToShard,
   * SplitShard and MergeShards, of the keys in PutRecord and PutRecords. A PutRecords is met when one of its records
   * goes there. @defaultValue every shard
   */
  readonly shardId?: string;
  /** How likely it is that a call is met, 0 to 1. @defaultValue 1 */
  readonly probability?: number;
  /** How many calls are met before the rule removes itself. @defaultValue no end */
  readonly times?: number;
  /** When the rule begins to hold, in milliseconds on the clock from now. @defaultValue 0 */
  readonly from?: number;
  /** When the rule stops to hold, in milliseconds on the clock from now. @defaultValue never */
  readonly until?: number;
}

/** What happens to the calls that are met. Several effects of one rule come together, in the order given here. */
export interface FaultEffects {
  /** The call takes this long, in milliseconds on the clock; a pair is a range to choose from at random. */
  readonly delay?: number | readonly [min: number, max: number];
  /**
   * The call is refused, and has no effect. In a PutRecords of a rule with a `shardId`, or with `perRecord`, only the
   * records concerned are, as the service does when one shard is throttled.
   */
  readonly error?: string | FaultError;
  /** `error` decides for each record of a PutRecords, with the rule's probability. @defaultValue false */
  readonly perRecord?: boolean;
  /** The connection is cut (`ECONNRESET`): before the call had an effect, or after. */
  readonly cut?: 'before' | 'after';
  /**
   * The call has its effect, but no answer comes: `true` is a 500 `InternalFailure` in its place, `'hang'` is silence
   * until the caller gives up.
   */
  readonly lostReply?: boolean | 'hang';
  /** GetRecords: the iterator counts as expired. */
  readonly expiredIterator?: boolean;
  /** GetRecords: an answer without records, next iterator or child shards, though the shard has not ended. */
  readonly nullIterator?: boolean;
  /** ListShards: the stream as it was so many milliseconds ago. */
  readonly staleness?: number;
  /** PutRecords: the records are stored in an order chosen at random; the answer is still in the request's. */
  readonly reorder?: boolean;
  /** SubscribeToShard: the connection stays open, but gives nothing more from so many milliseconds on. */
  readonly silentAfter?: number;
  /** SubscribeToShard: the connection is cut so many milliseconds after it was opened. */
  readonly cutAfter?: number;
}

/** A fault on command: which calls it meets, and what it does to them. */
export interface FaultRule extends FaultScope, FaultEffects {}

/** A rule in force. */
export interface FaultHandle {
  /** How many calls the rule has met. */
  readonly hits: number;
  /** Ends the rule; calls it has met already are not spared. */
  remove(): void;
}

const EFFECTS: readonly (keyof FaultEffects)[] = [
  'delay',
  'error',
  'cut',
  'lostReply',
  'expiredIterator',
  'nullIterator',
  'staleness',
  'reorder',
  'silentAfter',
  'cutAfter',
];

/** @throws RangeError for a rule that could not do what it says */
export function checkRule(rule: FaultRule): void {
  const { operation = [], probability = 1, times = 1, from = 0, until = Infinity } = rule;
  if (!EFFECTS.some((effect) => rule[effect] !== undefined && rule[effect] !== false)) {
    throw new RangeError(`A fault needs an effect, one of ${EFFECTS.join(', ')}.`);
  }
  const unknown = [operation].flat().find((name) => !OPERATIONS.has(name));
  if (unknown !== undefined)
    throw new RangeError(`There is no operation ${unknown}: its name is as in the API.`);
  if (!(probability >= 0 && probability <= 1))
    throw new RangeError(`probability must be 0 to 1, not ${probability}.`);
  if (!(times >= 1)) throw new RangeError(`times must be at least 1, not ${times}.`);
  if (!(from < until)) throw new RangeError(`until (${until}) must be after from (${from}).`);
}
