/** One mebibyte, in bytes. */
export const MEBIBYTE = 1024 * 1024;

/**
 * What the local Kinesis refuses, and from where on. The defaults are the service's own quotas: "Kinesis Data
 * Streams quotas and limits" in the developer guide, and the API reference of the operation. `Infinity` lifts a
 * limit.
 */
export interface KinesisLimits {
  /** Bytes a shard takes in per second: data plus partition keys. @defaultValue 1 MiB */
  shardWriteBytesPerSecond: number;
  /** Records a shard takes in per second. @defaultValue 1000 */
  shardWriteRecordsPerSecond: number;
  /** Bytes a shard gives to all callers of GetRecords per second. @defaultValue 2 MiB */
  shardReadBytesPerSecond: number;
  /** Calls of GetRecords per shard and second. @defaultValue 5 */
  shardReadCallsPerSecond: number;
  /** Bytes per second of one SubscribeToShard subscription. @defaultValue 2 MiB */
  subscriptionBytesPerSecond: number;
  /** Bytes one GetRecords answer may hold. @defaultValue 10 MiB */
  getRecordsBytes: number;
  /** Records in one PutRecords. @defaultValue 500 */
  putRecordsCount: number;
  /** Bytes of one PutRecords: data plus partition keys. @defaultValue 10 MiB (it was 5 MiB until 2025) */
  putRecordsBytes: number;
  /** How long a shard iterator works, in milliseconds. @defaultValue 300 000 */
  iteratorLifetime: number;
  /** How long the NextToken of a listing works, in milliseconds. @defaultValue 300 000 */
  nextTokenLifetime: number;
  /** How long a subscription lasts, in milliseconds. @defaultValue 300 000 */
  subscriptionLifetime: number;
  /** From when on a second SubscribeToShard takes a subscription over, in milliseconds. @defaultValue 5000 */
  subscriptionTakeOver: number;
  /** Calls of SubscribeToShard per consumer, shard and second. @defaultValue 1 */
  subscribeCallsPerSecond: number;
  /** Consumers registered with one stream. @defaultValue 20 */
  consumersPerStream: number;
  /** Consumers of one stream in the state CREATING. @defaultValue 5 */
  consumersCreating: number;
  /** Open shards in the account. @defaultValue 20 000 (us-east-1, us-west-2, eu-west-1; fewer elsewhere) */
  openShards: number;
  /** On-demand streams in the account. @defaultValue 50 */
  onDemandStreams: number;
  /** UpdateShardCount calls per stream in 24 hours. @defaultValue 10 */
  shardCountUpdatesPerDay: number;
  /** Tags on one stream. @defaultValue 50 */
  tagsPerStream: number;
  /** Calls of GetShardIterator per shard and second. @defaultValue 5 */
  getShardIteratorCallsPerSecond: number;
  /** Calls of ListShards per stream and second. @defaultValue 1000 */
  listShardsCallsPerSecond: number;
  /** Calls of DescribeStream per second. @defaultValue 10 */
  describeStreamCallsPerSecond: number;
  /** Calls of DescribeStreamSummary per second, and of DescribeStreamConsumer. @defaultValue 20 */
  describeStreamSummaryCallsPerSecond: number;
  /** Calls of DescribeLimits per second. @defaultValue 1 */
  describeLimitsCallsPerSecond: number;
  /**
   * Calls per second of each of the operations that have no limit of their own here: those that create, change or
   * delete something, and the lists and descriptions of streams, consumers and tags. @defaultValue 5
   */
  controlCallsPerSecond: number;
}

/** `'aws'`: the service's quotas. `'none'`: no throughput or rate limits, but those of size remain. An object: the quotas, with changes. */
export type LimitsOption = 'aws' | 'none' | Partial<KinesisLimits>;

const AWS_LIMITS: Readonly<KinesisLimits> = {
  shardWriteBytesPerSecond: MEBIBYTE,
  shardWriteRecordsPerSecond: 1000,
  shardReadBytesPerSecond: 2 * MEBIBYTE,
  shardReadCallsPerSecond: 5,
  subscriptionBytesPerSecond: 2 * MEBIBYTE,
  getRecordsBytes: 10 * MEBIBYTE,
  putRecordsCount: 500,
  putRecordsBytes: 10 * MEBIBYTE,
  iteratorLifetime: 300_000,
  nextTokenLifetime: 300_000,
  subscriptionLifetime: 300_000,
  subscriptionTakeOver: 5000,
  subscribeCallsPerSecond: 1,
  consumersPerStream: 20,
  consumersCreating: 5,
  openShards: 20_000,
  onDemandStreams: 50,
  shardCountUpdatesPerDay: 10,
  tagsPerStream: 50,
  getShardIteratorCallsPerSecond: 5,
  listShardsCallsPerSecond: 1000,
  describeStreamCallsPerSecond: 10,
  describeStreamSummaryCallsPerSecond: 20,
  describeLimitsCallsPerSecond: 1,
  controlCallsPerSecond: 5,
};

/** What `'none'` lifts: all that depends on how fast calls come. What a request or a machine can hold stays. */
const WITHOUT_RATES: Partial<KinesisLimits> = {
  shardWriteBytesPerSecond: Infinity,
  shardWriteRecordsPerSecond: Infinity,
  shardReadBytesPerSecond: Infinity,
  shardReadCallsPerSecond: Infinity,
  subscriptionBytesPerSecond: Infinity,
  subscriptionTakeOver: 0,
  subscribeCallsPerSecond: Infinity,
  consumersPerStream: Infinity,
  consumersCreating: Infinity,
  onDemandStreams: Infinity,
  shardCountUpdatesPerDay: Infinity,
  getShardIteratorCallsPerSecond: Infinity,
  listShardsCallsPerSecond: Infinity,
  describeStreamCallsPerSecond: Infinity,
  describeStreamSummaryCallsPerSecond: Infinity,
  describeLimitsCallsPerSecond: Infinity,
  controlCallsPerSecond: Infinity,
};

/** @throws RangeError for a limit that does not exist, or is not a number from 0 on: it would limit nothing */
export function resolveLimits(option: LimitsOption = 'aws'): KinesisLimits {
  if (option === 'aws') return { ...AWS_LIMITS };
  if (option === 'none') return { ...AWS_LIMITS, ...WITHOUT_RATES };
  for (const [name, value] of Object.entries(option)) {
    if (!Object.hasOwn(AWS_LIMITS, name)) throw new RangeError(`There is no limit ${name}.`);
    if (!(value >= 0)) throw new RangeError(`The limit ${name} must be 0 or more, not ${value}.`);
  }
  return { ...AWS_LIMITS, ...option };
}
