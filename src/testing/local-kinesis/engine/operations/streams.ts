import { type Account } from '../account.js';
import { type Shard } from '../shard.js';
import { Stream, type StreamMode } from '../stream.js';
import {
  maxRecordSizeInKiB,
  nextToken,
  shardId,
  streamMode,
  streamName,
  streamReference,
  tags,
} from '../validation/members.js';
import { optional, structure } from '../validation/shape.js';
import { boolean, integer } from '../validation/values.js';
import { ServiceError } from '../service-error.js';
import { describeShard, describeStream as describe } from './descriptions.js';
import { invalidArgument, operation } from './define.js';

/** Shards of a new on-demand stream: 4 MiB/s in, as the developer guide says. */
const ON_DEMAND_SHARDS = 4;
const DEFAULT_MAX_RECORD_SIZE = 1024;
const MOST_SHARDS = 10_000;
const DEFAULT_PAGE = 100;

export const createStream = operation(
  {
    StreamName: streamName,
    ShardCount: optional(integer({ min: 1, max: 100_000 })),
    StreamModeDetails: optional(structure({ StreamMode: streamMode })),
    Tags: optional(tags),
    MaxRecordSizeInKiB: optional(maxRecordSizeInKiB),
  },
  (input, account) => {
    account.admitCall('CreateStream');
    const name = input.StreamName;
    if (account.streams.has(name)) {
      throw new ServiceError('ResourceInUseException', `${account.describe(name)} already exists.`);
    }
    const mode = input.StreamModeDetails?.StreamMode ?? 'PROVISIONED';
    const shardCount = shardCountOf(account, mode, input.ShardCount);
    const stream = new Stream({
      name,
      mode,
      arn: account.arnOf(name),
      limits: account.limits,
      createdAt: account.clock.wallTime(),
      salt: Math.floor(account.random.next() * 2 ** 32),
      maxRecordSizeInKiB: input.MaxRecordSizeInKiB ?? DEFAULT_MAX_RECORD_SIZE,
    });
    for (const [key, value] of Object.entries(input.Tags ?? {})) stream.tags.set(key, value);
    account.streams.set(name, stream);
    account.after(account.delays.createStream, () => {
      if (stream.status !== 'CREATING') return;
      stream.addFirstShards(shardCount, account.clock.wallTime(), account.clock.now());
      stream.status = 'ACTIVE';
    });
    return {};
  },
);

function shardCountOf(account: Account, mode: StreamMode, asked: number | undefined): number {
  if (mode === 'ON_DEMAND') {
    if (asked !== undefined) {
      const message = 'ShardCount must not be set for a stream in ON_DEMAND mode.';
      throw new ServiceError('ValidationException', message);
    }
    account.admitOnDemandStream();
  } else if (asked === undefined) {
    throw invalidArgument('ShardCount must be set for a stream in PROVISIONED mode.');
  }
  const count = asked ?? ON_DEMAND_SHARDS;
  account.admitShards(count);
  return count;
}

export const deleteStream = operation(
  { ...streamReference, EnforceConsumerDeletion: optional(boolean) },
  (input, account) => {
    account.admitCall('DeleteStream');
    const stream = account.stream(input);
    if (stream.consumers.size > 0 && input.EnforceConsumerDeletion !== true) {
      const message = `${account.describe(stream.name)} has registered consumers; set EnforceConsumerDeletion to delete it.`;
      throw new ServiceError('ResourceInUseException', message);
    }
    if (stream.status === 'DELETING') {
      const message = `${account.describe(stream.name)} not ACTIVE, instead in state DELETING`;
      throw new ServiceError('ResourceInUseException', message);
    }
    stream.status = 'DELETING';
    account.after(account.delays.deleteStream, () => account.forgetStream(stream));
    return {};
  },
);

export const listStreams = operation(
  {
    Limit: optional(integer({ min: 1, max: 10_000 })),
    ExclusiveStartStreamName: optional(streamName),
    NextToken: optional(nextToken),
  },
  (input, account) => {
    account.admitCall('ListStreams');
    // The token is the name to go on after: the service takes either, and so a client may mix them.
    const after = input.NextToken ?? input.ExclusiveStartStreamName ?? '';
    const names = [...account.streams.keys()].filter((name) => name > after).sort();
    const page = names.slice(0, input.Limit ?? DEFAULT_PAGE);
    const HasMoreStreams = page.length < names.length;
    return {
      StreamNames: page,
      HasMoreStreams,
      ...(HasMoreStreams && { NextToken: page[page.length - 1] }),
      StreamSummaries: page.map((name) => summarize(account.stream({ StreamName: name }))),
    };
  },
);

function summarize(stream: Stream): object {
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    StreamStatus: stream.status,
    StreamModeDetails: { StreamMode: stream.mode },
    StreamCreationTimestamp: new Date(stream.createdAt),
  };
}

export const describeStream = operation(
  {
    ...streamReference,
    Limit: optional(integer({ min: 1, max: MOST_SHARDS })),
    ExclusiveStartShardId: optional(shardId),
  },
  (input, account) => {
    account.admitCall('DescribeStream', account.limits.describeStreamCallsPerSecond);
    const stream = account.stream(input);
    stream.trim(account.clock.wallTime());
    const after = input.ExclusiveStartShardId ?? '';
    const shards: Shard[] = stream.shards.filter((shard) => shard.id > after);
    const page = shards.slice(0, input.Limit ?? DEFAULT_PAGE);
    const StreamDescription = {
      ...describe(stream),
      Shards: page.map((shard) => describeShard(shard)),
      HasMoreShards: page.length < shards.length,
    };
    return { StreamDescription };
  },
);

export const describeStreamSummary = operation(streamReference, (input, account) => {
  account.admitCall('DescribeStreamSummary', account.limits.describeStreamSummaryCallsPerSecond);
  const stream = account.stream(input);
  const StreamDescriptionSummary = {
    ...describe(stream),
    OpenShardCount: stream.openShards.length,
    ConsumerCount: stream.consumers.size,
    MaxRecordSizeInKiB: stream.maxRecordSizeInKiB,
  };
  return { StreamDescriptionSummary };
});

export const describeLimits = operation({}, (_input, account) => {
  account.admitCall('DescribeLimits', account.limits.describeLimitsCallsPerSecond);
  const { openShards, onDemandStreams } = account.limits;
  return {
    // `Infinity` cannot travel over the wire.
    ShardLimit: Math.min(openShards, 2 ** 31 - 1),
    OpenShardCount: account.provisionedShardCount,
    OnDemandStreamCount: account.onDemandStreamCount,
    OnDemandStreamCountLimit: Math.min(onDemandStreams, 2 ** 31 - 1),
  };
});
