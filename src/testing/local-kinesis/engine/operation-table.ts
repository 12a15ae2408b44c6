import { type Operation } from './operations/define.js';
import { getRecords } from './operations/get-records.js';
import { getShardIterator } from './operations/get-shard-iterator.js';
import { listShards } from './operations/list-shards.js';
import { putRecord, putRecords } from './operations/put-records.js';
import {
  createStream,
  deleteStream,
  describeLimits,
  describeStream,
  describeStreamSummary,
  listStreams,
} from './operations/streams.js';

/** Every operation the engine serves, by its name in the API reference. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    CreateStream: createStream,
    DeleteStream: deleteStream,
    DescribeLimits: describeLimits,
    DescribeStream: describeStream,
    DescribeStreamSummary: describeStreamSummary,
    GetRecords: getRecords,
    GetShardIterator: getShardIterator,
    ListShards: listShards,
    ListStreams: listStreams,
    PutRecord: putRecord,
    PutRecords: putRecords,
  }),
);
