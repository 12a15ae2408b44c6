import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startLocalKinesis } from '../local-kinesis/servers.js';
import { createClient, createStream } from '../local-kinesis/workload.js';
import { format } from '../statistics.js';
import { createProducer } from './soaked-producer.js';

/**
 * `npm run soak:producer [-- --minutes 10]`: puts faster than the stream's shards take, and says whether memory stays
 * within what the options promise. Exit code 1 when it does not.
 */

const RECORD_BYTES = 1_000;
const SAMPLE_INTERVAL = 1_000;
const MAX_QUEUE_SIZE = 10_000;
const MAX_QUEUE_BYTES = 8 * 1024 * 1024;

/**
 * What a full queue may add to a process that has run for a minute: the records in flight are there as many as three
 * times more, as text and as what the sockets hold, and the heap has slack until it is collected.
 */
const GROWTH_BOUND = 4 * MAX_QUEUE_BYTES;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const minutes = Number(values.minutes);
if (!(minutes >= 2)) throw new Error('the soak needs two minutes at least: the first is to warm up');

const server = await startLocalKinesis('aws');
const client = createClient(server.endpoint);
await createStream(client, 'soak');
client.destroy();
const producer = await createProducer(server.endpoint, {
  maxQueueSize: MAX_QUEUE_SIZE,
  maxQueueBytes: MAX_QUEUE_BYTES,
});

let stopping = false;
let put = 0;

/** Puts without a pause but for the queue's own. */
async function putOnAndOn(): Promise<void> {
  const note = 'x'.repeat(RECORD_BYTES - 30);
  while (!stopping) await producer.put('soak', { id: put++, note });
}

/** The highest resident memory of each minute, in bytes, and a line about it. */
async function watchMinute(minute: number): Promise<number> {
  let highest = 0;
  for (let elapsed = 0; elapsed < 60_000; elapsed += SAMPLE_INTERVAL) {
    await delay(SAMPLE_INTERVAL);
    highest = Math.max(highest, process.memoryUsage.rss());
  }
  const { queuedRecords, queuedBytes, acknowledged, failed, throttled } = producer.stats('soak');
  const cells = [
    `minute ${minute}: RSS at most ${megabytes(highest)}`,
    `queued ${format(queuedRecords)} records, ${megabytes(queuedBytes)}`,
    `put ${format(put)}, acknowledged ${format(acknowledged)}, failed ${failed}, throttled ${format(throttled)}`,
    `load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}`,
  ];
  console.log(cells.join('; '));
  return highest;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

const putting = putOnAndOn();
const highest: number[] = [];
for (let minute = 1; minute <= minutes; minute++) highest.push(await watchMinute(minute));
stopping = true;
await putting;

const [first = 0, ...later] = highest;
const growth = Math.max(...later) - first;
const flat = growth <= GROWTH_BOUND;
const { failed } = producer.stats('soak');
console.log(
  `${flat ? 'flat' : 'NOT FLAT'}: after the first minute RSS rose by ${megabytes(growth)}, the bound is ${megabytes(GROWTH_BOUND)}`,
);
if (failed > 0) console.log(`${failed} records failed`);
await server.stop();
process.exit(flat && failed === 0 ? 0 : 1);
