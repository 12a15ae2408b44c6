import { MEBIBYTE } from '../limits.js';
import { optional } from './shape.js';
import { blob, integer, list, map, oneOf, string } from './values.js';

/*
 * The members that several operations share, with the constraints of the service's model.
 */

export const streamName = string({ min: 1, max: 128 }, '[a-zA-Z0-9_.-]+');
export const streamArn = string(
  { min: 1, max: 2048 },
  'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+',
  'arn:aws[^:]*:kinesis:[^:]*:\\d{12}:stream/[^\\s:]+',
);
export const consumerArn = string(
  { min: 1, max: 2048 },
  '^(arn):aws.*:kinesis:.*:\\d{12}:.*stream\\/[a-zA-Z0-9_.-]+\\/consumer\\/[a-zA-Z0-9_.-]+:[0-9]+',
  'arn:aws[^:]*:kinesis:[^:]*:\\d{12}:stream/[a-zA-Z0-9_.-]+/consumer/[a-zA-Z0-9_.-]+:[0-9]+',
);
export const resourceArn = string(
  { min: 1, max: 2048 },
  'arn:aws.*:kinesis:.*:\\d{12}:.*stream/\\S+',
  'arn:aws[^:]*:kinesis:[^:]*:\\d{12}:stream/\\S+',
);
export const consumerName = string({ min: 1, max: 128 }, '[a-zA-Z0-9_.-]+');
export const shardId = string({ min: 1, max: 128 }, '[a-zA-Z0-9_.-]+');
export const partitionKey = string({ min: 1, max: 256 });
export const hashKey = string({}, '0|([1-9]\\d{0,38})');
export const sequenceNumber = string({}, '0|([1-9]\\d{0,128})');
export const nextToken = string({ min: 1, max: 1_048_576 });
export const recordData = blob({ max: 10 * MEBIBYTE });
export const maxRecordSizeInKiB = integer({ min: 1024, max: 10_240 });
export const iteratorType = oneOf([
  'AT_SEQUENCE_NUMBER',
  'AFTER_SEQUENCE_NUMBER',
  'TRIM_HORIZON',
  'LATEST',
  'AT_TIMESTAMP',
]);
export const streamMode = oneOf(['PROVISIONED', 'ON_DEMAND']);
export const tagKey = string({ min: 1, max: 128 });
export const tagValue = string({ min: 0, max: 256 });
export const tags = map(tagKey, tagValue, { min: 1, max: 200 });
export const tagKeys = list(tagKey, { min: 1, max: 50 });

/** How most operations are told their stream: by name, by ARN, or by both. */
export const streamReference = {
  StreamName: optional(streamName),
  StreamARN: optional(streamArn),
};
