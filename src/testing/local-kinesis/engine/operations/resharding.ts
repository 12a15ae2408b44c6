import { type Account } from '../account.js';
import { isHashKey } from '../hash-key.js';
import { areAdjacent, scaleEvenly } from '../reshard.js';
import { ServiceError } from '../service-error.js';
import { type Shard } from '../shard.js';
import { type Stream } from '../stream.js';
import { hashKey, shardId, streamReference } from '../validation/members.js';
import { integer, oneOf } from '../validation/values.js';
import { invalidArgument, operation } from './define.js';

const DAY = 86_400_000;
const MOST_SHARDS = 10_000;

export const splitShard = operation(
  { ...streamReference, ShardToSplit: shardId, NewStartingHashKey: hashKey },
  (input, account) => {
    account.admitCall('SplitShard');
    const stream = account.activeStream(input);
    checkResizable(stream, 'SplitShard');
    const shard = openShard(account, stream, input.ShardToSplit);
    const middle = isHashKey(input.NewStartingHashKey) ? BigInt(input.NewStartingHashKey) : -1n;
    if (middle <= BigInt(shard.startingHashKey) + 1n || middle >= BigInt(shard.endingHashKey)) {
      throw invalidArgument(
        `NewStartingHashKey ${input.NewStartingHashKey} used in SplitShard() on ` +
          `${account.describeShard(stream, shard.ordinal)} is not both greater than one plus the shard's ` +
          `StartingHashKey ${shard.startingHashKey} and less than the shard's EndingHashKey ${shard.endingHashKey}.`,
      );
    }
    if (stream.mode === 'PROVISIONED') account.admitShards(1);
    account.update(stream, () => stream.split(shard, middle, account.clock.wallTime(), account.clock.now()));
    return {};
  },
);

export const mergeShards = operation(
  { ...streamReference, ShardToMerge: shardId, AdjacentShardToMerge: shardId },
  (input, account) => {
    account.admitCall('MergeShards');
    const stream = account.activeStream(input);
    checkResizable(stream, 'MergeShards');
    const shard = openShard(account, stream, input.ShardToMerge);
    const adjacent = openShard(account, stream, input.AdjacentShardToMerge);
    if (!areAdjacent(shard, adjacent)) {
      throw invalidArgument(
        `Shards ${shard.id} and ${adjacent.id} in stream ${stream.name} under account ${account.id} are not an ` +
          'adjacent pair of shards eligible for merging',
      );
    }
    account.update(stream, () =>
      stream.merge(shard, adjacent, account.clock.wallTime(), account.clock.now()),
    );
    return {};
  },
);

export const updateShardCount = operation(
  { ...streamReference, TargetShardCount: integer({ min: 1 }), ScalingType: oneOf(['UNIFORM_SCALING']) },
  (input, account) => {
    account.admitCall('UpdateShardCount');
    const stream = account.activeStream(input);
    checkResizable(stream, 'UpdateShardCount');
    const current = stream.openShards.length;
    const target = input.TargetShardCount;
    checkTarget(current, target);
    if (target > current) account.admitShards(target - current);
    admitUpdate(account, stream);
    if (target !== current) account.update(stream, () => scaleEvenly(account, stream, target));
    return {
      StreamName: stream.name,
      StreamARN: stream.arn,
      CurrentShardCount: current,
      TargetShardCount: target,
    };
  },
);

/** "You cannot scale up to more than double, or below half, your current shard count." */
function checkTarget(current: number, target: number): void {
  const counts = `Current open shard count: ${current} Target shard count: ${target}`;
  if (target > MOST_SHARDS) {
    throw invalidArgument(`UpdateShardCount cannot scale a stream over ${MOST_SHARDS} shards. ${counts}`);
  }
  if (target > current * 2) {
    throw invalidArgument(
      `UpdateShardCount cannot scale up over double your current open shard count. ${counts}`,
    );
  }
  if (target * 2 < current) {
    throw invalidArgument(
      `UpdateShardCount cannot scale down below half your current open shard count. ${counts}`,
    );
  }
}

/** Ten times in any 24 hours. */
function admitUpdate(account: Account, stream: Stream): void {
  const wallTime = account.clock.wallTime();
  const { shardCountUpdatesPerDay } = account.limits;
  stream.shardCountUpdates = stream.shardCountUpdates.filter((time) => time > wallTime - DAY);
  if (stream.shardCountUpdates.length >= shardCountUpdatesPerDay) {
    const message = `UpdateShardCount can be called at most ${shardCountUpdatesPerDay} times in 24 hours for a stream.`;
    throw new ServiceError('LimitExceededException', message);
  }
  stream.shardCountUpdates.push(wallTime);
}

function openShard(account: Account, stream: Stream, id: string): Shard {
  const shard = account.shard(stream, id);
  if (!shard.open) {
    throw new ServiceError(
      'ResourceInUseException',
      `Shard ${id} in stream ${stream.name} under account ${account.id} has already been merged or split, and thus ` +
        'is not eligible for merging or splitting.',
    );
  }
  return shard;
}

/** The shards of an on-demand stream are the service's own affair. */
function checkResizable(stream: Stream, operationName: string): void {
  if (stream.mode === 'PROVISIONED') return;
  const message = `${operationName} is not supported for a stream in ON_DEMAND mode.`;
  throw new ServiceError('ValidationException', message);
}
