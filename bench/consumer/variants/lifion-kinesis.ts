import { createRequire } from 'node:module';
import { join } from 'node:path';
import { peersFolder } from '../../producer/peers.js';
import type { VariantDescription } from '../variant.js';
import { LOOPS } from './sdk.js';

/** What is used of the insides of `lifion-kinesis`: what its polling consumer does with a page; the rest needs DynamoDB. */
interface LifionClient {
  getShardIterator(input: object): Promise<{ ShardIterator: string }>;
  getRecords(input: object): Promise<{ NextShardIterator: string; Records: readonly object[] }>;
}
type LifionClientConstructor = new (options: object) => LifionClient;
type Decoder = (record: object) => Promise<{ data: unknown }>;

const logger = { debug: () => undefined, warn: console.warn, error: console.error };

export const LIFION_KINESIS: VariantDescription = {
  name: 'lifion-kinesis',
  title: 'lifion-kinesis, its polling consumer without leases and checkpoints',
  workloads: ['json-200', 'json-1000', 'kpl-200'],
  create: async ({ http1 }, workload) => {
    const require = createRequire(join(peersFolder(), 'package.json'));
    const Client = require('lifion-kinesis/lib/kinesis-client') as LifionClientConstructor;
    const deaggregate = require('lifion-kinesis/lib/deaggregate') as (
      records: readonly object[],
    ) => Promise<readonly object[]>;
    const { getRecordsDecoder } = require('lifion-kinesis/lib/records') as {
      getRecordsDecoder: (options: object) => Decoder;
    };
    const decode = getRecordsDecoder({ inputEncoding: 'Base64', shouldParseJson: 'auto', logger });
    const streamName = `${workload}.lifion-kinesis`;
    const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
    const awsOptions = { region: 'us-east-1', endpoint: http1, ...credentials };
    const client = new Client({ awsOptions, logger, streamName });
    const isAggregated = workload.startsWith('kpl');
    return {
      consume: async (round) => {
        const loop = async (_: unknown, shard: number): Promise<void> => {
          const ShardId = `shardId-${String(shard).padStart(12, '0')}`;
          const first = { ShardId, ShardIteratorType: 'TRIM_HORIZON', StreamName: streamName };
          let { ShardIterator } = await client.getShardIterator(first);
          while (!round.isOver) {
            const page = await client.getRecords({ ShardIterator, Limit: 10_000 });
            ShardIterator = page.NextShardIterator;
            const records = isAggregated ? await deaggregate(page.Records) : page.Records;
            for (const { data } of await Promise.all(records.map(decode))) round.handle(data);
          }
        };
        await Promise.all(Array.from({ length: LOOPS }, loop));
      },
    };
  },
};
