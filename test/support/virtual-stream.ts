import type { Aggregator } from '../../src/aggregators/aggregator.js';
import { JsonAggregator } from '../../src/aggregators/json-aggregator.js';
import type { Checkpointer } from '../../src/checkpointers/checkpointer.js';
import { MemoryCheckpointer } from '../../src/checkpointers/memory-checkpointer.js';
import type { StreamRef } from '../../src/client/kinesis-gateway.js';
import type { Handler } from '../../src/delivery/handler.js';
import type { KinesisEvent } from '../../src/observability/kinesis-event.js';
import type { ConsumerSettings } from '../../src/scheduler/consumer-settings.js';
import { MAX_FETCHES, ReadBudget } from '../../src/scheduler/read-budget.js';
import { ShardScheduler } from '../../src/scheduler/shard-scheduler.js';
import { LocalKinesisEngine } from '../../src/testing/local-kinesis/engine/engine.js';
import { FaultInjector } from '../../src/testing/local-kinesis/faults/fault-injector.js';
import { LocalKinesisGateway } from '../../src/testing/local-kinesis/local-kinesis-gateway.js';
import { SeededRandom } from '../../src/testing/seeded-random.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { VirtualProcess } from './virtual-process.js';

export const SETTINGS: ConsumerSettings = {
  startingPosition: 'TRIM_HORIZON',
  recordLimit: 10_000,
  shardFetchRate: 1,
  sleepTimeNoRecords: 1_000,
  checkpointInterval: 1_000,
  sessionTimeout: 15_000,
  heartbeatFrequency: 3_000,
  maxShardConsumers: Infinity,
  handOffTimeout: 30_000,
  stallTimeout: 60_000,
  checkpointMode: 'auto',
  maxQueueSize: 100_000,
  maxQueueBytes: 64 * 1024 * 1024,
  onDataLoss: 'oldest',
};

const HASH_SPACE = 2n ** 128n;

/** A stream of the local Kinesis on a virtual clock, and workers that consume it: no HTTP, no waiting. */
export class VirtualStream {
  readonly clock = new VirtualClock();
  readonly random = new SeededRandom(1);
  readonly engine = new LocalKinesisEngine({ clock: this.clock, random: this.random });
  readonly faults = new FaultInjector(this.engine, { clock: this.clock, random: this.random });
  readonly gateway = new LocalKinesisGateway(this.faults, this.clock);
  readonly checkpointer: Checkpointer = new MemoryCheckpointer();
  readonly events: KinesisEvent[] = [];
  readonly ref: StreamRef = { name: 'orders', streamName: 'orders' };
  private readonly processes = new Map<ShardScheduler, VirtualProcess>();

  static async create(shards: number): Promise<VirtualStream> {
    const stream = new VirtualStream();
    await stream.engine.execute('CreateStream', { StreamName: 'orders', ShardCount: shards });
    return stream;
  }

  /** Puts JSON values, each to the shard that has the given fraction of the hash space (0 to 1). */
  async put(values: unknown[], fraction = 0): Promise<void> {
    const ExplicitHashKey = String(BigInt(Math.floor(fraction * 2 ** 32)) * (HASH_SPACE / 2n ** 32n));
    const Records = values.map((value) => ({
      Data: Buffer.from(JSON.stringify(value)),
      PartitionKey: 'key',
      ExplicitHashKey,
    }));
    await this.engine.execute('PutRecords', { StreamName: 'orders', Records });
  }

  async shardIds(): Promise<string[]> {
    return (await this.gateway.listShards(this.ref)).map((shard) => shard.shardId);
  }

  async split(shardId: string): Promise<void> {
    const shard = (await this.gateway.listShards(this.ref)).find(
      (candidate) => candidate.shardId === shardId,
    );
    if (!shard) throw new Error(`no shard ${shardId}`);
    const NewStartingHashKey = String((shard.startingHashKey + shard.endingHashKey) / 2n + 1n);
    await this.engine.execute('SplitShard', {
      StreamName: 'orders',
      ShardToSplit: shardId,
      NewStartingHashKey,
    });
  }

  async merge(shardId: string, adjacent: string): Promise<void> {
    const input = { StreamName: 'orders', ShardToMerge: shardId, AdjacentShardToMerge: adjacent };
    await this.engine.execute('MergeShards', input);
  }

  /** A worker of the application, not started. */
  worker(handlers: Handler[], options: Partial<WorkerOptions> = {}): ShardScheduler {
    const settings = { ...SETTINGS, ...options.settings };
    const { process = new VirtualProcess(this.clock), checkpointer = this.checkpointer } = options;
    const scheduler = new ShardScheduler({
      gateway: process.connect(this.gateway),
      checkpointer: process.connect(checkpointer),
      aggregator: options.aggregator ?? new JsonAggregator(),
      clock: process.clock,
      random: this.random,
      report: (event) => this.events.push(event),
      stream: this.ref,
      application: 'app',
      handlers,
      settings,
      readBudget: options.readBudget ?? readBudgetOf(settings),
    });
    this.processes.set(scheduler, process);
    return scheduler;
  }

  /** The worker's process is gone: nothing it does any more has an effect. */
  kill(worker: ShardScheduler): void {
    this.processes.get(worker)?.crash();
  }

  /** Stops a worker while time goes on. */
  async stop(worker: ShardScheduler, timeout = 1_000): Promise<void> {
    const stopped = worker.stop(timeout);
    await this.clock.advance(timeout + 1_000);
    await stopped;
  }

  async leases() {
    return this.checkpointer.list({ application: 'app', streamName: 'orders' });
  }

  eventsOf<T extends KinesisEvent['type']>(type: T): Extract<KinesisEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<KinesisEvent, { type: T }> => event.type === type);
  }

  async close(): Promise<void> {
    const living = [...this.processes].filter(([, process]) => process.isAlive);
    await Promise.all(living.map(([scheduler]) => this.stop(scheduler)));
    this.engine.close();
  }
}

/** What the readers of one process may hold. */
export function readBudgetOf({ maxQueueBytes, maxQueueSize }: ConsumerSettings): ReadBudget {
  return new ReadBudget({ maxBytes: maxQueueBytes, maxRecords: maxQueueSize, maxFetches: MAX_FETCHES });
}

interface WorkerOptions {
  /** Where the worker lives. Default: in one of its own. */
  process: VirtualProcess;
  aggregator: Aggregator;
  checkpointer: Checkpointer;
  settings: Partial<ConsumerSettings>;
  readBudget: ReadBudget;
}
