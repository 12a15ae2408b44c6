import { JsonAggregator } from '../../src/aggregators/json-aggregator.js';
import { MemoryCheckpointer } from '../../src/checkpointers/memory-checkpointer.js';
import type { StreamRef } from '../../src/client/kinesis-gateway.js';
import { ShardScheduler } from '../../src/scheduler/shard-scheduler.js';
import { LocalKinesisEngine } from '../../src/testing/local-kinesis/engine/engine.js';
import { FaultInjector } from '../../src/testing/local-kinesis/faults/fault-injector.js';
import { LocalKinesisGateway } from '../../src/testing/local-kinesis/local-kinesis-gateway.js';
import { mergeShards, splitShard } from '../../src/testing/local-kinesis/resharding.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { readBudgetOf, SETTINGS } from '../support/virtual-stream.js';
import { SimulationLedger, type SimulatedRecord } from './ledger.js';
import { Connections } from './simulated-worker.js';

export interface HistoryResult {
  records: number;
  crashes: number;
  reshards: number;
  violations: string[];
}

interface Worker {
  scheduler: ShardScheduler;
  connections: Connections;
}

const WORKERS = 3;
const SHARDS = 4;
const KEYS = 12;

/** Milliseconds of virtual time in which lag must reach zero once faults have stopped. */
const PATIENCE = 180_000;

const REF: StreamRef = { name: 'orders', streamName: 'orders' };
const SCOPE = { application: 'simulation', streamName: 'orders' };

/** One seeded run of workers on a stream under faults, crashes, cuts and reshards. */
export class History {
  private readonly clock = new VirtualClock();
  private readonly random: SeededRandom;
  private readonly engine: LocalKinesisEngine;
  private readonly faults: FaultInjector;
  private readonly store = new MemoryCheckpointer();
  private readonly ledger = new SimulationLedger();
  private workers: Worker[] = [];
  private readonly crashed: Worker[] = [];
  private crashes = 0;
  private reshards = 0;

  constructor(
    seed: number,
    private readonly operations: number,
  ) {
    this.random = new SeededRandom(seed);
    const { clock, random } = this;
    this.engine = new LocalKinesisEngine({ clock, random });
    this.faults = new FaultInjector(this.engine, { clock, random });
  }

  async run(): Promise<HistoryResult> {
    await this.engine.execute('CreateStream', { StreamName: 'orders', ShardCount: SHARDS });
    for (let i = 0; i < WORKERS; i++) this.startWorker();
    for (let i = 0; i < this.operations; i++) {
      await this.step();
      await this.advance(this.random.next() * 2_000);
    }
    await this.calm();
    this.ledger.settle();
    await this.stopAll();
    const { records, violations } = this.ledger;
    return { records, crashes: this.crashes, reshards: this.reshards, violations };
  }

  private async step(): Promise<void> {
    const dice = this.random.next();
    if (dice < 0.6) return this.put(1 + this.pick(8));
    if (dice < 0.68) return this.crash();
    if (dice < 0.74) return this.cutOff();
    if (dice < 0.8) return this.restartGracefully();
    if (dice < 0.9) return this.fault();
    return this.reshard();
  }

  private async put(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const record = this.ledger.nextOf(`key-${this.pick(KEYS)}`);
      const Data = Buffer.from(JSON.stringify(record));
      await this.engine.execute('PutRecord', { StreamName: 'orders', PartitionKey: record.key, Data });
    }
  }

  /** The process is gone: nothing it does any more has an effect. */
  private crash(): void {
    const victim = this.workers.splice(this.pick(this.workers.length), 1)[0];
    if (!victim) return;
    victim.connections.dead = true;
    this.crashed.push(victim);
    this.crashes++;
    this.startWorker();
  }

  /** The process lives on without network for a while, and comes back. */
  private cutOff(): void {
    const { connections } = this.workers[this.pick(this.workers.length)] ?? {};
    if (!connections || connections.cut) return;
    connections.cut = true;
    this.clock.schedule(this.random.next() * 60_000, () => {
      connections.cut = false;
    });
  }

  private async restartGracefully(): Promise<void> {
    const leaver = this.workers.splice(this.pick(this.workers.length), 1)[0];
    if (!leaver) return;
    let stopped = false;
    void leaver.scheduler.stop(2_000).finally(() => (stopped = true));
    while (!stopped) await this.advance(500);
    this.startWorker();
  }

  private fault(): void {
    const effects = [
      { operation: 'GetRecords', error: 'ProvisionedThroughputExceededException' },
      { operation: 'GetRecords', expiredIterator: true },
      { operation: 'GetRecords', nullIterator: true, until: 8_000 },
      { operation: 'GetRecords', lostReply: true },
      { operation: 'ListShards', staleness: 10_000 },
      { operation: ['GetShardIterator', 'GetRecords', 'ListShards'], error: 'InternalFailure' },
      { operation: 'GetRecords', delay: [10, 5_000] as [number, number] },
    ];
    const effect = effects[this.pick(effects.length)];
    const until = 500 + this.random.next() * 20_000;
    if (effect) this.faults.add({ until, ...effect, probability: 0.5 });
  }

  private async reshard(): Promise<void> {
    const reshard = this.random.next() < 0.5 ? splitShard : mergeShards;
    // The service, too, refuses to merge the last two shards of a kind, or one that is just being changed.
    await reshard(this.engine, 'orders').then(
      () => this.reshards++,
      () => undefined,
    );
  }

  private startWorker(): void {
    const connections = new Connections();
    const scheduler = new ShardScheduler({
      gateway: connections.gateway(new LocalKinesisGateway(this.faults, this.clock)),
      checkpointer: connections.checkpointer(this.store),
      aggregator: new JsonAggregator(),
      clock: this.clock,
      random: this.random,
      report: () => undefined,
      stream: REF,
      application: SCOPE.application,
      settings: SETTINGS,
      readBudget: readBudgetOf(SETTINGS),
      handlers: [
        {
          name: 'simulation',
          policy: { attempts: Infinity, backoff: { initial: 50, max: 1_000 }, onExhausted: 'halt' },
          handle: (payload) => this.handle(payload as SimulatedRecord, connections),
        },
      ],
    });
    this.workers.push({ scheduler, connections });
    scheduler.start();
  }

  private async handle(record: SimulatedRecord, connections: Connections): Promise<void> {
    await this.clock.sleep(this.random.next() * 30);
    if (this.random.next() < 0.02) throw new Error('handlers fail at random');
    if (connections.dead) return;
    this.ledger.onHandled(record);
  }

  private async advance(duration: number): Promise<void> {
    await this.clock.advance(duration);
    this.ledger.onLeases(await this.store.list(SCOPE));
  }

  /** Faults stop, and lag must reach zero. */
  private async calm(): Promise<void> {
    this.faults.clear();
    for (const { connections } of this.workers) connections.cut = false;
    for (let waited = 0; waited < PATIENCE && !this.ledger.complete; waited += 1_000)
      await this.advance(1_000);
  }

  private async stopAll(): Promise<void> {
    const stopped = [...this.workers, ...this.crashed].map(({ scheduler }) => scheduler.stop(100));
    await this.clock.advance(60_000);
    await Promise.all(stopped);
    this.engine.close();
  }

  private pick(count: number): number {
    return Math.floor(this.random.next() * count);
  }
}
