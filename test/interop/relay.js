import { KinesisProducer } from 'nestjs-kinesis';
import { DynamoDbCheckpointer } from 'nestjs-kinesis/dynamodb';
import { clientConfig } from './dynamodb-local.js';
import { Kcl } from './kcl.js';
import { Leases } from './leases.js';
import { Ledger } from './ledger.js';
import { startApp } from './nest-app.js';
import { putAll } from './put-all.js';
import { storedRecords, unread } from './stored-records.js';
import { wentOn } from './successions.js';
import { until } from './until.js';
import { userRecords } from './workload.js';

const RECORDS = 4_000;

/** However long each takes to start, there is something left for the next. */
const PACE = { burst: 25, pause: 250, ahead: 500 };

/** Of our consumer: small steps, so that its stop comes amid an aggregate. */
const CONSUMER = { shardFetchRate: 5, sleepTimeNoRecords: 200 };

/** Consumers that go on from each other on one table of leases, one at a time, while our producer puts. */
export class Relay {
  ledger = new Ledger(userRecords(RECORDS));
  /** Who consumed how many user records, in turn. */
  turns = [];
  complaints = [];
  /** The leases that our workers left, as our checkpointer reads them. */
  leftByUs = [];
  #services;
  #aggregates;
  #leases;
  #putting;
  #outcomes;
  #isClosed = false;
  /** What each left to the next. */
  #handovers = [];
  #current;

  /**
   * @param name of which those of the stream, the application and its table are made
   * @param aggregates what our checkpointer is told
   */
  constructor(services, { name, aggregates }) {
    this.stream = `interop-${name}`;
    this.#services = services;
    this.#aggregates = aggregates;
    this.#leases = new Leases(services.dynamodb, this.stream);
  }

  async start() {
    const { kinesis } = this.#services;
    const { stream, ledger } = this;
    await kinesis.execute('CreateStream', { StreamName: stream, ShardCount: 2 });
    this.#putting = await startApp({ kinesis, stream, producer: { ordering: 'partition-key' } });
    const pace = { ...PACE, isEnough: () => this.#isClosed };
    this.#outcomes = putAll(this.#putting.get(KinesisProducer), stream, ledger, pace);
  }

  /** A KCL consumes until a part of all records is consumed, and stops. */
  async kcl(program, part) {
    const kcl = this.#startKcl(program);
    await until(`the KCL to consume ${part} of all`, this.#reached(part), kcl);
    await this.#stopKcl(kcl);
  }

  /** A worker of ours does; meanwhile one shard is split and two are merged. */
  async ours(part) {
    const { kinesis, dynamodb } = this.#services;
    const { stream, ledger } = this;
    const from = ledger.consumed.length;
    const checkpointer = new DynamoDbCheckpointer({
      client: clientConfig(dynamodb),
      createTable: true,
      aggregates: this.#aggregates,
      listInterval: 1_000,
    });
    const consumer = this.#enter('us');
    const consume = (place, record) => ledger.consume(place, record, consumer);
    const options = { kinesis, stream, application: stream, checkpointer, consumer: CONSUMER };
    const app = await startApp(options, { consume });
    try {
      await until('us to begin', () => ledger.consumed.length > from + 100);
      const [, upper] = await kinesis.split(stream, 'shardId-000000000000');
      await until('us to go on', this.#reached((from / RECORDS + part) / 2));
      await kinesis.merge(stream, upper, 'shardId-000000000001');
      await until(`us to consume ${part} of all`, this.#reached(part));
    } finally {
      await app.close();
    }
    await this.#leave();
    // On a connection of its own: the application has closed its checkpointer.
    const reader = new DynamoDbCheckpointer({ client: clientConfig(dynamodb), aggregates: this.#aggregates });
    this.leftByUs = await reader.list({ application: stream, streamName: stream });
    await reader.close();
  }

  /** A KCL consumes all the rest, and stops. @returns what is in the stream */
  async kclToTheEnd(program) {
    const { kinesis } = this.#services;
    const kcl = this.#startKcl(program);
    await Promise.all(await this.#outcomes);
    const stored = await storedRecords(kinesis, this.stream, this.ledger.sent);
    const isCaughtUp = async () =>
      unread(this.ledger, stored).length === 0 && (await this.closedAndOpen()).length === 0;
    // What is missing after that is for the judges.
    await until('the KCL to catch up', isCaughtUp, kcl).catch(() => undefined);
    await this.#stopKcl(kcl);
    this.complaints.push(
      ...this.#handovers.flatMap((handover) => wentOn({ ...handover, ledger: this.ledger, stored })),
    );
    return stored;
  }

  /** The closed shards whose leases are not at their end; the KCL removes those that are, in time. */
  async closedAndOpen() {
    const { Shards } = await this.#services.kinesis.execute('ListShards', { StreamName: this.stream });
    const closed = Shards.filter(
      ({ SequenceNumberRange }) => SequenceNumberRange.EndingSequenceNumber !== undefined,
    );
    const open = new Set((await this.#leases.open()).map(({ shardId }) => shardId));
    return closed.filter(({ ShardId }) => open.has(ShardId));
  }

  get log() {
    return this.#current?.log ?? 'no log: no KCL has run';
  }

  async close() {
    this.#isClosed = true;
    await this.#current?.kill();
    await this.#putting?.close();
    this.#leases.close();
  }

  #startKcl(program) {
    const { kinesis, dynamodb } = this.#services;
    const name = this.#enter(program);
    const settings = { name, program, kinesis, dynamodb, stream: this.stream, retrieval: 'polling' };
    this.#current = new Kcl(this.ledger, settings);
    return this.#current;
  }

  async #stopKcl(kcl) {
    this.complaints.push(...(await kcl.stop()));
    await this.#leave();
  }

  #reached(part) {
    return () => this.ledger.consumed.length >= RECORDS * part;
  }

  /** Begins a turn. @returns the consumer's name in the ledger */
  #enter(who) {
    const consumer = `${this.stream}-${this.turns.length}-${who}`;
    const from = this.ledger.consumed.length;
    if (this.#handovers.length < this.turns.length) {
      this.#handovers.push({ leases: this.turns.at(-1).left, from, successor: consumer });
    }
    this.turns.push({ who, from });
    return consumer;
  }

  async #leave() {
    const turn = this.turns.at(-1);
    turn.count = this.ledger.consumed.length - turn.from;
    turn.left = await this.#leases.open();
  }
}
