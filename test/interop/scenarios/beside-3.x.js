import console from 'node:console';
import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisConfigurationError, KinesisProducer } from 'nestjs-kinesis';
import { DynamoDbCheckpointer } from 'nestjs-kinesis/dynamodb';
import { clientConfig } from '../dynamodb-local.js';
import { asPut, nothingLost } from '../judgements.js';
import { Kcl } from '../kcl.js';
import { Leases } from '../leases.js';
import { Ledger } from '../ledger.js';
import { startApp } from '../nest-app.js';
import { putAll } from '../put-all.js';
import { storedRecords } from '../stored-records.js';
import { repeatedByOne, repeatedIn, wentOn } from '../successions.js';
import { until } from '../until.js';
import { userRecords } from '../workload.js';

const SHARDS = 4;
const RECORDS = 3_000;
const PACE = { burst: 25, pause: 600 };
/** User records we consume before the KCL goes on: some of each shard. */
const TAKEN_OVER = 500;
const STREAM = 'interop-beside-3.x';

/** What each mode's refusal says. */
const REFUSALS = new Map([
  ['beside-3.x', /cannot be 'beside-3\.x'.*cannot join such a fleet/],
  ['beside-2.x', /follows the protocol of 3\.x \(CLIENT_VERSION_3X\).*cannot join such a fleet/],
  ['cold', /A KCL worker \(".+"\) is alive/],
]);

/** Longer than a renewal of the KCL takes, and a look of ours; milliseconds. */
const AFTERMATH = 5_000;

/**
 * A KCL 3.x consumes, by its own protocol. We cannot join it: each mode is refused, and no row has changed. A second
 * worker of it comes; while it gets leases handed off, both are killed. We take over what they left, amid the hand-off, and
 * stop; the KCL goes on.
 *
 * @returns what is wrong
 */
export default async function beside3x({ kinesis, dynamodb }) {
  await kinesis.execute('CreateStream', { StreamName: STREAM, ShardCount: SHARDS });
  const ledger = new Ledger(userRecords(RECORDS));
  const leases = new Leases(dynamodb, STREAM);
  const kcl = (turn) => {
    const settings = { kinesis, dynamodb, stream: STREAM, retrieval: 'polling', handOffDelay: 10_000 };
    return new Kcl(ledger, { ...settings, name: `beside-3.x-${turn}` });
  };
  const join = (mode) => joinFleet({ kinesis, dynamodb, ledger, mode });
  const stages = [];
  const enter = (stage) => stages.push({ name: stage, from: ledger.consumed.length });
  const putting = await startApp({ kinesis, stream: STREAM });
  const programs = [kcl('first')];
  const [first] = programs;
  let ours;
  try {
    await until('the KCL to have all shards', () => first.held.size === SHARDS, first);
    const outcomes = putAll(putting.get(KinesisProducer), STREAM, ledger, PACE);
    enter('beside the KCL');
    const version = await leases.fleetVersion();
    const complaints = [];
    const before = ownersOf(await leases.all());
    for (const [mode, wanted] of REFUSALS) complaints.push(...(await refused(mode, wanted, join)));
    await sleep(AFTERMATH);
    const touched = (await leases.rows()).filter((row) =>
      Object.keys(row).some((name) => name.startsWith('nestjsKinesis')),
    );
    const after = ownersOf(await leases.all());
    const besideKcl = ledger.consumed.length;

    const second = kcl('second');
    programs.push(second);
    await until('a hand-off between them', async () => (await inHandOff(leases)).length > 0, first, second);
    enter('after the death of both');
    await Promise.all([first.kill(), second.kill()]);
    const handedOff = await inHandOff(leases);
    const leftByKcl = await leases.open();
    const others = await otherRows(leases);
    const from = ledger.consumed.length;
    ours = await join('cold');
    await until('us to have all leases', async () => (await leases.loads()).size === 1);
    await until('us to go on', () => ledger.consumed.length - from >= TAKEN_OVER);
    await ours.close();

    enter('with the KCL again');
    const leftByUs = await leases.open();
    const othersAfter = await otherRows(leases);
    const consumedByUs = ledger.consumed.length;
    const third = kcl('third');
    programs.push(third);
    await Promise.all(await outcomes);
    await until('the KCL to catch up', () => ledger.missing.length === 0, third);
    complaints.push(...(await third.stop()));

    const stored = await storedRecords(kinesis, STREAM, ledger.sent);
    console.log(
      `beside-3.x: fleet at ${version}; refused ${[...REFUSALS.keys()].join(', ')}, while it consumed ${besideKcl} user records; ` +
        `${handedOff.length} of ${SHARDS} leases amid a hand-off when both died, ${consumedByUs - from} user records ` +
        `consumed by us; consumed again: ` +
        [...repeatedIn(ledger, stages)].map(([stage, count]) => `${count} ${stage}`).join(', '),
    );
    return [
      ...complaints,
      ...(version === 'CLIENT_VERSION_3X' ? [] : [`the fleet follows the protocol of ${version}`]),
      ...(before === after ? [] : [`our refused workers changed owners: ${before} became ${after}`]),
      ...(touched.length === 0 ? [] : [`our refused workers wrote ${touched.length} rows`]),
      ...(others === othersAfter ? [] : ['we changed rows that are no leases']),
      ...wentOn({ ledger, leases: leftByKcl, from, successor: 'we', stored }),
      ...wentOn({ ledger, leases: leftByUs, from: consumedByUs, successor: 'beside-3.x-third', stored }),
      ...nothingLost(ledger),
      ...asPut(ledger, stored),
      ...repeatedByOne(ledger),
    ];
  } catch (error) {
    throw new Error(`${error.message}; see ${programs.map(({ log }) => log).join(', ')}`, { cause: error });
  } finally {
    for (const program of programs) await program.kill();
    await ours?.close();
    await putting.close();
    leases.close();
  }
}

function joinFleet({ kinesis, dynamodb, ledger, mode }) {
  const checkpointer = new DynamoDbCheckpointer({
    client: clientConfig(dynamodb),
    tableName: STREAM,
    mode,
    aggregates: 'kpl',
    listInterval: 1_000,
  });
  const consume = (place, record) => ledger.consume(place, record, 'we');
  return startApp({ kinesis, stream: STREAM, application: STREAM, checkpointer }, { consume });
}

/** Complaints if the mode is not refused as it should be. */
async function refused(mode, wanted, join) {
  try {
    // A mode that is unknown fails before anything is started.
    const app = await (async () => join(mode))();
    await app.close();
    return [`mode '${mode}' was not refused`];
  } catch (error) {
    console.log(`beside-3.x: mode '${mode}': ${error.name} (${error.code}): ${error.message}`);
    const isRefusal = error instanceof KinesisConfigurationError && wanted.test(error.message);
    return isRefusal ? [] : [`mode '${mode}' was refused with ${error.name}: ${error.message}`];
  }
}

function ownersOf(leases) {
  return JSON.stringify(leases.map(({ shardId, owner }) => [shardId, owner]).sort());
}

async function inHandOff(leases) {
  return (await leases.rows()).filter(({ checkpointOwner }) => checkpointOwner !== undefined);
}

/** The rows that are no leases, as text. */
async function otherRows(leases) {
  const others = (await leases.rows()).filter(({ leaseCounter }) => leaseCounter === undefined);
  return JSON.stringify(others.sort((a, b) => a.leaseKey.S.localeCompare(b.leaseKey.S)));
}
