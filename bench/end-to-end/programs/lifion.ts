import { createRequire } from 'node:module';
import { join } from 'node:path';
import { peersFolder } from '../../producer/peers.js';
import { CREDENTIALS, task } from './task.js';

/** What is used of `lifion-kinesis`, which has no types. */
export interface LifionKinesis {
  putRecords(params: {
    records: readonly { data: object; partitionKey: string }[];
    streamName: string;
  }): Promise<unknown>;
  on(event: 'data', listener: (data: { records: readonly { data: unknown }[] }) => void): void;
  startConsumer(): Promise<void>;
}

const require = createRequire(join(peersFolder(), 'package.json'));
const Kinesis = require('lifion-kinesis') as new (options: Record<string, unknown>) => LifionKinesis;

export function createLifion(): LifionKinesis {
  const local = { region: 'us-east-1', ...CREDENTIALS };
  return new Kinesis({
    ...local,
    endpoint: task.BENCH_ENDPOINT,
    streamName: task.BENCH_STREAM,
    createStreamIfNeeded: false,
    consumerGroup: task.BENCH_APPLICATION,
    initialPositionInStream: 'TRIM_HORIZON',
    shouldDeaggregate: true,
    dynamoDb: { ...local, endpoint: task.BENCH_DYNAMODB },
    logger: { warn: console.error, error: console.error },
  });
}
