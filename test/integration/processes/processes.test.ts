import { type Rule, RULES } from './ledger.js';
import { findDynamoDb, findRedis, type SharedStore, type StoreSource } from './shared-store.js';
import { CONSUMER } from './worker/settings.js';
import type { WorkerProcess } from './worker-process.js';
import { World } from './world.js';

const WORKERS = 4;

/** Long enough for every lease to be lost meanwhile, in milliseconds; `npm run processes` takes more time for it. */
const OUTAGE = CONSUMER.sessionTimeout + 1_500;

const stores: [string, StoreSource][] = [
  ['Redis', await findRedis()],
  ['DynamoDB', await findDynamoDb()],
];

describe.each(stores)('worker processes over %s', (_name, source) => {
  if ('missing' in source) {
    process.stderr.write(`${source.missing}\n`);
    it.skip(source.missing, () => undefined);
    return;
  }

  let store: SharedStore;
  let world: World;
  let newcomer: WorkerProcess;

  beforeAll(async () => {
    store = await source.start();
    world = await World.start(store);
    await Promise.all(Array.from({ length: WORKERS }, () => world.addWorker()));
    await world.until(everyWorkerReads, 'every worker reads');

    await aWorkerIsKilled();
    await world.split();
    await aWorkerIsStoppedAndContinued();
    newcomer = await world.addWorker();
    await world.until(() => world.ledger.handedOffTo(newcomer.name) > 0, `${newcomer.name} reads`);
    await world.merge();
    await aWorkerLeaves();
    await world.outage(OUTAGE);
    await world.untilHandled(300);

    await world.finish();
  });

  afterAll(async () => {
    await world?.close();
    await store?.stop();
  });

  const everyWorkerReads = (): boolean =>
    world.workers.every(({ name }) => world.ledger.shardsOf(name).length > 0);

  async function aWorkerIsKilled(): Promise<void> {
    const victim = world.busiestWorker();
    const shards = world.ledger.shardsOf(victim.name);
    await victim.kill();
    await world.untilTakenOver(shards);
  }

  async function aWorkerIsStoppedAndContinued(): Promise<void> {
    const sleeper = world.busiestWorker();
    const shards = world.ledger.shardsOf(sleeper.name);
    sleeper.freeze();
    await world.untilTakenOver(shards);
    sleeper.thaw();
    await world.until(() => world.ledger.has(sleeper.name, 'lost'), `${sleeper.name} knows`);
    await world.untilHandled(100);
  }

  async function aWorkerLeaves(): Promise<void> {
    const leaver = world.busiestWorker();
    const shards = world.ledger.shardsOf(leaver.name);
    await leaver.stop();
    await world.untilTakenOver(shards);
  }

  it('a worker that joins is given shards that others hold', () => {
    expect(world.ledger.handedOffTo(newcomer.name)).toBeGreaterThan(0);
  });

  it.each(Object.entries(RULES) as [Rule, string][])('%s: %s', (rule) => {
    const broken = world.ledger.violations.filter((violation) => violation.rule === rule);
    expect(broken.map(({ text }) => text).slice(0, 5)).toEqual([]);
  });
});
