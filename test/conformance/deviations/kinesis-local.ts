import { type Deviations } from '../harness/target.js';

/** What kinesis-local 0.6.2 (kinesis-mock on Scala.js) does otherwise. */
export const KINESIS_LOCAL: Deviations = {
  'ListStreams summarises each stream with its ARN and status': 'it lists names only',
  'a new stream takes records of 1 MiB, and its summary says so':
    'the summary has a record size only after UpdateMaxRecordSize',
  'AT_TRIM_HORIZON lists only the shards that were open at the trim horizon':
    'it lists closed and open shards',
  'a sequence number that is none is refused with InvalidArgumentException': 'it accepts any number',
  "another shard's sequence number is refused with InvalidArgumentException": 'it accepts any number',
  'an iterator type that does not exist is refused with ValidationException':
    'it answers SerializationException',
  'garbage in place of an iterator is refused with InvalidArgumentException':
    'it answers 500 without an error of the service',
  'MillisBehindLatest counts from now while records are left, and is zero after the last':
    'it counts from the last record stored, not from now',
  'sequence numbers of a child are above all of its parent':
    "a closed shard's ending sequence number is 2^63 - 1",
  'a split at or outside the edges of a shard is refused with InvalidArgumentException':
    'it splits at the first and last key, too',
  'a count between half and double is reached in shards of even size':
    'it halves shards, which leaves them uneven',
  'consumers are listed in pages and counted in the summary of the stream': 'NextToken starts over',
  'a stream with consumers is deleted only when EnforceConsumerDeletion says so':
    'it refuses, and deletes the stream all the same',
  'a subscription after a ContinuationSequenceNumber goes on without gap or repeat':
    'nothing ever takes a subscription over',
  'a second call after more than five seconds takes the shard over, and the first subscription ends':
    'nothing ever takes a subscription over',
  'a subscription to a shard that is split ends with its last records and its ChildShards': {
    hangs: 'the subscription neither ends nor names ChildShards',
  },
  'a consumer or shard that does not exist is refused with ResourceNotFoundException':
    'it accepts a shard that does not exist',
  'PutRecords of 501 records is refused with ValidationException': 'it does not count',
  'PutRecords of no record is refused with ValidationException': 'it does not count',
  'a PutRecords request of more than 10 MiB is refused as a client error': 'it does not add up',
  'a PutRecords request with one record of more than 1 MiB is refused as a whole':
    'only the record too large fails',
  'a partition key has 1 to 256 characters, of any alphabet': 'it answers InvalidArgumentException',
  'a stream name has 1 to 128 letters, digits, dots, dashes and underscores':
    'it answers InvalidArgumentException',
  'a stream of no shards is refused with ValidationException': 'it answers LimitExceededException',
  'records above 1000 a second fail one by one, and only those acknowledged are stored':
    'it does not throttle',
  'PutRecord above a shard rate is refused with ProvisionedThroughputExceededException':
    'it does not throttle',
  'a shard that was throttled takes records again a second later': 'it does not throttle',
  'a throttled shard does not hold back the others of its stream': 'it does not throttle',
  'more than five GetRecords a second on a shard get ProvisionedThroughputExceededException':
    'it does not throttle',
  'calls above the rate of an operation are refused with LimitExceededException': 'it does not throttle',
  "a value outside the model is refused with the SDK's ValidationException":
    'it answers InvalidArgumentException',
  'the message about a missing stream names the stream and the account': 'it names the ARN instead',
  'an explicit hash key that is no decimal number is refused as a client error':
    'it answers 500 without an error of the service',
  'a subscription to a closed shard yields what it holds, and ends with its ChildShards': {
    hangs: 'the subscription neither ends nor names ChildShards',
  },
};
