import { type Deviations } from '../harness/target.js';

/** What kinesalite 3.3.3 does otherwise. */
export const KINESALITE: Deviations = {
  'a new stream is provisioned, unencrypted and without consumers, and its summary says so':
    'it knows no capacity modes',
  'DescribeStream pages through the shards': 'it ignores Limit',
  'ListStreams summarises each stream with its ARN and status': 'it lists names only',
  'more shards than the account may have are refused with LimitExceededException':
    'it does not know DescribeLimits, which tells the limit',
  'DescribeLimits counts open shards and tells the limits of the account': 'it does not know the operation',
  'an on-demand stream is created without a shard count and starts with four shards':
    'it knows no capacity modes',
  'UpdateStreamMode turns a provisioned stream into an on-demand one': 'it does not know the operation',
  'UpdateMaxRecordSize lets a stream take records larger than 1 MiB': 'it does not know the operation',
  'a new stream takes records of 1 MiB, and its summary says so': 'it knows no record size of a stream',
  'MaxResults cuts the list and NextToken goes on with it to its end': 'it ignores MaxResults',
  'AT_LATEST lists only the open shards': 'it ignores ShardFilter',
  'AT_TRIM_HORIZON lists only the shards that were open at the trim horizon': 'it ignores ShardFilter',
  'AFTER_SHARD_ID lists the shards after the one given': 'it ignores ShardFilter',
  'AT_TIMESTAMP lists the shards that were open at that moment': 'it ignores ShardFilter',
  'AT_TIMESTAMP after the last record starts with what comes next': { hangs: 'it never answers' },
  'MillisBehindLatest counts from now while records are left, and is zero after the last':
    'MillisBehindLatest is always 0 on an open shard',
  'the end of a split shard names its children, their parent and their hash keys': 'it knows no ChildShards',
  'the end of a merged shard names its child with both parents': 'it knows no ChildShards',
  'the shard count can be doubled, in shards of even size': 'it does not know the operation',
  'the shard count can be halved, in shards of even size': 'it does not know the operation',
  'a count between half and double is reached in shards of even size': 'it does not know the operation',
  'every shard but those the stream was created with names a parent that exists':
    'it does not know the operation',
  'more than double or less than half is refused as a client error': 'it does not know the operation',
  'a registered consumer becomes ACTIVE, with an ARN that tells stream, name and creation time':
    'it does not know the operation',
  'a consumer is described by its own ARN, or by its name and the ARN of the stream':
    'it does not know the operation',
  'consumers are listed in pages and counted in the summary of the stream': 'it does not know the operation',
  "a consumer's name that is taken is refused with ResourceInUseException": 'it does not know the operation',
  'a deregistered consumer is gone': 'it does not know the operation',
  'a stream takes 20 consumers and refuses the next with LimitExceededException':
    'it does not know the operation',
  'a stream with consumers is deleted only when EnforceConsumerDeletion says so':
    'it does not know the operation',
  'a subscription from TRIM_HORIZON yields what is there, and then what comes':
    'it does not know the operation',
  'a subscription from LATEST yields only what comes': 'it does not know the operation',
  'a subscription after a ContinuationSequenceNumber goes on without gap or repeat':
    'it does not know the operation',
  'a second call for the same consumer and shard within five seconds gets ResourceInUseException':
    'it does not know the operation',
  'a second call after more than five seconds takes the shard over, and the first subscription ends':
    'it does not know the operation',
  'a subscription to a shard that is split ends with its last records and its ChildShards':
    'it does not know the operation',
  'a consumer or shard that does not exist is refused with ResourceNotFoundException':
    'it does not know the operation',
  'a retention period of a year is possible, and no longer one': 'it allows at most a week',
  'records are put and got by StreamARN alone': 'it wants a StreamName',
  'a stream is described and listed by StreamARN alone': 'it wants a StreamName',
  'a stream is changed and deleted by StreamARN alone': 'it wants a StreamName',
  'an ARN of a stream that does not exist is refused with ResourceNotFoundException': 'it wants a StreamName',
  'a PutRecords request of more than 10 MiB is refused as a client error':
    'it answers 413 without an error of the service',
  'records above 1000 a second fail one by one, and only those acknowledged are stored':
    'it does not throttle',
  'PutRecord above a shard rate is refused with ProvisionedThroughputExceededException':
    'it does not throttle',
  'a shard that was throttled takes records again a second later': 'it does not throttle',
  'a throttled shard does not hold back the others of its stream': 'it does not throttle',
  'more than five GetRecords a second on a shard get ProvisionedThroughputExceededException':
    'it does not throttle',
  'calls above the rate of an operation are refused with LimitExceededException': 'it does not throttle',
  'an explicit hash key that is no decimal number is refused as a client error':
    'it reads numbers of any base',
  'a subscription starts at or after a sequence number, or at a moment': 'it does not know the operation',
  'a subscription to a closed shard yields what it holds, and ends with its ChildShards':
    'it does not know the operation',
  'a subscription without records still yields events, which say it is not behind':
    'it does not know the operation',
  'TagResource, ListTagsForResource and UntagResource do the same by ARN': 'it does not know the operation',
  'a stream created with tags has them': 'it ignores them',
  'a closed shard cannot be split or merged': 'it splits closed shards, too',
};
