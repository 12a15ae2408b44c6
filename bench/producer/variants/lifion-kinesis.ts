import { createRequire } from 'node:module';
import { join } from 'node:path';
import { peersFolder } from '../peers.js';
import type { VariantDescription } from '../variant.js';
import { inLoops, RECORDS_PER_REQUEST, REQUESTS_AT_ONCE } from './sdk.js';

/** What is used of `lifion-kinesis`, which has no types. */
interface LifionKinesis {
  putRecords(params: {
    records: readonly { data: object; partitionKey: string }[];
    streamName: string;
  }): Promise<unknown>;
}

type LifionConstructor = new (options: Record<string, unknown>) => LifionKinesis;

export const LIFION_KINESIS: VariantDescription = {
  name: 'lifion-kinesis',
  title: 'lifion-kinesis, putRecords batched by hand',
  create: async ({ http1 }) => {
    const require = createRequire(join(peersFolder(), 'package.json'));
    const Kinesis = require('lifion-kinesis') as LifionConstructor;
    const kinesis = new Kinesis({
      streamName: 'bench',
      createStreamIfNeeded: false,
      region: 'us-east-1',
      endpoint: http1,
      accessKeyId: 'bench',
      secretAccessKey: 'bench',
    });
    return {
      put: (supply) =>
        inLoops(supply, REQUESTS_AT_ONCE, async () => {
          const records = supply
            .batch(RECORDS_PER_REQUEST)
            .map(({ value, partitionKey }) => ({ data: value, partitionKey }));
          await kinesis.putRecords({ records, streamName: 'bench' });
        }),
    };
  },
};
