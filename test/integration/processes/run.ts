import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../../../src/testing/index.js';
import { findDynamoDb, findRedis, type StoreSource } from './shared-store.js';
import { CONSUMER, LIST_INTERVAL } from './worker/settings.js';
import type { WorkerProcess } from './worker-process.js';
import { World } from './world.js';

/** `npm run processes -- --store redis|dynamodb --minutes N --seed S`: worker processes under faults chosen at random. */
const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'redis' },
    minutes: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
  },
});

const STORES: Record<string, () => Promise<StoreSource>> = { redis: findRedis, dynamodb: findDynamoDb };

/** How many worker processes and open shards there are at least and at most. */
const WORKERS = { min: 4, max: 7 };
const SHARDS = { min: 3, max: 8 };
/** How long the store stays away, in milliseconds. */
const OUTAGE = 20_000;
/** Milliseconds for the first read of a recovery. */
const FIRST_READ = 1_000;

// The SDK announces on Node 20 that it will need Node 22 some day.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const random = new SeededRandom(Number(values.seed));
const between = (min: number, max: number): number => min + random.next() * (max - min);
const counts = new Map<string, number>();

const world = await World.start(await openStore(values.store));
const begin = performance.now();
const duration = Number(values.minutes) * 60_000;
try {
  await Promise.all(Array.from({ length: WORKERS.min }, () => world.addWorker()));
  await world.untilHandled(500);
  // Once in any case; by chance it would be missing in a short run.
  await act('store killed', () => world.outage(OUTAGE));
  while (performance.now() - begin < duration) {
    await sleep(between(500, 4_000));
    await step();
  }
  await world.finish();
  report();
} finally {
  await world.close();
  await world.store.stop();
}

async function openStore(name: string) {
  const source = await STORES[name]?.();
  if (!source) throw new Error(`--store is one of ${Object.keys(STORES).join(', ')}`);
  if ('missing' in source) throw new Error(source.missing);
  return source.start();
}

async function step(): Promise<void> {
  const dice = random.next();
  const living = world.workers.filter((worker) => !worker.hasEnded);
  const any = living[Math.floor(random.next() * living.length)] ?? world.busiestWorker();
  if (dice < 0.2) return act('killed', () => kill(any));
  if (dice < 0.4) return act('frozen', () => freeze(any));
  if (dice < 0.55 && living.length < WORKERS.max) return act('joined', () => join());
  if (dice < 0.7 && living.length > WORKERS.min) return act('left', () => any.stop());
  if (dice < 0.83 && world.openShards < SHARDS.max) return act('split', () => world.split());
  if (dice < 0.96 && world.openShards > SHARDS.min) return act('merged', () => world.merge());
  if (dice >= 0.98) return act('store killed', () => world.outage(OUTAGE));
}

async function act(what: string, action: () => Promise<void>): Promise<void> {
  counts.set(what, (counts.get(what) ?? 0) + 1);
  console.log(`${((performance.now() - begin) / 1_000).toFixed(1).padStart(7)} s  ${what}`);
  await action();
}

async function kill(worker: WorkerProcess): Promise<void> {
  await worker.kill();
  await join();
}

/** For less than its timeout, or for much more. */
async function freeze(worker: WorkerProcess): Promise<void> {
  worker.freeze();
  await sleep(between(200, 3 * CONSUMER.sessionTimeout));
  worker.thaw();
}

async function join(): Promise<void> {
  await world.addWorker();
}

function report(): void {
  const { ledger, figures } = world;
  const { replays, violations } = ledger;
  const bound = CONSUMER.sessionTimeout + LIST_INTERVAL + FIRST_READ;
  for (const line of figures.lines({ bound, checkpointInterval: CONSUMER.checkpointInterval }))
    console.log(line);
  for (const { rule, text } of violations.slice(0, 20)) console.error(`violation of "${rule}": ${text}`);
  const events = [...counts].map(([what, count]) => `${what.replaceAll(' ', '-')}=${count}`).join(' ');
  console.log(
    `processes: store=${values.store} seed=${values.seed} records=${ledger.handled} ${events} ` +
      `replays=${replays.killed + replays.frozen + replays.other} violations=${violations.length}`,
  );
  process.exitCode = violations.length === 0 ? 0 : 1;
}
