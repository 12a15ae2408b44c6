import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { setTimeout as delay } from 'node:timers/promises';

const RECORDS_PER_REQUEST = 500;
const RECORD_BYTES = 200;
export const CONCURRENCY = 4;
export const SHARDS = 4;

/** The same client for every server: HTTP/1.1 with kept connections, because others have no HTTP/2. */
export function createClient(endpoint: string): KinesisClient {
  return new KinesisClient({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    requestHandler: new NodeHttpHandler({ httpAgent: { keepAlive: true } }),
  });
}

export async function createStream(
  client: KinesisClient,
  StreamName: string,
  ShardCount = SHARDS,
): Promise<void> {
  await client.send(new CreateStreamCommand({ StreamName, ShardCount }));
  for (;;) {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return;
    await delay(20);
  }
}

const entries: PutRecordsRequestEntry[] = Array.from({ length: RECORDS_PER_REQUEST }, (_, index) => ({
  Data: Buffer.alloc(RECORD_BYTES, index),
  PartitionKey: `partition-key-${index}`,
}));

/** Puts records until `enough` says so, and returns how many were acknowledged per second. */
export async function putRecords(
  client: KinesisClient,
  StreamName: string,
  enough: (records: number, milliseconds: number) => boolean,
): Promise<number> {
  const begin = performance.now();
  let started = 0;
  let acknowledged = 0;
  const put = async (): Promise<void> => {
    while (!enough(started, performance.now() - begin)) {
      started += RECORDS_PER_REQUEST;
      const { FailedRecordCount = 0 } = await client.send(
        new PutRecordsCommand({ StreamName, Records: entries }),
      );
      if (FailedRecordCount > 0) throw new Error(`${FailedRecordCount} records of a benchmark were refused`);
      acknowledged += RECORDS_PER_REQUEST;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, put));
  return perSecond(acknowledged, begin);
}

/** Reads the stream from its beginning to its end, all shards at once, and returns records per second. */
export async function readStream(
  client: KinesisClient,
  StreamName: string,
  expected: number,
): Promise<number> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }));
  const begin = performance.now();
  let total = 0;
  const read = async (ShardId: string | undefined): Promise<void> => {
    let { ShardIterator: iterator } = await client.send(
      new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    for (let found = 1; found > 0; total += found) {
      const { Records = [], NextShardIterator } = await client.send(
        new GetRecordsCommand({ ShardIterator: iterator }),
      );
      found = Records.length;
      iterator = NextShardIterator;
    }
  };
  await Promise.all(Shards.map(({ ShardId }) => read(ShardId)));
  if (total !== expected) throw new Error(`${total} records came back, ${expected} were put`);
  return perSecond(total, begin);
}

function perSecond(records: number, begin: number): number {
  return records / ((performance.now() - begin) / 1000);
}
