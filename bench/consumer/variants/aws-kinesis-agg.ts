import { createRequire } from 'node:module';
import type { _Record as KinesisRecord } from '@aws-sdk/client-kinesis';
import { createTunedClient } from '../../producer/variants/sdk.js';
import type { VariantDescription } from '../variant.js';
import { readInLoops } from './sdk.js';

/** What is used of `aws-kinesis-agg`: it gives base64 back. */
type Deaggregate = (
  record: KinesisRecord,
  computeChecksums: boolean,
  done: (error: Error | undefined, records: readonly { Data: string }[]) => void,
) => void;

const { deaggregateSync } = createRequire(import.meta.url)('aws-kinesis-agg') as {
  deaggregateSync: Deaggregate;
};

export const AWS_KINESIS_AGG: VariantDescription = {
  name: 'aws-kinesis-agg',
  title: '**base**: SDK with kept connections, aws-kinesis-agg and JSON.parse',
  workloads: ['kpl-200'],
  create: async (endpoints, workload) => {
    const client = createTunedClient(endpoints);
    return {
      consume: (round) =>
        readInLoops(client, `${workload}.aws-kinesis-agg`, round, (records) => {
          for (const record of records) {
            deaggregateSync(record, true, (error, userRecords) => {
              if (error) throw error;
              for (const { Data } of userRecords)
                round.handle(JSON.parse(Buffer.from(Data, 'base64').toString()));
            });
          }
        }),
    };
  },
};
