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
/** More than are needed: the puts end when the KCL has gone on. */
const RECORDS = 10_000;
const PACE = { burst: 25, pause: 600, ahead: 1_000 };
/** User records we consume before the KCL goes on: some of each shard. */
const TAKEN_OVER = 500;
const STREAM = 'interop-beside-3.x';

/** Our worker's name in the ledger. */
const US = 'us';

/** Milliseconds for which the KCL's record processors keep a lease that they are asked to hand off. */
const HAND_OFF = 10_000;

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
 * worker of it comes; while it gets leases handed off, both are killed. We take over what they left, amid the hand-off,
 * and stop; the KCL goes on.
 *
 * @returns what is wrong
 */
export default async function beside3x(services) {
  const scene = new Scene(services);
  try {
    await scene.start();
    const refusals = await refusedByAll(scene);
    const handOff = await takenOverAmidHandOff(scene);
    const complaints = await goneOn(scene);
    const stored = await storedRecords(services.kinesis, STREAM, scene.ledger.sent);
    console.log(
      `beside-3.x: fleet at ${refusals.version}; refused ${[...REFUSALS.keys()].join(', ')}, while the KCL consumed ` +
        `${refusals.consumed} user records; ${handOff.inHandOff} of ${SHARDS} leases were amid a hand-off when both ` +
        `its workers died, ${handOff.consumed} user records consumed by us then; consumed again: ` +
        [...repeatedIn(scene.ledger, scene.stages)].map(([stage, count]) => `${count} ${stage}`).join(', '),
    );
    return [
      ...refusals.complaints,
      ...handOff.complaints,
      ...complaints,
      ...scene.handovers.flatMap((handover) => wentOn({ ...handover, ledger: scene.ledger, stored })),
      ...nothingLost(scene.ledger),
      ...asPut(scene.ledger, stored),
      ...repeatedByOne(scene.ledger),
    ];
  } catch (error) {
    throw new Error(`${error.message}; see ${scene.logs}`, { cause: error });
  } finally {
    await scene.close();
  }
}

/** What the acts share. */
class Scene {
  ledger = new Ledger(userRecords(RECORDS));
  stages = [];
  handovers = [];
  kcls = [];
  /** Whether the puts are to end. */
  isEnough = false;
  #services;

  constructor(services) {
    this.#services = services;
    this.leases = new Leases(services.dynamodb, STREAM);
  }

  async start() {
    const { kinesis } = this.#services;
    await kinesis.execute('CreateStream', { StreamName: STREAM, ShardCount: SHARDS });
    const first = this.startKcl('first');
    await until('the KCL to have all shards', () => first.held.size === SHARDS, first);
    this.putting = await startApp({ kinesis, stream: STREAM });
    this.outcomes = putAll(this.putting.get(KinesisProducer), STREAM, this.ledger, {
      ...PACE,
      isEnough: () => this.isEnough,
    });
  }

  startKcl(turn) {
    const { kinesis, dynamodb } = this.#services;
    const settings = { kinesis, dynamodb, stream: STREAM, retrieval: 'polling', handOffDelay: HAND_OFF };
    const kcl = new Kcl(this.ledger, { ...settings, name: `beside-3.x-${turn}` });
    this.kcls.push(kcl);
    return kcl;
  }

  /** @throws KinesisConfigurationError, at once or later, for a mode that is refused */
  async join(mode) {
    const { kinesis, dynamodb } = this.#services;
    const checkpointer = new DynamoDbCheckpointer({
      client: clientConfig(dynamodb),
      tableName: STREAM,
      mode,
      aggregates: 'kpl',
      listInterval: 1_000,
    });
    const consume = (place, record) => this.ledger.consume(place, record, US);
    return startApp({ kinesis, stream: STREAM, application: STREAM, checkpointer }, { consume });
  }

  enter(stage) {
    this.stages.push({ name: stage, from: this.ledger.consumed.length });
  }

  /** Notes what is left to a successor. */
  async handOver(successor) {
    const handover = { leases: await this.leases.open(), from: this.ledger.consumed.length, successor };
    this.handovers.push(handover);
  }

