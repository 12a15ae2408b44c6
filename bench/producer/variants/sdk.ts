import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  KinesisClient,
  PutRecordCommand,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Endpoints } from '../../contest/processes.js';
import type { VariantDescription } from '../variant.js';
import type { Item, Supply } from '../workload.js';

const StreamName = 'bench';
export const RECORDS_PER_REQUEST = 500;
export const REQUESTS_AT_ONCE = 4;
const SINGLE_REQUESTS_AT_ONCE = 32;

export const CONFIG = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
};

/** The SDK's client as it comes. */
function createDefaultClient({ http2 }: Endpoints): KinesisClient {
  return new KinesisClient({ ...CONFIG, endpoint: http2 });
}

/** The SDK's client with connections that are kept: what a careful engineer configures. */
export function createTunedClient({ http1 }: Endpoints): KinesisClient {
  return new KinesisClient({
    ...CONFIG,
    endpoint: http1,
    requestHandler: new NodeHttpHandler({
      httpAgent: new HttpAgent({ keepAlive: true }),
      httpsAgent: new HttpsAgent({ keepAlive: true }),
    }),
  });
}

/** Runs so many loops side by side until the supply is over. */
export async function inLoops(supply: Supply, loops: number, turn: () => Promise<unknown>): Promise<void> {
  const loop = async (): Promise<void> => {
    while (!supply.isOver) await turn();
  };
  await Promise.all(Array.from({ length: loops }, loop));
}

export async function putEntries(client: KinesisClient, Records: PutRecordsRequestEntry[]): Promise<void> {
  const { FailedRecordCount = 0 } = await client.send(new PutRecordsCommand({ StreamName, Records }));
  if (FailedRecordCount > 0) throw new Error(`${FailedRecordCount} records of a benchmark were refused`);
}

function toEntry({ value, partitionKey }: Item): PutRecordsRequestEntry {
  return { Data: Buffer.from(JSON.stringify(value)), PartitionKey: partitionKey };
}

async function putBatches(client: KinesisClient, supply: Supply): Promise<void> {
  await inLoops(supply, REQUESTS_AT_ONCE, () =>
    putEntries(client, supply.batch(RECORDS_PER_REQUEST).map(toEntry)),
  );
}

async function putOneByOne(client: KinesisClient, supply: Supply): Promise<void> {
  await inLoops(supply, SINGLE_REQUESTS_AT_ONCE, () =>
    client.send(new PutRecordCommand({ StreamName, ...toEntry(supply.next()) })),
  );
}

export const SDK_VARIANTS: readonly VariantDescription[] = [
  {
    name: 'sdk-put-record',
    title: 'SDK, PutRecord one by one, default client',
    checkEvery: 1,
    create: async (endpoints) => {
      const client = createDefaultClient(endpoints);
      return { put: (supply) => putOneByOne(client, supply) };
    },
  },
  {
    name: 'sdk-default',
    title: 'SDK, PutRecords batched by hand, default client',
    create: async (endpoints) => {
      const client = createDefaultClient(endpoints);
      return { put: (supply) => putBatches(client, supply) };
    },
  },
  {
    name: 'base',
    title: '**base**: SDK, PutRecords batched by hand, kept connections',
    create: async (endpoints) => {
      const client = createTunedClient(endpoints);
      return { put: (supply) => putBatches(client, supply) };
    },
  },
];
