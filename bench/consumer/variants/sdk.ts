import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  type _Record as KinesisRecord,
} from '@aws-sdk/client-kinesis';
import { CONFIG, createTunedClient } from '../../producer/variants/sdk.js';
import type { Workload } from '../pages.js';
import type { Round } from '../round.js';
import type { VariantDescription } from '../variant.js';

/** Shards read side by side. */
export const LOOPS = 4;
export const JSON_WORKLOADS: readonly Workload[] = ['json-200', 'json-1000'];

/** Reads a shard each, page after page, until the round is over. */
export async function readInLoops(
  client: KinesisClient,
  stream: string,
  round: Round,
  handle: (records: readonly KinesisRecord[]) => void | Promise<void>,
): Promise<void> {
  const loop = async (_: unknown, shard: number): Promise<void> => {
    const ShardId = `shardId-${String(shard).padStart(12, '0')}`;
    const first = new GetShardIteratorCommand({
      StreamName: stream,
      ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    let { ShardIterator } = await client.send(first);
    while (!round.isOver) {
      const page = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 10_000 }));
      await handle(page.Records ?? []);
      ShardIterator = page.NextShardIterator;
    }
  };
  await Promise.all(Array.from({ length: LOOPS }, loop));
}

/** The bytes of a record as JSON, without a copy of them. */
export function parse(data: Uint8Array): unknown {
  return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString()) as unknown;
}

function sdk(name: string, title: string, createClient: typeof createTunedClient): VariantDescription {
  return {
    name,
    title,
    workloads: JSON_WORKLOADS,
    create: async (endpoints, workload) => {
      const client = createClient(endpoints);
      return {
        consume: (round) =>
          readInLoops(client, `${workload}.${name}`, round, (records) => {
            for (const { Data } of records) if (Data) round.handle(parse(Data));
          }),
      };
    },
  };
}

export const SDK_VARIANTS: readonly VariantDescription[] = [
  sdk(
    'sdk-default',
    'SDK, GetRecords and JSON.parse, default client',
    ({ http2 }) => new KinesisClient({ ...CONFIG, endpoint: http2 }),
  ),
  sdk('base', '**base**: SDK, GetRecords and JSON.parse, kept connections', createTunedClient),
];
