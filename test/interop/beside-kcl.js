import console from 'node:console';
import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisProducer } from 'nestjs-kinesis';
import { asPut, nothingLost, parentsFirst } from './judgements.js';
import { Kcl } from './kcl.js';
import { Leases } from './leases.js';
import { Ledger } from './ledger.js';
import { startApp } from './nest-app.js';
import { OurWorker } from './our-worker-program.js';
import { putAll } from './put-all.js';
import { storedRecords } from './stored-records.js';
import { firstOf, repeatedByOne, repeatedIn, wentOn } from './successions.js';
import { until } from './until.js';
import { userRecords } from './workload.js';

const SHARDS = 6;
const RECORDS = 9_000;
/** What is put is to last until the last worker is alone. */
const PACE = { burst: 25, pause: 1_000 };

/** The KCL's default. Ours must not exceed it. */
const FAILOVER = 10_000;
const OURS = {
  mode: 'beside-2.x',
  aggregates: 'kpl',
  // As often as the KCL's taker: twice its fail-over time.
  listInterval: 2 * FAILOVER,
  consumer: { sessionTimeout: 9_000, heartbeatFrequency: 3_000 },
};

/** Long enough for both balancers to take leases, if they were to; milliseconds. */
const PEACE = 45_000;

/**
 * A KCL consumes; a worker of ours joins it, takes its share, and neither takes from the other any more. The KCL is
 * killed, and we take over all; another joins us, and takes its share. A shard is split and two are merged; then ours is
 * killed, and the KCL takes over all.
 *
 * @param kcls what the two are: `program` and, for a 3.x, `clientVersionConfig`
 * @returns what is wrong
 */
export async function besideKcl({ kinesis, dynamodb }, { name, kcls }) {
  const stream = `interop-${name}`;
  await kinesis.execute('CreateStream', { StreamName: stream, ShardCount: SHARDS });
  const ledger = new Ledger(userRecords(RECORDS));
  const leases = new Leases(dynamodb, stream);
  const settings = { kinesis, dynamodb, stream, failover: FAILOVER, retrieval: 'polling' };
  const start = (turn, kcl) => new Kcl(ledger, { ...settings, ...kcl, name: `${name}-${turn}` });
  const stages = [];
  const enter = (stage) => stages.push({ name: stage, from: ledger.consumed.length });
  const putting = await startApp({ kinesis, stream });
  const programs = [start('first', kcls[0])];
  const [first] = programs;
  try {
    await until('the KCL to have all leases', () => hasAll(leases), first);
    const outcomes = putAll(putting.get(KinesisProducer), stream, ledger, PACE);
    enter('while sharing');
    const [kclWorker] = (await leases.loads()).keys();
    const ours = new OurWorker(ledger, { name: `${name}-ours`, kinesis, dynamodb, table: stream, ...OURS });
    programs.push(ours);
    await until('the two to have half each', () => isShared(leases), first, ours);
    await sleep(FAILOVER / 2); // Who has lost a lease notices at its next renewal.

    enter('side by side');
    const shared = await ownership(leases);
    await sleep(PEACE);
    const still = await ownership(leases);

    enter('after the death of the KCL');
    await first.kill();
    const leftByKcl = await openLeasesOf(leases, kclWorker);
    const consumedBefore = ledger.consumed.length;
    await until(
      'us to have all leases',
      async () => (await hasAll(leases)) && !(await has(leases, kclWorker)),
      ours,
    );
    const [ourWorker] = (await leases.loads()).keys();

    enter('while another KCL takes its share');
    const second = start('second', kcls[1]);
    programs.push(second);
    await until('the two to have half each again', () => isShared(leases), second, ours);
    const version = await leases.fleetVersion();

    enter('while shards are split and merged');
    await kinesis.split(stream, 'shardId-000000000000');
    await kinesis.merge(stream, 'shardId-000000000002', 'shardId-000000000003');
    await until('the children to be owned', () => areResharded(leases), second, ours);

    enter('after the death of ours');
    await ours.kill();
    const leftByUs = await openLeasesOf(leases, ourWorker);
    const consumedThen = ledger.consumed.length;
    await until(
      'the KCL to have all leases',
      async () => (await hasAll(leases)) && !(await has(leases, ourWorker)),
      second,
    );
    await Promise.all(await outcomes);
    // What is missing after that is for the judges.
    await until('the KCL to catch up', () => ledger.missing.length === 0, second).catch(() => undefined);
    const complaints = await second.stop();

    const stored = await storedRecords(kinesis, stream, ledger.sent);
    const repeated = repeatedIn(ledger, stages);
    const inPeace = stages[2].from - stages[1].from;
    console.log(
      `${name}: of ${SHARDS} leases ${shared.loads} each, and nobody took one in ${PEACE / 1_000} s, while ${inPeace} ` +
        `user records were consumed; ${leftByKcl.length} leases taken over from the killed KCL, ${leftByUs.length} from ` +
        `our killed worker; fleet at ${version ?? 'no version'}; of ${ledger.consumed.length} user records consumed again: ` +
        [...repeated].map(([stage, count]) => `${count} ${stage}`).join(', '),
    );
    return [
      ...complaints,
      ...(shared.text === still.text ? [] : [`leases moved: ${shared.text} became ${still.text}`]),
      ...(inPeace > 0 ? [] : ['nothing was consumed side by side']),
      ...(repeated.get('side by side') === 0 ? [] : ['records were consumed twice while no lease moved']),
      ...wentOn({ ledger, leases: leftByKcl, from: consumedBefore, successor: `${name}-ours`, stored }),
      ...wentOn({ ledger, leases: leftByUs, from: consumedThen, successor: `${name}-second`, stored }),
      ...nothingLost(ledger),
      ...asPut(ledger, stored),
      ...repeatedByOne(ledger),
      ...(await parentsFirst(firstOf(ledger), kinesis, stream)),
    ];
  } catch (error) {
    throw new Error(`${error.message}; see ${programs.map(({ log }) => log).join(', ')}`, { cause: error });
  } finally {
    for (const program of programs) await program.kill();
    await putting.close();
    leases.close();
  }
}

async function hasAll(leases) {
  const open = await leases.open();
  return (
    open.length >= SHARDS &&
    open.every(({ owner }) => owner !== undefined) &&
    (await leases.loads()).size === 1
  );
}

async function has(leases, worker) {
  return (await leases.loads()).has(worker);
}

async function isShared(leases) {
  const loads = await leases.loads();
  return loads.size === 2 && [...loads.values()].every((load) => load === SHARDS / 2);
}

/** Three shards have been closed, three opened. */
async function areResharded(leases) {
  const open = await leases.open();
  const children = open.filter(({ shardId }) => Number(shardId.slice(-12)) >= SHARDS);
  return open.length === SHARDS && children.length === 3 && open.every(({ owner }) => owner !== undefined);
}

async function openLeasesOf(leases, worker) {
  return (await leases.open()).filter(({ owner }) => owner === worker);
}

async function ownership(leases) {
  const owners = (await leases.open()).map(({ shardId, owner }) => [shardId, owner]).sort();
  return { text: JSON.stringify(owners), loads: [...(await leases.loads()).values()].join(' and ') };
}
