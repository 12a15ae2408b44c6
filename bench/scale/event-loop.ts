import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import type { Endpoints } from '../contest/processes.js';
import { decorated, startApp } from '../consumer/app.js';
import { parse } from '../consumer/variants/sdk.js';
import { createTunedClient } from '../producer/variants/sdk.js';

/**
 * A process that reads shards which answer each call with 10 000 records of 200 B, and says for how long its event loop had
 * no time for others.
 */

/** So few, and so few calls of each a second, that a processor has time left: what is late has been held up. */
const SHARDS = 2;
const RATE = 5;
const ANSWERS = 200;
/** They compile what is hot. */
const ANSWERS_BEFORE = 100;
const RECORDS = 10_000;

/** In milliseconds. */
export interface EventLoopFigures {
  readonly answers: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

const [kind = '', , endpointsText = '{}'] = process.argv.slice(2);
const endpoints = JSON.parse(endpointsText) as Endpoints;
const stream = `json-200.${kind}`;
let handled = 0;

function handle(): void {
  handled++;
}

class Handlers {
  async onRecords(): Promise<void> {
    handle();
  }
}

/** The loop that is written first: it takes an answer, and makes objects of it. */
async function readWithSdk(client: KinesisClient, shard: number): Promise<void> {
  const ShardId = `shardId-${String(shard).padStart(12, '0')}`;
  const first = new GetShardIteratorCommand({
    StreamName: stream,
    ShardId,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  let { ShardIterator } = await client.send(first);
  for (;;) {
    const next = delay(1_000 / RATE);
    const page = await client.send(new GetRecordsCommand({ ShardIterator, Limit: RECORDS }));
    for (const { Data } of page.Records ?? []) {
      if (Data) parse(Data);
      await handleAsync();
    }
    ShardIterator = page.NextShardIterator;
    await next;
  }
}

async function handleAsync(): Promise<void> {
  handle();
}

async function answers(count: number): Promise<void> {
  const end = handled + count * RECORDS;
  while (handled < end) await delay(100);
}

if (kind === 'sdk') {
  const client = createTunedClient(endpoints);
  for (let shard = 0; shard < SHARDS; shard++) void readWithSdk(client, shard);
} else {
  const consumer = { shardFetchRate: RATE, maxShardConsumers: SHARDS };
  await startApp(endpoints, stream, 'json-200', decorated(Handlers, {}), consumer);
}
process.on('message', () => {
  void (async () => {
    await answers(ANSWERS_BEFORE);
    const monitor = monitorEventLoopDelay({ resolution: 1 });
    monitor.enable();
    await answers(ANSWERS);
    monitor.disable();
    const milliseconds = (nanoseconds: number): number => nanoseconds / 1e6;
    process.send?.({
      answers: ANSWERS,
      median: milliseconds(monitor.percentile(50)),
      p99: milliseconds(monitor.percentile(99)),
      max: milliseconds(monitor.max),
    } satisfies EventLoopFigures);
  })();
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
