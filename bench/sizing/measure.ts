import { setTimeout as delay } from 'node:timers/promises';
import { GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import type { KinesisProducer } from 'nestjs-kinesis';
import { createOurProducer } from '../our-producer.js';
import { createClient, createStream } from '../local-kinesis/workload.js';
import { startLocalKinesis } from '../local-kinesis/servers.js';
import { createEvents } from './events.js';
import { aggregatorOf, COMPRESSIONS, type Compression, type Format, FORMATS } from './formats.js';

export const BYTES = 200;

/** AWS limits, per second. */
const SHARD_RECORDS = 1_000;
const SHARD_BYTES = 1024 * 1024;

/** Milliseconds until the burst a shard takes at first is over. */
const SETTLING = 4_000;
/** Milliseconds of a round. */
const ROUND = 2_000;

/** What of one format fits a shard. */
export interface Fit {
  readonly format: Format;
  readonly compression: Compression;
  /** User records acknowledged per second, of each round. */
  readonly recordsPerSecond: readonly number[];
  /** Over all rounds. */
  readonly recordsPerKinesisRecord: number;
  /** Of data and partition key. */
  readonly bytesPerKinesisRecord: number;
  /** Kinesis records that the shard refused. */
  readonly throttled: number;
}

/** User records per second that fit the shard by the size of what they are packed in: what is reached if nothing else is in the way. */
export function capacity({ recordsPerKinesisRecord, bytesPerKinesisRecord }: Fit): number {
  return Math.min(SHARD_RECORDS, SHARD_BYTES / bytesPerKinesisRecord) * recordsPerKinesisRecord;
}

/** How much each format gets into one shard, whose limits are the service's. */
export async function measureFits(rounds: number): Promise<{ fits: Fit[]; busy: number }> {
  const server = await startLocalKinesis('aws');
  const client = createClient(server.endpoint);
  const events = createEvents(BYTES);
  const texts = events.map((event) => JSON.stringify(event));
  const [begin, cpu] = [performance.now(), process.cpuUsage()];
  try {
    const fits: Fit[] = [];
    for (const format of FORMATS) {
      const values = format.takes === 'objects' ? events : texts;
      // Side by side: a shard's limits are what holds them up, not the machine.
      const measured = COMPRESSIONS.map(async (compression) => {
        const stream = `${format.name}-${compression}`;
        await createStream(client, stream, 1);
        const aggregator = aggregatorOf(format, compression);
        const producer = await createOurProducer(server.endpoint, { aggregator, streams: { [stream]: {} } });
        const filled = await fill(producer, stream, values, rounds);
        const bytesPerKinesisRecord = await averageBytes(client, stream);
        return { format, compression, ...filled, bytesPerKinesisRecord };
      });
      fits.push(...(await Promise.all(measured)));
    }
    const { user, system } = process.cpuUsage(cpu);
    return { fits, busy: (user + system) / 1000 / (performance.now() - begin) };
  } finally {
    client.destroy();
    await server.stop();
  }
}

/** Puts as fast as the producer takes it. No partition keys are given, so that every format may group. */
async function fill(
  producer: KinesisProducer,
  stream: string,
  values: readonly unknown[],
  rounds: number,
): Promise<Pick<Fit, 'recordsPerSecond' | 'recordsPerKinesisRecord' | 'throttled'>> {
  let isOver = false;
  const putting = (async () => {
    for (let index = 0; !isOver; index++) await producer.put(stream, values[index % values.length]);
  })();
  await delay(SETTLING);
  const first = producer.stats(stream);
  const recordsPerSecond: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [before, begin] = [producer.stats(stream).acknowledged, performance.now()];
    await delay(ROUND);
    const acknowledged = producer.stats(stream).acknowledged - before;
    recordsPerSecond.push((acknowledged * 1000) / (performance.now() - begin));
  }
  const last = producer.stats(stream);
  isOver = true;
  await putting;
  await producer.flush();
  return {
    recordsPerSecond,
    recordsPerKinesisRecord:
      (last.acknowledged - first.acknowledged) / (last.kinesisRecords - first.kinesisRecords),
    throttled: last.throttled,
  };
}

/** Of a page of records from the middle on: the first are not full. */
async function averageBytes(client: KinesisClient, StreamName: string): Promise<number> {
  const ShardId = 'shardId-000000000000';
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
  const full = Records.slice(Records.length / 2);
  const bytes = full.map(({ Data, PartitionKey = '' }) => (Data?.byteLength ?? 0) + PartitionKey.length);
  return bytes.reduce((sum, each) => sum + each, 0) / full.length;
}
