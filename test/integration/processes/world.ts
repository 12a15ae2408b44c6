import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InspectedRecord } from '../../../src/testing/index.js';
import { LocalKinesis } from '../../../src/testing/index.js';
import { type CompiledPackage, compilePackage } from '../../support/compiled-package.js';
import { Figures } from './figures.js';
import { ProcessLedger, type StoredRecord } from './ledger.js';
import { Load } from './load.js';
import type { SharedStore } from './shared-store.js';
import { Journal, monotonic } from './worker/journal.js';
import { CONSUMER, type Order, STREAM } from './worker/settings.js';
import { WorkerProcess } from './worker-process.js';

const SHARDS = 4;
const LOAD = { keys: 40, pause: 250 };
/** Milliseconds between two looks at journal and store. */
const LOOK = 100;
/** How long anything may take before the run counts as stuck, in milliseconds: for machines that are far too busy. */
const PATIENCE = 60_000;

interface ShardShape {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
}

/** A stream over HTTP, a store, a load, worker processes, and the ledger that watches them. */
export class World {
  readonly ledger = new ProcessLedger();
  readonly figures = new Figures();
  readonly workers: WorkerProcess[] = [];
  private readonly load: Load;
  private looking: Promise<void>;
  openShards = SHARDS;
  private isOver = false;

  private constructor(
    readonly store: SharedStore,
    readonly kinesis: LocalKinesis,
    private readonly compiled: CompiledPackage,
    private readonly directory: string,
    readonly journal: Journal,
  ) {
    this.load = new Load(kinesis.client(), LOAD);
    this.looking = this.keepLooking();
  }

  static async start(store: SharedStore): Promise<World> {
    const [compiled, directory, kinesis] = await Promise.all([
      compilePackage(join(import.meta.dirname, 'worker')),
      mkdtemp(join(tmpdir(), 'nestjs-kinesis-journal-')),
      LocalKinesis.start({ streams: { [STREAM]: { shards: SHARDS } } }),
    ]);
    return new World(store, kinesis, compiled, directory, new Journal(join(directory, 'journal')));
  }

  /** Starts a worker and waits until its app is up. */
  async addWorker(consumer: typeof CONSUMER = CONSUMER): Promise<WorkerProcess> {
    const worker = WorkerProcess.start(
      this.compiled.programs,
      {
        name: `worker-${this.workers.length + 1}`,
        journal: join(this.directory, 'journal'),
        kinesis: this.kinesis.clientConfig,
        store: this.store.address,
        consumer,
      },
      this.journal,
    );
    this.workers.push(worker);
    await this.until(() => this.ledger.has(worker.name, 'ready'), `${worker.name} is up`);
    return worker;
  }

  /** A worker that handles records of some shard, and of the most. */
  busiestWorker(): WorkerProcess {
    const [busiest] = this.workers
      .filter((worker) => !worker.hasEnded)
      .map((worker) => ({ worker, shards: this.ledger.shardsOf(worker.name).length }))
      .sort((one, other) => other.shards - one.shards);
    if (!busiest || busiest.shards === 0) throw new Error('no worker handles anything');
    return busiest.worker;
  }

  /** Waits until other leases than the present ones are at work for these shards. */
  async untilTakenOver(shardIds: readonly string[]): Promise<void> {
    const { ledger } = this;
    const tokens = shardIds.map((shardId) => ({ shardId, token: ledger.tokenOf(shardId) }));
    const taken = (): boolean =>
      tokens.every(({ shardId, token }) => ledger.tokenOf(shardId) > token || ledger.hasEnded(shardId));
    await this.until(taken, `${shardIds.join(', ')} read by others`);
  }

  /** Splits the widest shard, and waits until its children are read. */
  async split(): Promise<void> {
    this.journal.append({ event: 'split' });
    this.openShards++;
    await this.untilRead(await this.kinesis.split(STREAM));
  }

  /** Merges the first two shards, and waits until their child is read. */
  async merge(): Promise<void> {
    this.journal.append({ event: 'merge' });
    this.openShards--;
    await this.untilRead([await this.kinesis.merge(STREAM)]);
  }

  /** Kills the store, and brings it back after so many milliseconds. */
  async outage(duration: number): Promise<void> {
    this.journal.append({ event: 'store killed' });
    await this.store.kill();
    await sleep(duration);
    await this.store.launch();
    this.journal.append({ event: 'store back' });
  }

  private async untilRead(shardIds: readonly string[]): Promise<void> {
    const read = (): boolean => shardIds.every((shardId) => this.ledger.tokenOf(shardId) > 0);
    await this.until(read, `${shardIds.join(', ')} read`);
  }

  /** Waits until so many records more are handled. */
  async untilHandled(more: number): Promise<void> {
    const target = this.ledger.handled + more;
    await this.until(() => this.ledger.handled >= target, `${target} records handled`);
  }

  /** Ends the load, waits until all of it is handled, stops the workers, and has the ledger settle. */
  async finish(): Promise<void> {
    await this.load.stop();
    await this.until(() => this.ledger.handled >= this.load.put, `${this.load.put} records handled`);
    await Promise.all(this.workers.map((worker) => worker.stop()));
    await this.look();
    this.ledger.settle(this.kinesis.records(STREAM).map(toStoredRecord), await this.parentsOfShards());
  }

  /** Leaves nothing behind, whatever state the run is in. */
  async close(): Promise<void> {
    this.isOver = true;
    await this.looking;
    await Promise.all(this.workers.filter((worker) => !worker.hasEnded).map((worker) => worker.kill()));
    await this.load.stop().catch(() => undefined);
    this.journal.close();
    await this.kinesis.stop();
    await Promise.all([this.compiled.remove(), rm(this.directory, { recursive: true, force: true })]);
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    while (!condition()) {
      for (const worker of this.workers) worker.check();
      if (performance.now() > deadline) throw new Error(`still not so: ${what}`);
      await sleep(LOOK / 2);
    }
  }

  private async keepLooking(): Promise<void> {
    while (!this.isOver) {
      await this.look();
      await sleep(LOOK);
    }
  }

  private async look(): Promise<void> {
    const leases = await this.store.list().catch(() => []);
    // After the answer: what it shows as checkpointed must stand in the journal by now.
    const seenAt = monotonic();
    for (const entry of this.journal.read()) {
      this.ledger.enter(entry);
      this.figures.enter(entry);
    }
    this.ledger.observe(leases);
    this.figures.observe(leases, seenAt);
  }

  private async parentsOfShards(): Promise<Map<string, string[]>> {
    const { Shards } = await this.kinesis.execute('ListShards', { StreamName: STREAM });
    return new Map(
      (Shards as ShardShape[]).map(({ ShardId, ParentShardId, AdjacentParentShardId }) => [
        ShardId,
        [ParentShardId, AdjacentParentShardId].filter((parent) => parent !== undefined),
      ]),
    );
  }
}

function toStoredRecord({ shardId, sequenceNumber, data }: InspectedRecord): StoredRecord {
  const { key, n } = JSON.parse(Buffer.from(data).toString()) as Order;
  return { shardId, sequenceNumber, key, n };
}