  get logs() {
    return this.kcls.map(({ log }) => log).join(', ');
  }

  async close() {
    this.isEnough = true;
    for (const kcl of this.kcls) await kcl.kill();
    await this.putting?.close();
    this.leases.close();
  }
}

/** No mode of ours gets in beside the living KCL, or leaves a trace. */
async function refusedByAll(scene) {
  const { leases, ledger } = scene;
  scene.enter('beside the KCL');
  const version = await leases.fleetVersion();
  const before = ownersOf(await leases.all());
  const complaints = [];
  for (const [mode, wanted] of REFUSALS) complaints.push(...(await refused(scene, mode, wanted)));
  await sleep(AFTERMATH);
  const after = ownersOf(await leases.all());
  const touched = (await leases.rows()).filter(hasOurs);
  if (version !== 'CLIENT_VERSION_3X') complaints.push(`the fleet follows the protocol of ${version}`);
  if (before !== after) complaints.push(`our refused workers changed owners: ${before} became ${after}`);
  if (touched.length > 0) complaints.push(`our refused workers wrote ${touched.length} rows`);
  return { version, complaints, consumed: ledger.consumed.length };
}

/** Both workers of the KCL die while leases pass from one to the other, and we go on. */
async function takenOverAmidHandOff(scene) {
  const { leases, ledger, kcls } = scene;
  scene.startKcl('second');
  await until('a hand-off between them', async () => (await inHandOff(leases)) > 0, ...kcls);
  scene.enter('after the death of both');
  await Promise.all(kcls.map((kcl) => kcl.kill()));
  await scene.handOver(US);
  const left = { inHandOff: await inHandOff(leases), others: await otherRows(leases) };
  const from = ledger.consumed.length;
  const ours = await scene.join('cold');
  try {
    await until('us to have all leases', async () => (await leases.loads()).size === 1);
    await until('us to go on', () => ledger.consumed.length - from >= TAKEN_OVER);
  } finally {
    await ours.close();
  }
  const isSame = left.others === (await otherRows(leases));
  const complaints = isSame ? [] : ['we changed rows that are no leases'];
  return { inHandOff: left.inHandOff, consumed: ledger.consumed.length - from, complaints };
}

/** The KCL goes on from us, to the end. @returns complaints */
async function goneOn(scene) {
  const { ledger } = scene;
  scene.enter('with the KCL again');
  await scene.handOver('beside-3.x-third');
  const third = scene.startKcl('third');
  await until('the KCL to have all shards', () => third.held.size === SHARDS, third);
  scene.isEnough = true;
  await Promise.all(await scene.outcomes);
  // What is missing after that is for the judges.
  await until('the KCL to catch up', () => ledger.missing.length === 0, third).catch(() => undefined);
  return third.stop();
}

/** Complaints if the mode is not refused as it should be. */
async function refused(scene, mode, wanted) {
  try {
    const app = await scene.join(mode);
    await app.close();
    return [`mode '${mode}' was not refused`];
  } catch (error) {
    console.log(`beside-3.x: mode '${mode}': ${error.name} (${error.code}): ${error.message}`);
    const isRefusal = error instanceof KinesisConfigurationError && wanted.test(error.message);
    return isRefusal ? [] : [`mode '${mode}' was refused with ${error.name}: ${error.message}`];
  }
}

function hasOurs(row) {
  return Object.keys(row).some((name) => name.startsWith('nestjsKinesis'));
}

function ownersOf(leases) {
  return JSON.stringify(leases.map(({ shardId, owner }) => [shardId, owner]).sort());
}

async function inHandOff(leases) {
  return (await leases.rows()).filter(({ checkpointOwner }) => checkpointOwner !== undefined).length;
}

/** The rows that are no leases, as text. */
async function otherRows(leases) {
  const others = (await leases.rows()).filter(({ leaseCounter }) => leaseCounter === undefined);
  return JSON.stringify(others.sort((a, b) => a.leaseKey.S.localeCompare(b.leaseKey.S)));
}
