import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type Aggregator,
  JsonAggregator,
  JsonLinesAggregator,
  JsonSerializer,
  KinesisModule,
  type KinesisModuleOptions,
  KinesisProducer,
  KplAggregator,
  type PutOrdering,
} from 'nestjs-kinesis';
import { MsgpackListAggregator } from 'nestjs-kinesis/msgpack';
import type { Endpoints } from '../../contest/processes.js';
import type { VariantDescription } from '../variant.js';
import type { Supply } from '../workload.js';
import { inLoops, RECORDS_PER_REQUEST } from './sdk.js';

/** The producer as an app gets it, but with no pace to keep. */
async function createProducer(
  { http1 }: Endpoints,
  aggregator: Aggregator,
  ordering: PutOrdering,
): Promise<KinesisProducer> {
  const options: KinesisModuleOptions = {
    application: 'bench',
    streams: { bench: {} },
    client: {
      region: 'us-east-1',
      endpoint: http1,
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    },
    aggregator,
    autoStart: false,
    producer: {
      ordering,
      putRateLimitPerShard: Infinity,
      putBandwidthLimitPerShard: Infinity,
      onFailed: ({ error }) => {
        console.error(error);
        process.exit(1);
      },
    },
  };
  class BenchModule {}
  Module({ imports: [KinesisModule.forRoot(options)] })(BenchModule);
  const app = await NestFactory.createApplicationContext(BenchModule, { logger: ['error'] });
  return app.get(KinesisProducer);
}

async function putAll(producer: KinesisProducer, supply: Supply): Promise<void> {
  while (!supply.isOver) {
    const { value, partitionKey } = supply.next();
    await producer.put('bench', value, { partitionKey });
  }
  await producer.flush();
}

/** @param callers - how many there are that each wait for the outcome of their record */
async function sendAll(producer: KinesisProducer, supply: Supply, callers: number): Promise<void> {
  await inLoops(supply, callers, () => {
    const { value, partitionKey } = supply.next();
    return producer.send('bench', value, { partitionKey });
  });
}

/** @param callers - how many there are that each wait for the outcomes of a batch */
async function sendBatches(producer: KinesisProducer, supply: Supply, callers: number): Promise<void> {
  await inLoops(supply, Math.ceil(callers / RECORDS_PER_REQUEST), async () => {
    const items = supply.batch(RECORDS_PER_REQUEST);
    const values = items.map(({ value }) => value);
    const outcomes = await producer.sendMany('bench', values, (_, index) => items[index] ?? {});
    if (outcomes.some((outcome) => outcome instanceof Error))
      throw new Error('records of a benchmark failed');
  });
}

/** One request more than are under way; and as many requests of four KPL aggregates of 50 KiB. */
const [CALLERS, CALLERS_OF_AGGREGATES] = [2_500, 4_000];

const AGGREGATORS = {
  json: { title: 'no aggregation', callers: CALLERS, create: () => new JsonAggregator() },
  kpl: {
    title: 'KPL aggregates',
    callers: CALLERS_OF_AGGREGATES,
    create: () => new KplAggregator(new JsonSerializer()),
  },
  'json-lines': {
    title: 'JSON lines',
    callers: CALLERS_OF_AGGREGATES,
    create: () => new JsonLinesAggregator({ scope: 'shard' }),
  },
  'msgpack-list': {
    title: 'MessagePack list',
    callers: CALLERS_OF_AGGREGATES,
    create: () => new MsgpackListAggregator({ scope: 'shard' }),
  },
} as const;

const CALLS = {
  send: { title: 'an outcome per record (`send`)', put: sendAll },
  'send-many': { title: 'an outcome per record (`sendMany`)', put: sendBatches },
  put: { title: '`put` only', put: putAll },
} as const;

function ours(
  format: keyof typeof AGGREGATORS,
  call: keyof typeof CALLS,
  ordering: PutOrdering = 'none',
): VariantDescription {
  const ordered = ordering === 'none' ? '' : ', ordered by partition key';
  return {
    name: `ours-${format}-${call}${ordering === 'none' ? '' : '-ordered'}`,
    title: `nestjs-kinesis, ${AGGREGATORS[format].title}, ${CALLS[call].title}${ordered}`,
    create: async (endpoints) => {
      const producer = await createProducer(endpoints, AGGREGATORS[format].create(), ordering);
      return { put: (supply) => CALLS[call].put(producer, supply, AGGREGATORS[format].callers) };
    },
  };
}

export const OUR_VARIANTS: readonly VariantDescription[] = [
  ours('json', 'send'),
  ours('json', 'send-many'),
  ours('json', 'put'),
  ours('json', 'send', 'partition-key'),
  ours('kpl', 'send'),
  ours('kpl', 'send-many'),
  ours('kpl', 'put'),
  ours('kpl', 'send', 'partition-key'),
  ours('json-lines', 'send'),
  ours('msgpack-list', 'send'),
];
