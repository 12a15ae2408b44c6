import { PutRecordCommand } from '@aws-sdk/client-kinesis';
import { type Aggregator, JsonAggregator, JsonSerializer, KplAggregator } from 'nestjs-kinesis';
import { createOurProducer } from '../our-producer.js';
import { createTunedClient } from '../producer/variants/sdk.js';
import type { Item } from '../producer/workload.js';

/** Puts one record, and resolves when it is acknowledged. */
export type Put = (item: Item) => Promise<unknown>;

export interface LatencyVariant {
  readonly name: string;
  readonly title: string;
  create(endpoint: string): Promise<Put>;
}

/** What the others are compared with: a call for each record, on the same transport. */
const SDK: LatencyVariant = {
  name: 'sdk',
  title: 'SDK, PutRecord, kept connections',
  create: async (endpoint) => {
    const client = createTunedClient({ http1: endpoint, http2: endpoint });
    return ({ value, partitionKey }) =>
      client.send(
        new PutRecordCommand({
          StreamName: 'bench',
          Data: Buffer.from(JSON.stringify(value)),
          PartitionKey: partitionKey,
        }),
      );
  },
};

/** With the options that an app has when it sets none. */
function ours(name: string, title: string, aggregator: Aggregator): LatencyVariant {
  return {
    name,
    title: `nestjs-kinesis, \`send\`, ${title}`,
    create: async (endpoint) => {
      const producer = await createOurProducer(endpoint, { aggregator });
      return ({ value, partitionKey }) => producer.send('bench', value, { partitionKey });
    },
  };
}

export const LATENCY_VARIANTS: readonly LatencyVariant[] = [
  SDK,
  ours('ours-json', 'no aggregation', new JsonAggregator()),
  ours('ours-kpl', 'KPL aggregates', new KplAggregator(new JsonSerializer())),
];
