import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisProducer } from 'nestjs-kinesis';
import { Kcl } from './kcl.js';
import { Leases } from './leases.js';
import { Ledger } from './ledger.js';
import { startApp } from './nest-app.js';
import { OurWorker } from './our-worker-program.js';
import { putAll } from './put-all.js';
import { until } from './until.js';
import { userRecords } from './workload.js';

const SHARDS = 6;

/** More than are needed: the puts end when the last worker is alone. */
const RECORDS = 20_000;
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

/** A worker of a KCL and one of ours, alive together on one table of leases, while our producer puts. */
export class Neighbours {
  ledger = new Ledger(userRecords(RECORDS));
  /** From which consumed record on what was going on. */
  stages = [];
  /** What the killed workers left, and to whom. */
  handovers = [];
  #services;
  #name;
  #leases;
  #putting;
  #outcomes;
  /** Whether the puts are to end. */
  #isEnough = false;
  #kcl;
  #ours;
  /** The workers' names in the table. */
  #kclId;
  #ourId;
  #logs = [];

  /** @param name of which those of the stream, the application and its table are made */
  constructor(services, name) {
    this.#services = services;
    this.#name = name;
    this.stream = `interop-${name}`;
    this.#leases = new Leases(services.dynamodb, this.stream);
  }

  /** A KCL takes all leases; then the puts begin. */
  async start(kcl) {
    const { kinesis } = this.#services;
    await kinesis.execute('CreateStream', { StreamName: this.stream, ShardCount: SHARDS });
    this.#putting = await startApp({ kinesis, stream: this.stream });
    this.#kcl = this.#startKcl('first', kcl);
    await until('the KCL to have all leases', async () => (await this.#loads()).size === 1, this.#kcl);
    [this.#kclId] = (await this.#loads()).keys();
    const pace = { ...PACE, isEnough: () => this.#isEnough };
    this.#outcomes = putAll(this.#putting.get(KinesisProducer), this.stream, this.ledger, pace);
  }

  /** A worker of ours joins, and takes its share. */
  async weJoin() {
    this.#enter('while we take our share');
    const { kinesis, dynamodb } = this.#services;
    const settings = { name: `${this.#name}-ours`, kinesis, dynamodb, table: this.stream, ...OURS };
    this.#ours = this.#note(new OurWorker(this.ledger, settings));
    await until('the two to have half each', () => this.#isShared(), this.#kcl, this.#ours);
    this.#ourId = [...(await this.#loads()).keys()].find((worker) => worker !== this.#kclId);
    await sleep(FAILOVER / 2); // Who has lost a lease notices at its next renewal.
  }

  /** Nothing happens for a while. @returns who had which lease before and after, and how much was consumed */
  async rest(duration) {
    this.#enter('side by side');
    const from = this.ledger.consumed.length;
    const before = await this.#ownership();
    await sleep(duration);
    return { before, after: await this.#ownership(), consumed: this.ledger.consumed.length - from };
  }

  /** The KCL dies, and we take over all. */
  async killKcl() {
    this.#enter('after the death of the KCL');
    await this.#kcl.kill();
    await this.#handOver(this.#kclId, this.#ourId, this.#ours);
  }

  /** Another KCL joins, and takes its share. @returns the protocol of its fleet, if it says one */
  async kclJoins(kcl) {
    this.#enter('while another KCL takes its share');
    this.#kcl = this.#startKcl('second', kcl);
    await until('the two to have half each again', () => this.#isShared(), this.#kcl, this.#ours);
    this.#kclId = [...(await this.#loads()).keys()].find((worker) => worker !== this.#ourId);
    return this.#leases.fleetVersion();
  }

  /** A shard is split and two are merged, and all children come to be owned. */
  async reshard() {
    this.#enter('while shards are split and merged');
    const { kinesis } = this.#services;
    await kinesis.split(this.stream, 'shardId-000000000000');
    await kinesis.merge(this.stream, 'shardId-000000000002', 'shardId-000000000003');
    await until('the children to be owned', () => this.#isResharded(), this.#kcl, this.#ours);
  }

  /** Ours dies, and the KCL takes over all. */
  async killOurs() {
    this.#enter('after our death');
    await this.#ours.kill();
    await this.#handOver(this.#ourId, this.#kclId, this.#kcl);
  }

  /** The KCL consumes what there is, and stops. @returns complaints */
  async finish() {
    this.#isEnough = true;
    await Promise.all(await this.#outcomes);
    // What is missing after that is for the judges.
    const isCaughtUp = () => this.ledger.missing.length === 0;
    await until('the KCL to catch up', isCaughtUp, this.#kcl).catch(() => undefined);
    return this.#kcl.stop();
  }

  get logs() {
    return this.#logs.join(', ');
  }

  async close() {
    this.#isEnough = true;
    await this.#kcl?.kill();
    await this.#ours?.kill();
    await this.#putting?.close();
    this.#leases.close();
  }

  #enter(name) {
    this.stages.push({ name, from: this.ledger.consumed.length });
  }

  #startKcl(turn, kcl) {
    const { kinesis, dynamodb } = this.#services;
    const settings = { kinesis, dynamodb, stream: this.stream, failover: FAILOVER, retrieval: 'polling' };
    return this.#note(new Kcl(this.ledger, { ...settings, ...kcl, name: `${this.#name}-${turn}` }));
  }

  #note(program) {
    this.#logs.push(program.log);
    return program;
  }

  /** Notes what the dead one has left, and waits until the other has all. */
  async #handOver(dead, survivor, program) {
    const leases = (await this.#leases.open()).filter(({ owner }) => owner === dead);
    this.handovers.push({ leases, from: this.ledger.consumed.length, successor: program.name });
    const isDone = async () => (await this.#leases.open()).every(({ owner }) => owner === survivor);
    await until('the other to have all leases', isDone, program);
  }

  /** How many leases of shards that have not ended each worker has, once all have an owner. */
  async #loads() {
    const loads = await this.#leases.loads();
    const total = [...loads.values()].reduce((sum, load) => sum + load, 0);
    return total < SHARDS || loads.has(undefined) ? new Map() : loads;
  }

  async #isShared() {
    const loads = await this.#loads();
    return loads.size === 2 && [...loads.values()].every((load) => load === SHARDS / 2);
  }

  async #ownership() {
    const owners = (await this.#leases.open()).map(({ shardId, owner }) => `${shardId} ${owner}`);
    return owners.sort().join(', ');
  }

  /** Three shards have been closed, and three opened. */
  async #isResharded() {
    const open = await this.#leases.open();
    const children = open.filter(({ shardId }) => Number(shardId.slice(-12)) >= SHARDS);
    return children.length === 3 && open.length === SHARDS && (await this.#loads()).size > 0;
  }
}
