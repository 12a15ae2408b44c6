import { type Deviations } from '../harness/target.js';

/** What moto 5.2.5's server does otherwise. */
export const MOTO: Deviations = {
  'a new stream is provisioned, unencrypted and without consumers, and its summary says so':
    'consumers are not counted',
  'DescribeStream pages through the shards': 'it ignores ExclusiveStartShardId',
  'ListStreams names streams in order and goes on after ExclusiveStartStreamName':
    'a name that does not exist to start after gets a 500',
  'ListStreams summarises each stream with its ARN and status':
    'a name that does not exist to start after gets a 500',
  'more shards than the account may have are refused with LimitExceededException': 'it has no limit',
  'DescribeLimits counts open shards and tells the limits of the account': 'its figures are constant',
  'UpdateMaxRecordSize lets a stream take records larger than 1 MiB': 'it does not know the operation',
  'a new stream takes records of 1 MiB, and its summary says so': 'it knows no record size of a stream',
  'open shards are listed with id and a starting, but no ending sequence number':
    'sequence numbers are small',
  'MaxResults cuts the list and NextToken goes on with it to its end':
    'its NextToken wants the same arguments again',
  'ExclusiveStartShardId lists the shards after it': 'it ignores ExclusiveStartShardId',
  'NextToken and StreamName together are refused with InvalidArgumentException': 'it accepts both',
  'AT_LATEST lists only the open shards': 'it ignores ShardFilter',
  'AT_TRIM_HORIZON lists only the shards that were open at the trim horizon': 'it ignores ShardFilter',
  'AFTER_SHARD_ID lists the shards after the one given': 'it ignores ShardFilter',
  'AT_TIMESTAMP lists the shards that were open at that moment': 'it ignores ShardFilter',
  'PutRecords answers for each record in the order of the request': 'sequence numbers repeat in each shard',
  'an explicit hash key decides the shard, up to the edges of its range': 'the highest hash key gets a 500',
  'sequence numbers increase within a shard, and no double can hold them':
    'sequence numbers are small and go on in the parent',
  'AT_TIMESTAMP in the future is refused with InvalidArgumentException': 'it accepts any timestamp',
  'an iterator type without the position it needs is refused with InvalidArgumentException':
    'it answers 500 without an error of the service',
  'a sequence number that is none is refused with InvalidArgumentException': 'it accepts any number',
  "another shard's sequence number is refused with InvalidArgumentException": 'it accepts any number',
  'an iterator type that does not exist is refused with ValidationException':
    'it answers InvalidArgumentException',
  'garbage in place of an iterator is refused with InvalidArgumentException':
    'it answers 500 without an error of the service',
  'MillisBehindLatest counts from now while records are left, and is zero after the last':
    'it counts from the last record stored, not from now',
  'a split closes the parent and opens two children that share its hash keys': 'open shards are miscounted',
  'a merge closes two adjacent shards and opens one child that names both as parents':
    'open shards are miscounted',
  'sequence numbers of a child are above all of its parent':
    'sequence numbers are small and go on in the parent',
  'a closed shard is read to its last record, and then no iterator follows': {
    hangs: 'a closed shard never ends',
  },
  'the end of a split shard names its children, their parent and their hash keys': {
    hangs: 'a closed shard never ends',
  },
  'the end of a merged shard names its child with both parents': { hangs: 'a closed shard never ends' },
  'a closed shard takes no records: an explicit hash key leads to the child that holds it':
    'the highest hash key gets a 500',
  'a count between half and double is reached in shards of even size': 'shards are not of even size',
  'more than double or less than half is refused as a client error': 'it allows any count',
  'a registered consumer becomes ACTIVE, with an ARN that tells stream, name and creation time':
    'it is ACTIVE at once',
  'consumers are listed in pages and counted in the summary of the stream': 'it ignores MaxResults',
  "a consumer's name that is taken is refused with ResourceInUseException": 'it accepts the name again',
  'a stream takes 20 consumers and refuses the next with LimitExceededException':
    'it accepts any number of consumers',
  'a stream with consumers is deleted only when EnforceConsumerDeletion says so':
    'it deletes them with the stream',
  'a subscription from TRIM_HORIZON yields what is there, and then what comes': 'SubscribeToShard gets a 500',
  'a subscription from LATEST yields only what comes': 'SubscribeToShard gets a 500',
  'a subscription after a ContinuationSequenceNumber goes on without gap or repeat':
    'SubscribeToShard gets a 500',
  'a second call for the same consumer and shard within five seconds gets ResourceInUseException':
    'SubscribeToShard gets a 500',
  'a second call after more than five seconds takes the shard over, and the first subscription ends':
    'SubscribeToShard gets a 500',
  'a subscription to a shard that is split ends with its last records and its ChildShards':
    'SubscribeToShard gets a 500',
  'a consumer or shard that does not exist is refused with ResourceNotFoundException':
    'SubscribeToShard gets a 500',
  'tags are listed in pages, each going on after ExclusiveStartTagKey': 'ExclusiveStartTagKey is included',
  'a stream is changed and deleted by StreamARN alone': 'open shards are miscounted',
  'neither a name nor an ARN is refused as a client error': 'it answers ResourceNotFoundException',
  'PutRecords of no record is refused with ValidationException': 'it does not count',
  'a record of more than 1 MiB is refused as a client error': 'it accepts records of any size',
  'a partition key has 1 to 256 characters, of any alphabet': 'it accepts empty keys',
  'an explicit hash key that is no decimal number is refused as a client error':
    'it answers 500 without an error of the service',
  'GetRecords takes a Limit of 10 000, and none above or below 1': 'it accepts any Limit',
  'a stream name has 1 to 128 letters, digits, dots, dashes and underscores': 'it accepts any name',
  'a stream of no shards is refused with ValidationException':
    'it answers 500 without an error of the service',
  'records above 1000 a second fail one by one, and only those acknowledged are stored':
    'it does not throttle',
  'PutRecord above a shard rate is refused with ProvisionedThroughputExceededException':
    'it does not throttle',
  'a shard that was throttled takes records again a second later': 'it does not throttle',
  'a throttled shard does not hold back the others of its stream': 'it does not throttle',
  'more than five GetRecords a second on a shard get ProvisionedThroughputExceededException':
    'it does not throttle',
  'calls above the rate of an operation are refused with LimitExceededException': 'it does not throttle',
  "errors arrive as the SDK's typed exceptions, as client faults with status 400 and a message":
    'AT_TIMESTAMP without a timestamp is accepted',
  "a value outside the model is refused with the SDK's ValidationException": 'it accepts any name',
  'answers and errors carry a request id': 'request ids are not UUIDs',
  'LATEST on a closed shard yields no records and leads to its end': { hangs: 'a closed shard never ends' },
  'a closed shard cannot be split or merged': 'open shards are miscounted',
  'a subscription starts at or after a sequence number, or at a moment': 'SubscribeToShard gets a 500',
  'a subscription to a closed shard yields what it holds, and ends with its ChildShards':
    'SubscribeToShard gets a 500',
  'a subscription without records still yields events, which say it is not behind':
    'SubscribeToShard gets a 500',
  'TagResource, ListTagsForResource and UntagResource do the same by ARN':
    'it answers 500 without an error of the service',
  'a stream created with tags has them': 'it ignores them',
};
