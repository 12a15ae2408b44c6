import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { KinesisConfigurationError } from '../../errors.js';
import type { LeaseScope } from '../checkpointer.js';
import { BESIDE_VERSION_3 } from './beside-version-3.js';
import type { Aggregates, UnresolvedStart } from './positions.js';

const MODES = ['cold', 'beside-2.x'] as const;
const AGGREGATES = ['kpl', 'other'] as const;

/** As the service has it. */
const TABLE_NAME = /^[a-zA-Z0-9_.-]{3,255}$/;

/** As the KCL's `StreamIdentifier` has it. */
const STREAM_IDENTIFIER = /^[0-9]+:[^:]+:[0-9]+$/;

export interface DynamoDbCheckpointerOptions {
  /**
   * A client of yours, which stays yours to close; or what to make one of: region, endpoint, credentials.
   *
   * A client of yours should not try again for long by itself: a lease is lost meanwhile.
   *
   * @defaultValue `{}`: region and credentials from the environment, as the SDK finds them
   */
  client?: DynamoDBClient | DynamoDBClientConfig;

  /**
   * The lease table, or how to name one for each application and stream. A table holds the leases of one stream, unless
   * there are {@link DynamoDbCheckpointerOptions.streamIdentifiers}.
   *
   * @defaultValue the name of the application, as the KCL's
   */
  tableName?: string | ((scope: LeaseScope) => string);

  /**
   * Whether a missing table is created, with on-demand billing.
   *
   * @defaultValue `false`
   */
  createTable?: boolean;

  /**
   * For a table of several streams, as a KCL with a multi-stream tracker keeps it: the stream's name in `streams`, or
   * the physical one where that differs, and its `account:stream:creationEpoch` as in the KCL's `StreamIdentifier`.
   */
  streamIdentifiers?: Readonly<Record<string, string>>;

  /**
   * Who else works on the table.
   *
   * `'cold'`: workers of this package alone. A KCL has stopped before, and may go on afterwards; one that is found alive
   * is an error.
   *
   * `'beside-2.x'`: workers of a KCL 2.x, or of a 3.x kept in 2.x compatibility, at the same time. Leases are taken from
   * them as they take leases from each other, without asking.
   *
   * A fleet that follows the protocol of KCL 3.x cannot be joined: that is an error in either mode.
   *
   * @defaultValue `'cold'`
   */
  mode?: 'cold' | 'beside-2.x';

  /**
   * The `failoverTimeMillis` of the KCL beside which this application works, in milliseconds. Its workers take leases of
   * ours that were not renewed for so long, so `consumer.sessionTimeout` must not exceed it: the module refuses more.
   *
   * @defaultValue `10_000` (KCL)
   */
  failoverTimeMillis?: number;

  /**
   * What the Kinesis records of the streams are. A KCL can go on amid an aggregate of the KPL only.
   *
   * `'kpl'`: each is one user record, or an aggregate of the KPL. Positions are stored exactly as the KCL does.
   *
   * `'other'`: there may be aggregates of other formats. For a KCL, positions are rounded down to the end of the record
   * before, so that it handles one Kinesis record of each shard again instead of skipping part of it; for this package
   * the exact position stands beside it.
   *
   * @defaultValue `'other'`, with which nothing can be lost
   */
  aggregates?: Aggregates;

  /**
   * Where a shard starts whose row is at `LATEST`, or at `AT_TIMESTAMP` without an instant, as a KCL leaves it that has
   * not checkpointed the shard yet: it resolves both with its own configuration, at each start anew. The time at which
   * the KCL was started loses nothing. Keep the option until all shards have a checkpoint.
   *
   * @defaultValue none: such a row is an error, so that nobody skips records unawares
   */
  unresolvedStart?: UnresolvedStart;

  /**
   * Milliseconds between a worker's looks at all leases (a Scan): part of the time a crashed worker's shards wait.
   *
   * @defaultValue `20_000`, about the KCL's (2.x: twice `failoverTimeMillis`)
   */
  listInterval?: number;

  /**
   * Whether looks at all leases see every write that was answered before, at twice the price. Nothing of this package
   * needs it but whoever copies leases.
   *
   * @defaultValue `false` (KCL `consistentReads`)
   */
  consistentReads?: boolean;
}

/** @throws KinesisConfigurationError for an option that cannot work */
export function checkOptions(options: DynamoDbCheckpointerOptions): void {
  const { mode, aggregates, streamIdentifiers = {}, unresolvedStart, tableName } = options;
  // What some will try, and the type does not allow.
  if (String(mode) === 'beside-3.x') fail('mode', `cannot be 'beside-3.x'. ${BESIDE_VERSION_3}`);
  oneOf('mode', mode, MODES);
  oneOf('aggregates', aggregates, AGGREGATES);
  if (typeof tableName === 'string') checkTableName(tableName);
  for (const name of ['listInterval', 'failoverTimeMillis'] as const) {
    const value = options[name];
    if (value === undefined || (Number.isFinite(value) && value > 0)) continue;
    fail(name, 'must be a positive number of milliseconds');
  }
  if (options.failoverTimeMillis !== undefined && mode !== 'beside-2.x') {
    fail('failoverTimeMillis', "is of a KCL that works beside this application: set mode 'beside-2.x'");
  }
  if (typeof unresolvedStart === 'object' && !Number.isFinite(Number(unresolvedStart.timestamp))) {
    fail('unresolvedStart', 'has no valid timestamp');
  }
  for (const [stream, identifier] of Object.entries(streamIdentifiers)) {
    if (STREAM_IDENTIFIER.test(identifier)) continue;
    fail('streamIdentifiers', `has no "account:stream:creationEpoch" for "${stream}"`);
  }
}

/** @throws KinesisConfigurationError for a name the service would refuse */
export function checkTableName(name: string): string {
  if (TABLE_NAME.test(name)) return name;
  return fail(
    'tableName',
    `is needed: "${name.slice(0, 60)}" cannot be a table's name (3 to 255 letters, digits, "_", "-", ".")`,
  );
}

function oneOf(name: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value)) return;
  fail(name, `must be ${choices.map((choice) => `'${choice}'`).join(' or ')}`);
}

function fail(option: string, problem: string): never {
  throw new KinesisConfigurationError(`DynamoDbCheckpointer: option "${option}" ${problem}.`);
}
