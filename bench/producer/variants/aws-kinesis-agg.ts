import { createRequire } from 'node:module';
import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import type { VariantDescription } from '../variant.js';
import type { Item } from '../workload.js';
import { createTunedClient, inLoops, putEntries, REQUESTS_AT_ONCE } from './sdk.js';

interface EncodedRecord {
  readonly data: Buffer;
  readonly partitionKey: string;
}

/** What is used of `aws-kinesis-agg`; its own types leave the class out. */
interface RecordAggregator {
  addUserRecord(record: { data: Buffer; partitionKey: string }): void;
  build(): EncodedRecord;
}

const { RecordAggregator } = createRequire(import.meta.url)('aws-kinesis-agg') as {
  RecordAggregator: new () => RecordAggregator;
};

/** The KPL's sizes, as ours has them: aggregates of 50 KiB, here 20 to a request. */
const AGGREGATE_BYTES = 51_200;
const AGGREGATES_PER_REQUEST = 20;
const FRAMING_BYTES = 48;

export const AWS_KINESIS_AGG: VariantDescription = {
  name: 'aws-kinesis-agg',
  title: 'aws-kinesis-agg, SDK with kept connections',
  create: async (endpoints, bytes) => {
    const client = createTunedClient(endpoints);
    const perAggregate = Math.floor(AGGREGATE_BYTES / (bytes + FRAMING_BYTES));
    const aggregator = new RecordAggregator();
    const aggregate = (items: readonly Item[]): PutRecordsRequestEntry => {
      for (const { value, partitionKey } of items) {
        aggregator.addUserRecord({ data: Buffer.from(JSON.stringify(value)), partitionKey });
      }
      const { data, partitionKey } = aggregator.build();
      return { Data: data, PartitionKey: partitionKey };
    };
    return {
      put: (supply) =>
        inLoops(supply, REQUESTS_AT_ONCE, () =>
          putEntries(
            client,
            Array.from({ length: AGGREGATES_PER_REQUEST }, () => aggregate(supply.batch(perAggregate))),
          ),
        ),
    };
  },
};
