import { JsonSerializer, KplAggregator } from 'nestjs-kinesis';
import { createOurProducer } from '../../our-producer.js';
import { readItems, tally, task } from './task.js';

/** A Nest application that puts, with callers that each wait for the outcome of their record. */

/** Most of what the queue holds by default. */
const CALLERS = 8_000;

const { BENCH_ENDPOINT: endpoint, BENCH_STREAM: stream } = task;
const records = Number(task.BENCH_RECORDS);
const items = readItems();
const producer = await createOurProducer(endpoint, {
  // What all are to consume must be aggregates only: async-kinesis takes nothing else.
  aggregator: new KplAggregator(new JsonSerializer(), { alone: 'aggregated' }),
  streams: { [stream]: {} },
  producer: { putRateLimitPerShard: Infinity, putBandwidthLimitPerShard: Infinity },
});

let taken = 0;
const caller = async (): Promise<void> => {
  while (taken < records) {
    const item = items[taken++ % items.length];
    if (!item) throw new Error('there are no items');
    await producer.send(stream, item.value, { partitionKey: item.partitionKey });
    tally(1);
  }
};
await Promise.all(Array.from({ length: CALLERS }, caller));
