import { JsonAggregator } from '../../src/aggregators/json-aggregator.js';
import type { Aggregator } from '../../src/aggregators/aggregator.js';
import { toEntries } from '../../src/client/api-shapes.js';
import type { KinesisGateway, PutEntry } from '../../src/client/kinesis-gateway.js';
import { putRecordsBody } from '../../src/client/put-records-body.js';
import type { KinesisEvent } from '../../src/observability/kinesis-event.js';
import type { ProducerSettings } from '../../src/producer/producer-settings.js';
import type { PutFailure } from '../../src/producer/put-failure.js';
import { StreamProducer } from '../../src/producer/stream-producer.js';
import { LocalKinesisGateway, SeededRandom, VirtualClock } from '../../src/testing/index.js';
import { LocalKinesisEngine } from '../../src/testing/local-kinesis/engine/engine.js';
import type { LimitsOption } from '../../src/testing/local-kinesis/engine/limits.js';
import { FaultInjector } from '../../src/testing/local-kinesis/faults/fault-injector.js';

export const orders = { name: 'the orders', streamName: 'orders' };

export const PRODUCER_SETTINGS: ProducerSettings = {
  ordering: 'none',
  batchSize: 500,
  maxQueueSize: 10_000,
  maxQueueBytes: 64 * 1024 * 1024,
  maxInFlight: 4,
  putRateLimitPerShard: 1_000,
  putBandwidthLimitPerShard: 1_024,
  retryLimit: Infinity,
  initialBackoff: 50,
  maxBackoff: 2_000,
  bufferTime: 500,
  aggregationMaxSize: 51_200,
  recordTtl: 30_000,
  describeTimeout: 60_000,
  onFailed: undefined,
  afterFlush: undefined,
};

export interface ProducerFixtureOptions {
  settings?: Partial<ProducerSettings>;
  shards?: number;
  limits?: LimitsOption;
  seed?: number;
  aggregator?: Aggregator;
  /** How long a call takes, in milliseconds on the virtual clock. */
  latency?: number;
}

/** A producer on a virtual clock, in front of the engine of the local Kinesis with the service's own limits. */
export async function startProducer(options: ProducerFixtureOptions = {}) {
  const clock = new VirtualClock();
  const { limits = 'aws', seed = 1, shards = 1, latency = 0 } = options;
  const engine = new LocalKinesisEngine({ clock, random: new SeededRandom(seed), limits });
  await engine.execute('CreateStream', { StreamName: 'orders', ShardCount: shards });
  const faults = new FaultInjector(engine, { clock, random: new SeededRandom(seed + 1) });
  if (latency > 0) faults.add({ operation: 'PutRecords', delay: latency });

  const requests: { at: number; entries: readonly PutEntry[] }[] = [];
  const calls: string[] = [];
  const gateway = watched(new LocalKinesisGateway(faults, clock), (call, entries) => {
    calls.push(call);
    if (entries) requests.push({ at: clock.now(), entries });
  });

  const events: KinesisEvent[] = [];
  const failures: PutFailure[] = [];
  const producer = new StreamProducer({
    gateway,
    stream: orders,
    aggregator: options.aggregator ?? new JsonAggregator(),
    clock,
    random: new SeededRandom(seed + 2),
    settings: { ...PRODUCER_SETTINGS, onFailed: (failure) => failures.push(failure), ...options.settings },
    report: (event) => events.push(event),
  });

  /** What the stream holds, by shard in order, as the values that were put. */
  const stored = (): unknown[] =>
    [...engine.records('orders')].map(({ data }) => JSON.parse(Buffer.from(data).toString()) as unknown);

  const reshard = (operation: 'SplitShard' | 'MergeShards', input: object): Promise<unknown> =>
    engine.execute(operation, { StreamName: 'orders', ...input });

  return { clock, engine, faults, gateway, producer, requests, calls, events, failures, stored, reshard };
}

/** Follows calls without waiting for them: each that settled is `acknowledged`, or the name of its error. */
export function outcomesOf(calls: readonly Promise<unknown>[]): { settled: () => string[] } {
  const settled: string[] = [];
  for (const call of calls) {
    call.then(
      () => settled.push('acknowledged'),
      (error: Error) => settled.push(error.constructor.name),
    );
  }
  return { settled: () => settled };
}

/** What leaves with a request; what the entries have of it is in its body from then on, as with the SDK. */
function sentWith(entries: readonly PutEntry[]): PutEntry[] {
  const sent = entries.map(({ data, partitionKey, explicitHashKey }) =>
    explicitHashKey === undefined ? { data, partitionKey } : { data, partitionKey, explicitHashKey },
  );
  putRecordsBody({ Records: toEntries(entries) }, entries);
  return sent;
}

function watched(
  gateway: KinesisGateway,
  seen: (call: string, entries?: readonly PutEntry[]) => void,
): KinesisGateway {
  return {
    describeStream: (...args) => (seen('describeStream'), gateway.describeStream(...args)),
    createStream: (...args) => (seen('createStream'), gateway.createStream(...args)),
    listShards: (...args) => (seen('listShards'), gateway.listShards(...args)),
    putRecords: (stream, entries, signal) => {
      seen('putRecords', entries);
      return gateway.putRecords(stream, sentWith(entries), signal);
    },
    getShardIterator: (...args) => (seen('getShardIterator'), gateway.getShardIterator(...args)),
    getRecords: (...args) => (seen('getRecords'), gateway.getRecords(...args)),
  };
}
