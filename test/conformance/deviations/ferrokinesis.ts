import { type Deviations } from '../harness/target.js';

/** What ferrokinesis 0.7.0 does otherwise. */
export const FERROKINESIS: Deviations = {
  'DescribeStream pages through the shards': 'it ignores Limit',
  'ListStreams summarises each stream with its ARN and status': 'it lists names only',
  'DescribeLimits counts open shards and tells the limits of the account':
    'its limit of on-demand streams is 0',
  'an on-demand stream is created without a shard count and starts with four shards': 'it wants a ShardCount',
  'UpdateMaxRecordSize lets a stream take records larger than 1 MiB': 'the summary does not tell the size',
  'a new stream takes records of 1 MiB, and its summary says so': 'the summary does not tell the size',
  'MaxResults cuts the list and NextToken goes on with it to its end':
    'it does not accept its own NextToken without a StreamName',
  'AT_LATEST lists only the open shards': 'it ignores ShardFilter',
  'AT_TRIM_HORIZON lists only the shards that were open at the trim horizon': 'it ignores ShardFilter',
  'AFTER_SHARD_ID lists the shards after the one given': 'it ignores ShardFilter',
  'AT_TIMESTAMP lists the shards that were open at that moment': 'it ignores ShardFilter',
  'AT_TIMESTAMP starts with the first record that arrived at that moment or later':
    'it rounds the timestamp down to the second',
  'AT_TIMESTAMP after the last record starts with what comes next':
    'it rounds the timestamp down and starts too early',
  'MillisBehindLatest counts from now while records are left, and is zero after the last':
    'MillisBehindLatest is always 0 on an open shard',
  'the end of a split shard names its children, their parent and their hash keys': 'it knows no ChildShards',
  'the end of a merged shard names its child with both parents': 'it knows no ChildShards',
  'every shard but those the stream was created with names a parent that exists':
    'new shards have no parents',
  'more than double or less than half is refused as a client error': 'it allows any count',
  'a consumer is described by its own ARN, or by its name and the ARN of the stream':
    'the description lacks StreamARN',
  'consumers are listed in pages and counted in the summary of the stream': 'it ignores MaxResults',
  'a stream with consumers is deleted only when EnforceConsumerDeletion says so':
    'it deletes them with the stream',
  'a subscription after a ContinuationSequenceNumber goes on without gap or repeat': 'it starts over',
  'a second call for the same consumer and shard within five seconds gets ResourceInUseException':
    'it takes over at once',
  'a second call after more than five seconds takes the shard over, and the first subscription ends':
    'the first subscription breaks off without a word',
  'a retention period of a year is possible, and no longer one': 'it allows at most a week',
  'records are put and got by StreamARN alone': 'it wants a StreamName',
  'a stream is described and listed by StreamARN alone': 'it wants a StreamName',
  'a stream is changed and deleted by StreamARN alone': 'it wants a StreamName',
  'StreamName and StreamARN may be given together': 'it refuses both together',
  'an ARN of a stream that does not exist is refused with ResourceNotFoundException': 'it wants a StreamName',
  'a partition key has 1 to 256 characters, of any alphabet': 'it counts bytes, not characters',
  'records above 1000 a second fail one by one, and only those acknowledged are stored':
    'the message does not name the shard and stream',
  'more than five GetRecords a second on a shard get ProvisionedThroughputExceededException':
    'it throttles no reads',
  'calls above the rate of an operation are refused with LimitExceededException': 'it throttles no calls',
  'a closed shard cannot be split or merged': 'it splits closed shards, too',
  'a subscription starts at or after a sequence number, or at a moment':
    'it rounds the timestamp down to the second',
  'a stream created with tags has them': 'it ignores them',
};
