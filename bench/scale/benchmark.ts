import { parseArgs } from 'node:util';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import { setTimeout as delay } from 'node:timers/promises';
import { forkModule, message, startCannedServer } from '../contest/processes.js';
import { startLocalKinesis } from '../local-kinesis/servers.js';
import { createClient } from '../local-kinesis/workload.js';
import { ratio, type Ratio, type RatioDescription } from '../ratio.js';
import { circumstances, readRemarks, recordResult, recordSection } from '../results.js';
import { format } from '../statistics.js';
import type { EventLoopFigures } from './event-loop.js';
import type { WorkerFigures, WorkerSettings } from './worker.js';

const MEBIBYTE = 1024 * 1024;

/** Shards of the stream, and how many of them one worker reads. */
const SIZES = [
  { leases: 10, shards: 10 },
  { leases: 100, shards: 100 },
  { leases: 1_000, shards: 1_000 },
  { leases: 5_000, shards: 1_000 },
];

/** What many shards cost a worker, and for how long large answers keep the event loop from others. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { watch: { type: 'string', default: '20000' }, only: { type: 'string', default: '' } },
  });
  const before = circumstances();
  const workers: WorkerFigures[] = [];
  for (const size of values.only === 'event-loop' ? [] : SIZES) {
    workers.push(await watchWorker(size, Number(values.watch)));
    console.log(workersTable(workers).at(-1));
  }
  const loops: Record<string, EventLoopFigures> = {};
  for (const kind of values.only === 'shards' ? [] : ['sdk', 'ours'])
    loops[kind] = await watchEventLoop(kind);
  console.log(loopsTable(loops).join('\n'));
  if (values.only !== '') return;
  await recordSection('Scale', [
    `\`npm run bench -- scale\`: ${before}.`,
    '',
    'One worker process against the local Kinesis in another, without TLS, nothing put, default options: each shard is read',
    'once a second, its lease renewed every 3 s. Start-up is from before the app is made until each of its shards has been',
    `read. Processor time, of the worker alone, is that of ${Number(values.watch) / 1000} s; memory after a collection.`,
    '',
    ...workersTable(workers),
    '',
    `How late timers are while ${loops['ours']?.answers} answers of 10 000 records of 200 B come in over TLS, from 2 shards, 10 a second,`,
    'and each record is parsed and handed to an `async` handler. On a quiet machine 1 ms is the resolution.',
    '',
    ...loopsTable(loops),
    '',
    ...(await readRemarks('scale')),
  ]);
  await recordResult({
    benchmark: 'scale',
    circumstances: before,
    ratios: ratios(workers, loops),
    details: { workers, eventLoop: loops },
  });
}

/** What there are targets for: of one run each. */
function ratios(
  workers: readonly WorkerFigures[],
  loops: Readonly<Record<string, EventLoopFigures>>,
): Ratio[] {
  const of = (leases: number): WorkerFigures | undefined => workers.find((each) => each.leases === leases);
  const [few, many, most] = [of(10), of(1_000), of(5_000)];
  const perShard = ({ processor, shards }: WorkerFigures): number => processor / shards;
  const lower = (id: string, title: string, unit: string, must: number): RatioDescription => ({
    id: `scale.${id}`,
    title,
    unit,
    better: 'lower',
    target: { must, aim: must },
    tolerance: 0.5,
  });
  const { ours } = loops;
  return [
    ...(many
      ? [ratio(lower('start-up.1000', 'start-up with 1 000 shards', 's', 10), [many.startUp / 1000])]
      : []),
    ...(most
      ? [ratio(lower('start-up.5000', 'start-up with 5 000 leases', 's', 10), [most.startUp / 1000])]
      : []),
    ...(few && many
      ? [
          ratio(lower('flat', 'CPU per shard with 1 000 shards, next to 10', '×', 1), [
            perShard(many) / perShard(few),
          ]),
        ]
      : []),
    ...(ours ? [ratio(lower('event-loop.p99', 'event-loop delay, p99', 'ms', 10), [ours.p99])] : []),
  ];
}

async function watchWorker(
  { leases, shards }: { leases: number; shards: number },
  watch: number,
): Promise<WorkerFigures> {
  const server = await startLocalKinesis();
  const client = createClient(server.endpoint);
  try {
    await createStream(client, leases);
    const settings: WorkerSettings = { endpoint: server.endpoint, shards, watch };
    const worker = forkModule(
      new URL('worker.js', import.meta.url),
      [JSON.stringify(settings)],
      process.env,
      ['--expose-gc'],
    );
    return await message<WorkerFigures>(worker);
  } finally {
    client.destroy();
    await server.stop();
  }
}

async function createStream(client: KinesisClient, ShardCount: number): Promise<void> {
  const StreamName = 'scale';
  await client.send(new CreateStreamCommand({ StreamName, ShardCount }));
  for (;;) {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return;
    await delay(20);
  }
}

async function watchEventLoop(kind: string): Promise<EventLoopFigures> {
  const server = await startCannedServer(new URL('../consumer/canned-server.js', import.meta.url), 'tls');
  const args = [kind, '', JSON.stringify(server.endpoints)];
  const child = forkModule(new URL('event-loop.js', import.meta.url), args, server.environment);
  try {
    await message(child);
    child.send('watch');
    return await message<EventLoopFigures>(child);
  } finally {
    child.disconnect();
    server.stop();
  }
}

function workersTable(workers: readonly WorkerFigures[]): string[] {
  return [
    '| leases of the application | shards of the worker | start-up, s | of one processor, % | a shard, µs of CPU per second | heap, MiB | a shard, KiB | resident, MiB |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...workers.map(({ leases, shards, startUp, processor, heap, resident }) => {
      const cells = [
        format(leases),
        format(shards),
        format(startUp / 1000, 2),
        format(processor * 100, 1),
        format((processor * 1e6) / shards),
        format(heap / MEBIBYTE, 1),
        format(heap / 1024 / shards, 1),
        format(resident / MEBIBYTE),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ];
}

const LOOP_TITLES: Readonly<Record<string, string>> = {
  sdk: 'SDK with kept connections, JSON.parse and `await` in a loop',
  ours: 'nestjs-kinesis, a record at a time',
};

function loopsTable(loops: Readonly<Record<string, EventLoopFigures>>): string[] {
  return [
    '| event-loop delay, ms | median | p99 | max |',
    '| --- | --- | --- | --- |',
    ...Object.entries(loops).map(([kind, { median, p99, max }]) => {
      const cells = [median, p99, max].map((value) => format(value, 1));
      return `| ${LOOP_TITLES[kind]} | ${cells.join(' | ')} |`;
    }),
  ];
}
