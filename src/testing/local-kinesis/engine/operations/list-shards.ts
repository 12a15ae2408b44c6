import { type Account } from '../account.js';
import { decodePageToken, encodePageToken } from '../page-token.js';
import { type Shard } from '../shard.js';
import { type Stream } from '../stream.js';
import { nextToken, shardId, streamReference } from '../validation/members.js';
import { optional, structure, type StructureType } from '../validation/shape.js';
import { integer, oneOf, timestamp } from '../validation/values.js';
import { ServiceError } from '../service-error.js';
import { describeShard } from './descriptions.js';
import { type CallContext, invalidArgument, operation } from './define.js';

const MOST_SHARDS = 10_000;
const DEFAULT_PAGE = 1000;

const filterMembers = {
  Type: oneOf([
    'AFTER_SHARD_ID',
    'AT_TRIM_HORIZON',
    'FROM_TRIM_HORIZON',
    'AT_LATEST',
    'AT_TIMESTAMP',
    'FROM_TIMESTAMP',
  ]),
  ShardId: optional(shardId),
  Timestamp: optional(timestamp),
};

const members = {
  ...streamReference,
  NextToken: optional(nextToken),
  ExclusiveStartShardId: optional(shardId),
  MaxResults: optional(integer({ min: 1, max: MOST_SHARDS })),
  StreamCreationTimestamp: optional(timestamp),
  ShardFilter: optional(structure(filterMembers)),
};

type ListShardsInput = StructureType<typeof members>;
type ShardFilter = StructureType<typeof filterMembers>;

/** A listing in progress: what its first call asked for, and how far it has come. */
interface Listing {
  readonly stream: Stream;
  readonly filter: ShardFilter | undefined;
  /** The id of the last shard listed; empty at the start. */
  readonly after: string;
  /** Shows the stream as it was then, in milliseconds since the Unix epoch. */
  readonly asOf: number;
}

export const listShards = operation(members, (input, account, context) => {
  const listing =
    input.NextToken === undefined ? newListing(input, account, context) : resumed(input, account);
  const { stream, filter, asOf } = listing;
  account.admitStreamCall(stream, 'ListShards', account.limits.listShardsCallsPerSecond);
  if (stream.status === 'CREATING' || stream.status === 'DELETING') {
    const message = `${account.describe(stream.name)} not ACTIVE, instead in state ${stream.status}`;
    throw new ServiceError('ResourceInUseException', message);
  }
  const wallTime = account.clock.wallTime();
  stream.trim(wallTime);
  const selected = select(
    stream.shards.filter((shard) => shard.createdAt <= asOf || shard.parentId === undefined),
    filter,
    asOf,
  );
  const shards = selected.filter((shard) => shard.id > listing.after);
  const page = shards.slice(0, input.MaxResults ?? DEFAULT_PAGE);
  const Shards = page.map((shard) => describeShard(shard, asOf));
  const last = page[page.length - 1];
  if (page.length === shards.length || last === undefined) return { Shards };
  return { Shards, NextToken: tokenFor({ ...listing, after: last.id }, wallTime) };
});

function newListing(input: ListShardsInput, account: Account, context: CallContext): Listing {
  const stream = account.stream(input);
  const created = input.StreamCreationTimestamp;
  // Clients know the creation time in seconds, as the wire has it.
  if (created !== undefined && Math.abs(created.getTime() - stream.createdAt) >= 1000) {
    const message = `${account.describe(stream.name)} created at ${created.toUTCString()} not found.`;
    throw new ServiceError('ResourceNotFoundException', message);
  }
  const filter = input.ShardFilter;
  checkFilter(filter, input.ExclusiveStartShardId);
  // Without staleness a clock that stands still must not hide a split made in this very millisecond.
  const asOf = context.staleness === undefined ? Infinity : account.clock.wallTime() - context.staleness;
  const after = filter?.Type === 'AFTER_SHARD_ID' ? filter.ShardId : input.ExclusiveStartShardId;
  return { stream, filter, after: after ?? '', asOf };
}

function checkFilter(filter: ShardFilter | undefined, startShardId: string | undefined): void {
  if (filter === undefined) return;
  if (filter.Type === 'AFTER_SHARD_ID') {
    if (filter.ShardId === undefined)
      throw invalidArgument('ShardFilter of type AFTER_SHARD_ID requires ShardId.');
    if (startShardId !== undefined) {
      throw invalidArgument(
        'ExclusiveStartShardId and a ShardFilter of type AFTER_SHARD_ID cannot be provided together.',
      );
    }
  }
  if (filter.Type === 'AT_TIMESTAMP' || filter.Type === 'FROM_TIMESTAMP') {
    if (filter.Timestamp === undefined)
      throw invalidArgument(`ShardFilter of type ${filter.Type} requires Timestamp.`);
  }
}

function resumed(input: ListShardsInput, account: Account): Listing {
  const conflict = (
    ['StreamName', 'ExclusiveStartShardId', 'StreamCreationTimestamp', 'ShardFilter'] as const
  ).find((name) => input[name] !== undefined);
  if (conflict !== undefined) throw invalidArgument(`NextToken and ${conflict} cannot be provided together.`);
  const { clock, limits } = account;
  const state = decodePageToken(
    'ListShards',
    input.NextToken ?? '',
    clock.wallTime(),
    limits.nextTokenLifetime,
  );
  const { stream: StreamName, salt, type, timestamp: at, after, asOf } = state;
  if (typeof StreamName !== 'string' || typeof after !== 'string')
    throw invalidArgument('Invalid NextToken.');
  const stream = account.stream({ StreamName, StreamARN: input.StreamARN });
  if (stream.salt !== salt) throw invalidArgument('Invalid NextToken.');
  const filter = type === undefined ? undefined : { Type: type, Timestamp: new Date(Number(at)) };
  return {
    stream,
    filter: filter as ShardFilter | undefined,
    after,
    asOf: typeof asOf === 'number' ? asOf : Infinity,
  };
}

function tokenFor({ stream, filter, after, asOf }: Listing, wallTime: number): string {
  return encodePageToken('ListShards', wallTime, {
    stream: stream.name,
    salt: stream.salt,
    after,
    ...(filter !== undefined && { type: filter.Type, timestamp: filter.Timestamp?.getTime() }),
    ...(asOf !== Infinity && { asOf }),
  });
}

/** The shards a filter lets through; without a filter all that retention has not passed. */
function select(shards: readonly Shard[], filter: ShardFilter | undefined, asOf: number): readonly Shard[] {
  const time = filter?.Timestamp?.getTime() ?? 0;
  const openUntil = (shard: Shard): number =>
    shard.closedAt === undefined || shard.closedAt > asOf ? Infinity : shard.closedAt;
  switch (filter?.Type) {
    case 'AT_LATEST':
      return shards.filter((shard) => openUntil(shard) === Infinity);
    case 'AT_TRIM_HORIZON': {
      // Open at the horizon were those whose parents the horizon has passed. Times would not tell: shards that were
      // split in the millisecond of their creation would be missing, with all their records.
      const ids = new Set(shards.map((shard) => shard.id));
      return shards.filter(({ parentId }) => parentId === undefined || !ids.has(parentId));
    }
    case 'AT_TIMESTAMP':
      return shards.filter((shard) => shard.createdAt <= time && openUntil(shard) >= time);
    case 'FROM_TIMESTAMP':
      return shards.filter((shard) => openUntil(shard) >= time);
    default:
      return shards;
  }
}
